// Package stdio says which of standard input, output and error were closed when the
// program began. The Go runtime opens /dev/null in their place before any Go code
// runs, so that what is written there is lost without an error; where the program has
// parts in C, a look at them comes before that.
package stdio

import (
	"errors"
	"io"
	"os"
)

// ErrClosed is what reading and writing a closed stream gives.
var ErrClosed = errors.New("it is closed")

// A Closed stream fails.
type Closed struct{}

func (Closed) Read([]byte) (int, error)  { return 0, ErrClosed }
func (Closed) Write([]byte) (int, error) { return 0, ErrClosed }

// In is standard input, a Closed one where it was closed when the program began.
func In() io.Reader {
	if wasClosed(0) {
		return Closed{}
	}
	return os.Stdin
}

// Out is standard output, a Closed one where it was closed when the program began.
func Out() io.Writer {
	if wasClosed(1) {
		return Closed{}
	}
	return os.Stdout
}
