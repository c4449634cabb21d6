package mpi

import (
	"errors"
	"fmt"
	"strings"
)

// ErrAborted is wrapped by the error of every call that was blocked, or was
// made, after another rank of the local transport failed.
var ErrAborted = errors.New("mpi: the run was ended by another rank")

// Class says what kind of mistake an *Error is about, in the order of the
// error classes of the MPI standard that can occur here.
type Class int

const (
	ClassOther    Class = iota // whatever has no class of its own here; Text says what
	ClassBuffer                // a slice is too short, too long, or overlaps another one
	ClassCount                 // a count is negative or more than MPI can carry
	ClassTag                   // a tag outside 0..TagUB
	ClassComm                  // a nil, freed or wrong communicator
	ClassRank                  // a peer outside the communicator
	ClassRoot                  // a root outside the communicator
	ClassOp                    // an operation that the element type does not have
	ClassTruncate              // a message longer than the buffer that receives it
	ClassArg                   // any other argument
	ClassLaunch                // the way the program was started
	ClassMismatch              // ranks that call different collectives, or differ in their arguments
)

var classNames = [...]string{"other", "buffer", "count", "tag", "communicator", "rank", "root", "operation", "truncated", "argument", "launch", "mismatch"}

func (c Class) String() string {
	if c < 0 || int(c) >= len(classNames) {
		return fmt.Sprintf("Class(%d)", int(c))
	}
	return classNames[c]
}

// Error is a communication call that failed.
type Error struct {
	Op    string // the call, "Recv"
	Class Class
	Text  string // what was wrong, and what is allowed
}

func (e *Error) Error() string { return "mpi: " + e.Op + ": " + e.Text }

func fail(op string, class Class, format string, args ...any) *Error {
	return &Error{op, class, fmt.Sprintf(format, args...)}
}

// PanicError is a panic on one rank, as Run returns it.
type PanicError struct {
	Rank  int
	Value any
	Stack []byte // of the rank's goroutine, as runtime/debug prints it
}

func (e *PanicError) Error() string {
	return fmt.Sprintf("mpi: panic on rank %d: %v", e.Rank, e.Value)
}

// Unwrap gives the panic's value where it was an error.
func (e *PanicError) Unwrap() error {
	err, _ := e.Value.(error)
	return err
}

// RemoteError stands on one rank for an error of another one. A program that
// prints errors prints those that are not a RemoteError, and so prints each once.
type RemoteError struct {
	Rank int    // where the error is
	Msg  string // its text
	Code int    // the exit status it asks for; 0: none
}

func (e *RemoteError) Error() string { return fmt.Sprintf("rank %d: %s", e.Rank, e.Msg) }

// ExitCode is the status with which the error ends its own rank, so that all
// ranks end with the same one.
func (e *RemoteError) ExitCode() int { return max(e.Code, failed) }

// failed is the status of an error that asks for none.
const failed = 1

// exitStatus is the status a process should end with because of err.
func exitStatus(err error) int { return max(asksFor(err), failed) }

// asksFor is the status of the first error in the chain that has an ExitCode method, else 0.
func asksFor(err error) int {
	var coder interface{ ExitCode() int }
	if errors.As(err, &coder) {
		if code := coder.ExitCode(); code > 0 && code < 256 {
			return code
		}
	}
	return 0
}

// DeadlockError is the local transport's finding that every rank waits for
// another one, or has returned, and no message is under way.
type DeadlockError struct {
	Ranks []string // for each rank, what it waits for
}

func (e *DeadlockError) Error() string {
	text := "mpi: deadlock: no rank can go on"
	for rank, wait := range e.Ranks {
		text += fmt.Sprintf("; rank %d %s", rank, wait)
	}
	return text
}

// UnfinishedError is the local transport's finding that something was begun and not
// ended, when all ranks have returned without an error: messages that nobody
// received and requests that nobody waited for.
type UnfinishedError struct {
	Left []string // one sentence for each
}

func (e *UnfinishedError) Error() string {
	const most = 8
	text := "mpi: all ranks have returned, but " + strings.Join(e.Left[:min(len(e.Left), most)], "; ")
	if n := len(e.Left) - most; n > 0 {
		text += fmt.Sprintf("; and %d more", n)
	}
	return text
}
