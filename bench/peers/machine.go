package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"hybrid/internal/mpilib"
)

// A machine is what there is to compare with.
type machine struct {
	dir    string           // for files, removed in the end
	worlds []mpilib.Library // MPI libraries
	hybrid string
	python string // "" where there is none
	cc     string
	cores  int
	widest bool    // of threads only as many as there are cores
	time   float64 // least seconds of one of hybrid's measurements
	gpu    bool
	lacks  map[string]string // what each need lacks; "" is nothing
	left   []string          // what was left out, and why
	above  []string          // figures of bench that no command shows
}

// A setup is what a program runs on.
type setup struct {
	ranks, threads int
	world          mpilib.Library // of ranks that mpirun starts
	gpu            bool
	alone          bool // the peer has one thread, whatever hybrid has
}

func (s setup) String() string {
	switch {
	case s.gpu:
		return "GPU"
	case s.world.Name != "":
		return plural(s.ranks, s.world.About+" rank")
	}
	return plural(s.threads, "thread")
}

func plural(n int, what string) string {
	if n != 1 {
		what += "s"
	}
	return fmt.Sprint(n, " ", what)
}

// lookAround builds hybrid.
func lookAround(c config) (*machine, error) {
	if _, err := os.Stat("bench/peers/main.go"); err != nil {
		return nil, errors.New("run it from the repository's root: go run ./bench/peers")
	}
	if err := os.MkdirAll("build/peers", 0o755); err != nil {
		return nil, err
	}
	m := &machine{worlds: mpilib.All(), cores: c.cores, widest: c.widest, time: c.time, lacks: map[string]string{}}
	path, err := filepath.Abs("build/lazy")
	if err != nil {
		return nil, err
	}
	if err := build("make", "--silent", "build", "BIN="+path); err != nil {
		return nil, err
	}
	m.hybrid = filepath.Join(path, "hybrid")
	for _, cc := range []string{"gcc", "cc"} {
		if path, err := exec.LookPath(cc); err == nil && m.cc == "" {
			m.cc = path
		}
	}
	if path, err := exec.LookPath(c.python); err == nil {
		if m.python, err = filepath.Abs(path); err != nil {
			return nil, err
		}
	}
	m.gpu = exec.Command("nvidia-smi", "-L").Run() == nil
	m.dir, err = os.MkdirTemp("", "hybrid-peers-")
	return m, err
}

func (m *machine) close() { os.RemoveAll(m.dir) }

func build(args ...string) error {
	if out, err := exec.Command(args[0], args[1:]...).CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w\n%s", strings.Join(args, " "), err, out)
	}
	return nil
}

// lack says what this machine lacks of a need: mpi, cc, gpu, or a module of Python's.
func (m *machine) lack(need string) string {
	switch need {
	case "mpi":
		if len(m.worlds) == 0 {
			return "no MPI on the PATH (make deps)"
		}
	case "cc":
		if m.cc == "" {
			return "no C compiler on the PATH"
		}
	case "gpu":
		if !m.gpu {
			return "no GPU (nvidia-smi lists none)"
		}
	default:
		return m.module(need)
	}
	return ""
}

// module says why a module of Python's cannot be imported.
func (m *machine) module(name string) string {
	if m.python == "" {
		return "no Python (make deps, or -python)"
	}
	if _, known := m.lacks[name]; !known {
		m.lacks[name] = ""
		if exec.Command(m.python, "-c", "import importlib.util, sys; sys.exit(importlib.util.find_spec('"+name+"') is None)").Run() != nil {
			m.lacks[name] = "no module " + name + " in " + m.python
		}
	}
	return m.lacks[name]
}

// setups are what a peer and hybrid run on, none where this machine lacks something.
func (m *machine) setups(p peer) []setup {
	for _, need := range p.needs() {
		if why := m.lack(need); why != "" {
			text := p.file + ": " + why
			for _, before := range m.left {
				if before == text {
					return nil
				}
			}
			m.left = append(m.left, text)
			return nil
		}
	}
	widths := []int{m.cores}
	if m.cores > 1 && !m.widest {
		widths = []int{1, m.cores}
	}
	var all []setup
	switch p.kind {
	case oneThread:
		return []setup{{ranks: 1, threads: m.cores, alone: true}}
	case onGPU:
		return []setup{{ranks: 1, threads: m.cores, gpu: true}}
	case threads:
		for _, n := range widths {
			all = append(all, setup{ranks: 1, threads: n})
		}
	case cRanks, pythonRanks:
		worlds := m.worlds
		if p.kind == pythonRanks {
			worlds = worlds[:1] // mpi4py finds one of them
		}
		// One rank is what one thread is, but for its start.
		if m.cores >= p.leastRanks {
			for _, w := range worlds {
				all = append(all, setup{ranks: m.cores, threads: 1, world: w})
			}
		}
	}
	return all
}
