package task

import (
	"io"
	"path/filepath"

	"hybrid/mpi/checkpoint"
	"hybrid/mpi/output"
)

// A Job is one rank's run of a problem: where it runs, and what it may use there. The
// zero values of all but Place are right for a run that nobody watches.
type Job struct {
	Place
	Files *output.Files // nil: nothing is written
	Stdin io.Reader

	// Call is what to call an option in a message: "--nx", or the variable that gave it.
	Call func(option string) string
	// Show shows how many of all units are done; see Progress.
	Show func(unit string, all int, rate func(perSecond float64) string) (done func(n int))
	// Keeper keeps checkpoints; nil: there are none. See Go.
	Keeper *Keeper
	// Resume is the checkpoint that the run goes on from; nil: it begins.
	Resume *checkpoint.Reader

	// Tell prints a line for people on standard error; rank 0 calls it.
	Tell func(format string, args ...any)
}

// Name is what to call an option in a message.
func (j *Job) Name(option string) string {
	if j.Call == nil {
		return "--" + option
	}
	return j.Call(option)
}

// Progress shows on rank 0 how many of all units are done. It begins to count now; the
// function that it returns is told how many are done, as often as one likes and on every rank:
// it tells a watchdog that the rank comes further. rate puts a number of units a second
// into words.
func (j *Job) Progress(unit string, all int, rate func(perSecond float64) string) (done func(n int)) {
	show := func(int) {}
	if j.Show != nil && j.Comm.Rank() == 0 {
		show = j.Show(unit, all, rate)
	}
	return func(n int) {
		j.Comm.Advance()
		show(n)
	}
}

// Warn says something to people, once.
func (j *Job) Warn(format string, args ...any) {
	if j.Tell != nil && j.Comm.Rank() == 0 {
		j.Tell(format, args...)
	}
}

// A Target is an output file that an option names.
type Target struct {
	Option, Path string
	Try          func(path string) error // nil: rank 0 writes it alone
}

// Hold reports which file of --out could not be written after the run, as try finds,
// or, where try is nil, as it is for a file that rank 0 writes, and which of further
// ones. Two names of one file are found too. The files are held until they are
// written. It is collective.
func (j *Job) Hold(paths []string, try func(path string) error, further ...Target) error {
	if j.Files == nil {
		return nil
	}
	var all []Target
	for _, path := range paths {
		all = append(all, Target{"out", path, try})
	}
	return j.Files.Hold(func() error {
		for _, t := range append(all, further...) {
			if t.Try == nil {
				t.Try = func(path string) error { return j.Files.Try(path, 0, false) }
			}
			if err := t.Try(t.Path); err != nil {
				return BadInput(j.Name(t.Option), err)
			}
		}
		return nil
	})
}

// Outputs refuses files of --out that write over each other.
func (c *Checker) Outputs(paths []string) {
	for i, path := range paths {
		if other := Clash(paths[:i], path); other != "" {
			c.Fail("%s names one file twice, with %q and %q: give each file a name of its own", c.Name("out"), other, path)
		}
	}
}

// Clash is the first of some output files that would write over path, or that path
// would write over; empty if there is none.
func Clash(before []string, path string) string {
	for _, other := range before {
		if filepath.Clean(other) == filepath.Clean(path) {
			return other
		}
	}
	return ""
}
