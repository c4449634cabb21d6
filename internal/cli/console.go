package cli

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"syscall"
	"time"

	"golang.org/x/term"

	"hybrid/internal/plain"
	"hybrid/mpi"
	"hybrid/solvers/task"
)

// The rules of output:
//
//   - Standard output has the result and nothing else: with --json exactly one
//     JSON object, otherwise the picture and the summary.
//   - Standard error has everything else: progress, warnings and errors.
//   - An error is one line, "hybrid: COMMAND: what is wrong", printed once: by the
//     rank that met it or, where all meet the same one, by the first. A panic is a
//     line like any other, that calls itself a bug; HYBRID_DEBUG=1 adds its stack.
//     A mistake in a formula is shown below the line, with a caret at its place.
//   - What comes from outside, such as the name of a file or a host, cannot steer a
//     terminal: a stream shows control characters as \x1b. Colours and the bar of
//     progress go to its raw writer. In a line or a table such a text goes through
//     plain.Text first, which leaves it no line break.
//   - With --quiet only errors, and the JSON object if asked for, are printed.

// A console prints what one process has to say.
type console struct {
	stdin          io.Reader
	stdout, stderr *stream
	env            func(string) string
	command        string   // as typed, for the prefix of errors
	args           []string // all, as typed
	mute           bool     // another task of the launcher prints
	running        bool     // the ranks were started
	watch          *interrupter

	mu   sync.Mutex
	said bool // an error was printed

	saidUnread bool // variables that nobody reads were named
}

func newConsole(p *Program) *console {
	return &console{stdin: p.Stdin, stdout: newStream(p.Stdout, p.Env), stderr: newStream(p.Stderr, p.Env), env: p.Env}
}

// words is standard output for what every task of a launcher would print alike.
func (c *console) words() io.Writer {
	if c.mute {
		return io.Discard
	}
	return c.stdout
}

// object prints v as one JSON object on standard output. Numbers keep all their
// digits.
func (c *console) object(v any) error {
	text, err := marshal(v)
	if err != nil {
		return err
	}
	c.stdout.Write(append(plain.JSON(text), '\n')) // the stream keeps its error
	return nil
}

// say prints a line on standard error. The middle of a very long one is left out: what is wrong stands at
// its beginning, and what to do at its end.
func (c *console) say(format string, args ...any) {
	const first, last = 2000, 1000
	line := plain.Line(c.prefix() + fmt.Sprintf(format, args...))
	if r := []rune(line); len(r) > first+last {
		line = string(r[:first]) + " ... " + string(r[len(r)-last:])
	}
	fmt.Fprintln(c.stderr, line)
}

func (c *console) prefix() string {
	if c.command == "" {
		return "hybrid: "
	}
	return "hybrid: " + c.command + ": "
}

// report prints an error of this process, the first one only.
func (c *console) report(err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	var remote *mpi.RemoteError
	if c.said || errors.As(err, &remote) {
		return
	}
	c.said = true
	var bug *mpi.PanicError
	if !errors.As(err, &bug) {
		text := strings.TrimPrefix(strings.TrimPrefix(err.Error(), c.command+": "), "mpi: Run: ")
		c.say("%s", text)
		var shown *task.PlaceError
		if errors.As(err, &shown) {
			fmt.Fprintln(c.stderr, shown.Lines)
		}
		return
	}
	c.say("this is a bug in hybrid, please report it: panic on rank %d: %s (HYBRID_DEBUG=1 shows the stack)", bug.Rank, fmt.Sprint(bug.Value))
	if c.env("HYBRID_DEBUG") != "" {
		c.stderr.Write(bug.Stack)
	}
}

// fail prints an error that was not printed yet, and returns the exit status.
func (c *console) fail(err error) int {
	if !c.mute {
		c.report(err)
	}
	return statusOf(err)
}

// statusOf is the exit status that an error asks for.
func statusOf(err error) int {
	var coder interface{ ExitCode() int }
	if errors.As(err, &coder) && coder.ExitCode() > 0 {
		return coder.ExitCode()
	}
	return task.Failed
}

// flush reports whether everything reached standard output.
func (c *console) flush() error {
	c.stdout.end()
	if err := c.stdout.failure(); err != nil {
		return fmt.Errorf("cannot write standard output: %w", err)
	}
	return nil
}

// A stream is standard output or standard error. It remembers the first error,
// so that printing does not have to look.
type stream struct {
	w        io.Writer
	terminal bool
	columns  int // of the terminal; 0 where there is none or it does not tell

	mu   sync.Mutex
	part string // the beginning of a character that is not complete
	err  error
}

func newStream(w io.Writer, env func(string) string) *stream {
	s := &stream{w: w}
	// Open MPI gives its tasks a terminal of its own, wherever it passes on what they print.
	passedOn := env("OMPI_COMM_WORLD_RANK") != ""
	if f, ok := w.(*os.File); ok && !passedOn && term.IsTerminal(int(f.Fd())) {
		s.terminal = true
		s.columns, _, _ = term.GetSize(int(f.Fd())) // 0 if it cannot tell
	}
	return s
}

// Write writes text, and shows control characters in it but for line breaks and
// tabs.
func (s *stream) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var text string
	text, s.part = plain.Lines(s.part + string(p))
	if err := s.write([]byte(text)); err != nil {
		return 0, err
	}
	return len(p), nil
}

// end writes what is left of a character that was cut off.
func (s *stream) end() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.part != "" {
		s.write([]byte(plain.Text(s.part)))
		s.part = ""
	}
}

func (s *stream) write(p []byte) error {
	for s.err == nil {
		n, err := s.w.Write(p)
		if !errors.Is(err, syscall.EAGAIN) {
			s.err = err
			break
		}
		// Another process that shares a pipe has told it not to wait for its reader.
		p = p[n:]
		time.Sleep(time.Millisecond)
	}
	return s.err
}

// raw is the stream for what may steer a terminal: our own colours and progress.
func (s *stream) raw() io.Writer { return rawStream{s} }

type rawStream struct{ *stream }

func (s rawStream) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.write(p); err != nil {
		return 0, err
	}
	return len(p), nil
}

func (s *stream) failure() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	var path *os.PathError
	if errors.As(s.err, &path) {
		return path.Err
	}
	return s.err
}
