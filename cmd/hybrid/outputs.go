package main

import (
	"path/filepath"
	"strconv"
	"strings"

	"hybrid/mpi/output"
)

// checkOutputs refuses files of --out that write over each other.
func (r *reader) checkOutputs(paths []string) {
	for i, path := range paths {
		if other := clash(paths[:i], path); other != "" {
			r.fail("%s names one file twice, with %q and %q: give each file a name of its own", r.Name("out"), other, path)
		}
	}
}

// clash is the first of some output files that would write over path, or that
// path would write over; empty if there is none. The pieces of a .pvti are files
// too.
func clash(before []string, path string) string {
	pieceOf := func(index, piece string) bool {
		if filepath.Ext(index) != ".pvti" || filepath.Ext(piece) != ".vti" {
			return false
		}
		stem, _ := strings.CutSuffix(filepath.Clean(index), ".pvti")
		rank, ok := strings.CutPrefix(strings.TrimSuffix(filepath.Clean(piece), ".vti"), stem+"_")
		_, err := strconv.Atoi(rank)
		return ok && err == nil
	}
	for _, other := range before {
		if filepath.Clean(other) == filepath.Clean(path) || pieceOf(other, path) || pieceOf(path, other) {
			return other
		}
	}
	return ""
}

func (j *job) openOutput() (err error) {
	if j.output, err = output.New(j.comm); err == nil {
		j.watch.onEnd(j.output.Abandon)
	}
	return err
}

// A target is an output file that an option names.
type target struct {
	option, path string
	try          func(path string) error // nil: rank 0 writes it alone
}

// tryOutput reports which file of --out could not be written after the run, as
// try finds, or, where try is nil, as it is for a file that rank 0 writes, and
// which of further ones. Two names of one file are found too. It is collective.
func (j *job) tryOutput(paths []string, try func(path string) error, further ...target) error {
	var all []target
	for _, path := range paths {
		all = append(all, target{"out", path, try})
	}
	return j.output.Hold(func() error {
		for _, t := range append(all, further...) {
			if t.try == nil {
				t.try = func(path string) error { return j.output.Alone(path, nil) }
			}
			if err := t.try(t.path); err != nil {
				return badInput(j.config.name(t.option), err)
			}
		}
		return nil
	})
}

// writeOutput writes as many of the files as can be, notes which, and returns the
// first error. It is collective.
func (j *job) writeOutput(paths []string, write func(path string) error) error {
	var first error
	for _, path := range paths {
		if err := j.watch.cause(); err != nil {
			return err
		}
		switch err := write(path); {
		case err == nil:
			j.written = append(j.written, path)
		case first == nil:
			first = err
		}
	}
	return first
}
