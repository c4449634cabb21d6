package task

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"unsafe"

	"hybrid/gpu"
	"hybrid/mpi"
)

// The exit statuses of a command beside 0 and 128+n, n being the signal that ended it.
const (
	Failed     = 1 // the run failed
	BadUsage   = 2 // bad usage or bad input
	Unverified = 3 // the answer is wrong or, if it was to be verified, not known to be right
	TimeUp     = 4 // the run stopped behind a checkpoint before its time was up
)

// A StatusError is an error with the exit status that it asks for.
type StatusError struct {
	Err    error
	Status int
}

func (e *StatusError) Error() string { return e.Err.Error() }

// ExitCode is the status that the process is to end with.
func (e *StatusError) ExitCode() int { return e.Status }

func (e *StatusError) Unwrap() error { return e.Err }

// Bad is an error of whoever typed the command: bad usage or bad input.
func Bad(format string, args ...any) error {
	return &StatusError{fmt.Errorf(format, args...), BadUsage}
}

// A PlaceError is an error with lines below its own that show the place of what is
// wrong in a longer text.
type PlaceError struct {
	Err   error
	Lines string
}

func (e *PlaceError) Error() string { return e.Err.Error() }

func (e *PlaceError) Unwrap() error { return e.Err }

// A LostError is the error of all ranks where one has lost its device, at a point that they have
// reached together: the messages between them are at an end, and they can go on with others.
type LostError struct {
	Err error // of this rank's device, if it is that
}

func (e *LostError) Error() string {
	if e.Err == nil {
		return "another rank has lost its device"
	}
	return e.Err.Error()
}

func (e *LostError) Unwrap() error { return e.Err }

// BadInput makes an error in what the user gave, with that option if it is not "",
// out of any but a failure of the ranks to talk to each other or to a device.
func BadInput(option string, err error) error {
	var remote *mpi.RemoteError
	var path *os.PathError
	var coder interface{ ExitCode() int }
	switch {
	case err == nil || Severed(err):
		return err
	case errors.As(err, &remote) && remote.Code != Failed:
		return &mpi.RemoteError{Rank: remote.Rank, Msg: remote.Msg, Code: BadUsage}
	case errors.As(err, &coder) && coder.ExitCode() == Failed:
		return err // no input is at fault: a device is, or the machine's memory
	case errors.As(err, &path):
		err = fmt.Errorf("%s: %w", path.Path, path.Err)
		if dir := filepath.Dir(path.Path); errors.Is(path.Err, fs.ErrNotExist) && missing(dir) {
			err = fmt.Errorf("%s: the directory %s does not exist", path.Path, dir)
		}
	}
	if option != "" {
		err = fmt.Errorf("%s: %w", option, err)
	}
	return &StatusError{err, BadUsage}
}

// Severed tells a failure of the ranks to talk to each other or to a device, behind which
// a run cannot go on.
func Severed(err error) bool {
	var transport *mpi.Error
	var driver *gpu.Error
	return errors.Is(err, mpi.ErrAborted) || errors.As(err, &transport) || errors.As(err, &driver)
}

// Smaller says what to take where memory has no room for numbers of type T: less of them, narrower
// ones where there are such, or more of what holds them.
func Smaller[T float32 | float64](less, more string) string {
	if unsafe.Sizeof(T(0)) == 8 {
		less += ", --dtype f32"
	}
	return less + " or " + more
}

func missing(path string) bool {
	_, err := os.Stat(path)
	return errors.Is(err, fs.ErrNotExist)
}
