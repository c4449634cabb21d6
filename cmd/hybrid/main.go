// Hybrid computes on many processes at once, and says how good each run was.
//
// This package is its command line: flags become one configuration, which every
// rank runs. The mathematics is in hybrid/solvers, the communication in
// hybrid/mpi.
package main

import (
	"os"
	"runtime/debug"

	"hybrid/internal/guard"
	"hybrid/internal/stdio"
	"hybrid/mpi"
	kernel "hybrid/study/work"
)

// version is set by the linker: -ldflags "-X main.version=v1.2.3".
var version = "devel"

func main() { os.Exit(start(os.Args[1:])) }

// start runs the program in this process and returns the exit status.
func start(args []string) int {
	// What the Go runtime gives up on, such as memory running out, would end with
	// status 2, which is that of bad usage: have it abort, as a program in C does.
	debug.SetTraceback("crash")
	p := &program{
		env:    os.Getenv,
		stdin:  stdio.In(),
		stdout: stdio.Out(),
		stderr: os.Stderr,
		exit:   os.Exit,

		kernels:     kernel.Kernels(),
		limitMemory: debug.SetMemoryLimit,
	}
	if err := startable(); err != nil {
		return newConsole(p).fail(err)
	}
	guard.Panicked = func(value any, stack []byte) {
		l, _ := mpi.Detect()
		c := newConsole(p)
		c.report(&mpi.PanicError{Rank: l.Rank, Value: value, Stack: stack})
		os.Exit(failed)
	}
	return p.run(args)
}
