package mpi

import (
	"errors"
	"fmt"
	"os"
)

// Main is Run for a program's main function: where a launcher started the program, the
// ranks are its tasks, and elsewhere so many goroutines of this process. It prints the
// errors of f to standard error, each once and by the rank that has it, and returns the
// status for os.Exit: 0, or what the error's ExitCode method gives, else 1.
//
//	func main() { os.Exit(mpi.Main(4, run)) }
func Main(ranks int, f func(*Comm) error) int {
	if _, launched := Detect(); launched {
		ranks = 0
	}
	if err := (Runner{Ranks: ranks, Report: printError}).Run(f); err != nil {
		return exitStatus(err)
	}
	return 0
}

// printError says what went wrong, a panic with its stack.
func printError(err error) {
	text := err.Error() + "\n"
	var p *PanicError
	if errors.As(err, &p) {
		text += fmt.Sprintf("\n%s", p.Stack)
	}
	os.Stderr.WriteString(text) // in one piece, between those of other ranks
}
