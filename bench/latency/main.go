// Command latency measures what a message costs: a round trip between two
// ranks of one process, and an exchange of 8 bytes between two ranks of each
// MPI that is here, beside the same loop in C.
//
//	go run ./bench/latency
//
// The measurements are package mpi's benchmarks; this command builds and
// starts them for each transport.
package main

import (
	"fmt"
	"os"
	"os/exec"

	"hybrid/layers/world"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "bench/latency:", err)
		os.Exit(1)
	}
}

func run() error {
	fmt.Println("ranks of one process")
	if err := goTest(nil, nil, "-bench", "Local", "./mpi"); err != nil {
		return err
	}
	worlds := world.All()
	if len(worlds) == 0 {
		fmt.Println("no MPI on the PATH: its latency was not measured (make deps)")
	}
	for _, w := range worlds {
		fmt.Printf("\n%s\n", w.About)
		env := append([]string{"MPIRUN=" + w.MPIRun, "MPICC=" + w.MPICC}, w.Env...)
		with := []string{"scripts/withmpi", w.MPICC}
		if err := goTest(with, env, "-tags", "mpi", "-bench", "VersusC", "-benchtime", "5x", "./mpi"); err != nil {
			return err
		}
	}
	return nil
}

// goTest runs benchmarks, and no tests, under the command with and passes
// their output on.
func goTest(with, env []string, args ...string) error {
	line := append(append(with, "go", "test", "-run", "^$"), args...)
	cmd := exec.Command(line[0], line[1:]...)
	cmd.Env = append(os.Environ(), env...)
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	return cmd.Run()
}
