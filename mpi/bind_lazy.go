//go:build mpi && lazympi && linux

package mpi

import (
	"errors"

	"hybrid/mpi/lazympi"
)

// bind loads the MPI library that belongs to the launcher, and returns its file.
func bind() (file string, err error) { return lazympi.Load() }

// noLibrary tells the error of a machine that has none.
func noLibrary(err error) bool {
	var e *lazympi.LoadError
	return errors.As(err, &e)
}

// origin is how the program has come to its library, and otherLibrary how it can come to
// another one.
const (
	origin       = "which it loads"
	otherLibrary = "set HYBRID_LIBMPI to the file of the library that belongs to what starts it"
)
