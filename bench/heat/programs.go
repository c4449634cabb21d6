package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"

	"hybrid/bench/heat/problem"
	"hybrid/bench/internal/table"
	"hybrid/layers/world"
)

// A contestant is a program that can solve the problem.
type contestant struct {
	name  string
	env   []string
	args  []string
	parts float64 // processes that share the grid: each owns 1/parts of it
	once  bool    // too slow to run every round
	read  func(stdout string) (answer, error)
}

// An answer is what a run says of itself.
type answer struct {
	seconds float64 // of the steps alone
	mean    float64 // of the interior
	peak    float64 // bytes of memory, up to the last step; 0: it does not say
}

// programs are the built programs.
type programs struct {
	loopPath string
	worlds   []world.World
	hybrid   map[string]string // by world's name; "" is without MPI
	python   string            // of build/venv, or ""
}

// buildAll builds the C loop, and hybrid without MPI and for each MPI there.
func buildAll() (*programs, error) {
	if _, err := os.Stat("bench/heat/peers/loop.c"); err != nil {
		return nil, errors.New("run it from the repository's root: go run ./bench/heat")
	}
	dir := "build/bench"
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	p := &programs{loopPath: dir + "/loop", worlds: world.All(), hybrid: map[string]string{}}
	cc := "cc"
	if _, err := exec.LookPath("gcc"); err == nil {
		cc = "gcc"
	}
	if err := build(cc, "-O3", "-march=native", "-fopenmp", "-o", p.loopPath, "bench/heat/peers/loop.c"); err != nil {
		return nil, err
	}
	for _, w := range append([]world.World{{}}, p.worlds...) {
		name := w.Name
		if name == "" {
			name = "nompi"
		}
		bin := "build/" + name
		if err := build("make", "--silent", "build", "BIN="+bin, "MPICC="+w.MPICC); err != nil {
			return nil, err
		}
		path, err := filepath.Abs(bin + "/hybrid")
		if err != nil {
			return nil, err
		}
		p.hybrid[w.Name] = path
	}
	if py, err := filepath.Abs("build/venv/bin/python"); err == nil {
		if _, err := os.Stat(py); err == nil {
			p.python = py
		}
	}
	return p, nil
}

func build(args ...string) error {
	cmd := exec.Command(args[0], args[1:]...)
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w\n%s", strings.Join(args, " "), err, out)
	}
	return nil
}

// loop is the C loop with a thread per core.
func (p *programs) loop(s size, cores int) contestant {
	return contestant{
		name: "C loop, " + plural(cores, "thread"),
		env:  []string{"OMP_NUM_THREADS=" + strconv.Itoa(cores)},
		args: []string{p.loopPath, strconv.Itoa(s.points), strconv.Itoa(s.steps)},
		read: readPlain, parts: 1,
	}
}

// hybrids are hybrid heat with threads, with local ranks, and with the ranks
// of each MPI.
func (p *programs) hybrids(field string, s size, cores int) []contestant {
	args := append([]string{"heat", "--json", "--quiet"}, problem.Args(field, s.points, s.steps)...)
	n := strconv.Itoa(cores)
	local := func(name string, more ...string) contestant {
		return contestant{
			name: "hybrid, " + name, read: readJSON, parts: 1,
			args: append(append([]string{p.hybrid[""]}, args...), more...),
		}
	}
	all := []contestant{
		local(plural(cores, "thread"), "--ranks", "1", "--threads", n),
		local(plural(cores, "local rank"), "--ranks", n, "--threads", "1"),
	}
	for _, w := range p.worlds {
		all = append(all, contestant{
			name: "hybrid, " + plural(cores, w.About+" rank"), env: w.Env, read: readJSON, parts: float64(cores),
			args: w.Launch(cores, append(append([]string{p.hybrid[w.Name]}, args...), "--threads", "1")...),
		})
	}
	return all
}

// peers are the Python programs, where build/venv is there.
func (p *programs) peers(s size, cores int) []contestant {
	if p.python == "" {
		fmt.Println("Python peers left out: no build/venv (make deps)")
		return nil
	}
	points, steps := strconv.Itoa(s.points), strconv.Itoa(s.steps)
	all := []contestant{{
		name: "numba, " + plural(cores, "thread"), env: []string{"NUMBA_NUM_THREADS=" + strconv.Itoa(cores)},
		args: []string{p.python, "bench/heat/peers/numba_loop.py", points, steps},
		read: readPlain, parts: 1, once: true,
	}}
	if len(p.worlds) > 0 {
		w := p.worlds[0]
		all = append(all, contestant{
			name: "numpy + mpi4py, " + plural(cores, w.About+" rank"), env: w.Env,
			args: w.Launch(cores, p.python, "bench/heat/peers/numpy_mpi.py", points, steps),
			read: readPlain, parts: float64(cores), once: true,
		})
	}
	return all
}

func plural(n int, what string) string {
	if n != 1 {
		what += "s"
	}
	return strconv.Itoa(n) + " " + what
}

// printMachine says what the figures were measured on.
func printMachine(cores int, p *programs) {
	fmt.Printf("%s, %s; %s", table.CPU(), plural(cores, "core"), runtime.Version())
	for _, w := range p.worlds {
		fmt.Printf(", %s", w.About)
	}
	fmt.Println()
}
