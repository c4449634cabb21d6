package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// A kind of peer is what it runs on.
type kind int

const (
	threads     kind = iota // as many as it is told by its environment
	oneThread               // it has no more
	cRanks                  // of each MPI
	pythonRanks             // of mpi4py
	onGPU
)

// A peer is a program of this folder, as it is run for a task.
type peer struct {
	name       string // for people
	file       string
	kind       kind
	args       []string
	modules    []string // of Python's
	leastRanks int
	most       int     // rounds
	work       float64 // that it does, 0 for all of the task's
	wall       bool    // its time is that of the whole process
	check      func(answer float64) error
}

// needs are what the machine must have.
func (p peer) needs() []string {
	var all []string
	switch p.kind {
	case onGPU:
		all = append(all, "gpu")
	case cRanks, pythonRanks:
		all = append(all, "mpi")
	}
	if strings.HasSuffix(p.file, ".c") {
		all = append(all, "cc")
	}
	return append(all, p.modules...)
}

// runPeer runs a peer once, and returns what it says.
func (m *machine) runPeer(p peer, on setup) (seconds, answer float64, err error) {
	args, err := m.program(p, on)
	if err != nil {
		return 0, 0, err
	}
	args = append(args, p.args...)
	if on.world.Name != "" {
		args = on.world.Launch(on.ranks, args...)
	}
	n := strconv.Itoa(on.threads)
	if on.alone {
		n = "1"
	}
	env := append([]string{"OMP_NUM_THREADS=" + n, "NUMBA_NUM_THREADS=" + n, "OPENBLAS_NUM_THREADS=" + n}, on.world.Env...)
	began := time.Now()
	out, err := output(env, args...)
	if err != nil {
		return 0, 0, err
	}
	wall := time.Since(began).Seconds()
	if p.wall && out == "" {
		return wall, 0, nil
	}
	if _, err := fmt.Sscan(out, &seconds, &answer); err != nil || !(seconds > 0) {
		return 0, 0, fmt.Errorf("%s: want seconds and an answer, got %q", strings.Join(args, " "), out)
	}
	if p.wall {
		seconds = wall
	}
	return seconds, answer, nil
}

// program is the start of the command line that runs a peer; a program in C is compiled
// once.
func (m *machine) program(p peer, on setup) ([]string, error) {
	file := filepath.Join("bench", "peers", "programs", p.file)
	name, language := strings.TrimSuffix(p.file, filepath.Ext(p.file)), filepath.Ext(p.file)
	switch {
	case language == ".py":
		return []string{m.python, file}, nil
	case language == ".sh":
		return []string{"sh", file}, nil
	case on.world.Name != "":
		path := "build/peers/" + name + "." + on.world.Name
		return []string{path}, m.compile(path, on.world.MPICC, "-O3", "-march=native", "-o", path, file, "-lm")
	}
	path := "build/peers/" + name
	return []string{path}, m.compile(path, m.cc, "-O3", "-march=native", "-fopenmp", "-o", path, file, "-lm")
}

// compile runs a compiler, once for each program.
func (m *machine) compile(path string, args ...string) error {
	if _, done := m.lacks[path]; done {
		return nil
	}
	m.lacks[path] = ""
	return build(args...)
}

// output runs a program and returns what it writes.
func output(env []string, args ...string) (string, error) {
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
