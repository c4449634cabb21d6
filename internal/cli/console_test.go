package cli

import (
	"bytes"
	"os"
	"syscall"
	"testing"
)

// A fullPipe takes a few bytes at a time and, in between, none.
type fullPipe struct {
	bytes.Buffer
	calls int
}

func (p *fullPipe) Write(b []byte) (int, error) {
	if p.calls++; p.calls%2 == 1 {
		n, _ := p.Buffer.Write(b[:min(len(b), 3)])
		return n, &os.PathError{Op: "write", Path: "/dev/stdout", Err: syscall.EAGAIN}
	}
	return p.Buffer.Write(b)
}

func TestAFullPipeThatDoesNotWaitLosesNothing(t *testing.T) {
	var p fullPipe
	s := newStream(&p, func(string) string { return "" })
	for _, text := range []string{"all of ", "it\n"} {
		if _, err := s.Write([]byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	if got := p.String(); got != "all of it\n" || s.failure() != nil {
		t.Errorf("%q, %v", got, s.failure())
	}
}
