// Command probes holds hybrid's probes of the machine against C that is compiled on
// the spot: STREAM's loops, fused multiply-adds, triad in each level of the cache,
// and messages after the OSU micro-benchmarks under each MPI.
//
//	go run ./bench/probes
//	go run ./bench/probes -only messages -rounds 9
//
// In every round each program runs once, in turn. The table has the medians of all
// samples, and the ratio of hybrid's to C's of the medians and of the best samples:
// on a machine with other work the best are what can be compared. Messages are
// measured twice by hybrid, in a loop in C inside its process, which is what the
// library can do, and through package mpi, which is what hybrid makes of it.
//
// STREAM is compiled so that its loops stay loops: compilers make a memcpy of copy
// otherwise, whose stores may go round the caches. They leave the other three to
// ordinary stores, as hybrid's loops have.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strings"

	"hybrid/bench/internal/table"
	"hybrid/internal/mpilib"
)

type settings struct {
	rounds  int
	seconds float64 // of a probe in a round
	longest int     // message, bytes
	only    []string
}

func main() {
	var s settings
	flag.IntVar(&s.rounds, "rounds", 5, "how often each program runs")
	flag.Float64Var(&s.seconds, "seconds", 0.3, "time of a probe in a run")
	flag.IntVar(&s.longest, "longest", 64<<20, "bytes of the longest message")
	only := flag.String("only", "memory,arithmetic,caches,messages", "which probes")
	flag.Parse()
	s.only = strings.Split(*only, ",")
	if err := run(s); err != nil {
		fmt.Fprintln(os.Stderr, "bench/probes:", err)
		os.Exit(1)
	}
}

func run(s settings) error {
	if s.rounds < 1 || !(s.seconds > 0) || s.longest < 8 || s.longest > 1<<30 {
		return fmt.Errorf("-rounds %d -seconds %g -longest %d: want at least one round, a time above 0, and 8 to 2^30 bytes", s.rounds, s.seconds, s.longest)
	}
	p, err := build()
	if err != nil {
		return err
	}
	defer os.RemoveAll(p.dir)
	fmt.Printf("%s, %d cores, %s. %d rounds; ratios are hybrid's figure to C's.\n", table.CPU(), runtime.NumCPU(), p.compiler, s.rounds)
	for _, group := range []struct {
		name  string
		round func(settings, *figures) error
	}{{"memory", p.memory}, {"arithmetic", p.arithmetic}, {"caches", p.caches}} {
		if !slices.Contains(s.only, group.name) {
			continue
		}
		f := &figures{}
		for range s.rounds {
			if err := group.round(s, f); err != nil {
				return err
			}
		}
		fmt.Printf("\n%s\n\n", group.name)
		f.print()
	}
	if !slices.Contains(s.only, "messages") {
		return nil
	}
	for _, w := range p.worlds {
		f := &figures{}
		for range s.rounds {
			if err := p.messages(w, s, f); err != nil {
				return err
			}
		}
		fmt.Printf("\nmessages, two ranks of %s\n\n", w.About)
		f.print()
	}
	return nil
}

// programs are what was compiled.
type programs struct {
	dir, compiler string
	worlds        []mpilib.Library
}

// build compiles the C programs, and hybrid's probes.
func build() (p *programs, err error) {
	const peers = "bench/probes/peers/"
	if _, err := os.Stat(peers + "stream.c"); err != nil {
		return nil, errors.New("run it from the repository's root: go run ./bench/probes")
	}
	cc := "cc"
	if _, err := exec.LookPath("gcc"); err == nil {
		cc = "gcc"
	}
	if _, err := exec.LookPath(cc); err != nil {
		return nil, errors.New("no C compiler: neither gcc nor cc is on the PATH, and the comparison is with C (on Debian and Ubuntu: apt-get install gcc)")
	}
	p = &programs{worlds: mpilib.All()}
	if len(p.worlds) == 0 {
		return nil, errors.New("no MPI: no mpicc on the PATH, and messages are compared with C over MPI (make deps)")
	}
	version, err := exec.Command(cc, "--version").Output()
	if err != nil {
		return nil, fmt.Errorf("%s --version: %w", cc, err)
	}
	p.compiler, _, _ = strings.Cut(string(version), "\n")
	if p.dir, err = os.MkdirTemp("", "probes"); err != nil {
		return nil, err
	}
	flags := []string{"-O3", "-march=native", "-fopenmp", "-fno-tree-loop-distribute-patterns"}
	if _, err := command(nil, append(append([]string{cc}, flags...), "-o", p.dir+"/stream", peers+"stream.c")...); err != nil {
		return nil, err
	}
	if runtime.GOARCH == "amd64" {
		flags = append(flags, "-mprefer-vector-width=512")
	}
	if _, err := command(nil, append(append([]string{cc}, flags...), "-o", p.dir+"/cores", peers+"cores.c")...); err != nil {
		return nil, err
	}
	if _, err := command(nil, "scripts/withmpi", "lazy", "go", "build", "-tags", "mpi,lazympi", "-o", p.dir+"/worker", "./bench/probes/worker"); err != nil {
		return nil, err
	}
	for _, w := range p.worlds {
		if _, err := command(nil, w.MPICC, "-O3", "-march=native", "-o", p.dir+"/messages."+w.Name, peers+"messages.c"); err != nil {
			return nil, err
		}
	}
	return p, nil
}

// command runs a program and returns what it prints.
func command(env []string, args ...string) (string, error) {
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Env = append(os.Environ(), env...)
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("%s: %w\n%s%s", strings.Join(args, " "), err, out, stderr.String())
	}
	return string(out), nil
}
