// Package cli is the frame of a command line program whose commands are problems (see
// package task): flags and variables, helps and completion, the ranks of a run and
// their devices, signals, progress, output files, the report and the exit status.
package cli

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"syscall"
	"time"

	"hybrid/gpu"
	"hybrid/internal/guard"
	"hybrid/internal/linked"
	"hybrid/internal/stdio"
	"hybrid/mpi"
	"hybrid/solvers/task"
	"hybrid/solvers/task/option"
)

// A Program is one call of a command line program and what it may touch.
type Program struct {
	Version  string
	Problems []func(*task.Common) task.Problem // a command each, in the order of the help

	Env            func(name string) string
	Environ        []string // all variables, as NAME=VALUE, among which those are found that nobody reads
	Stdin          io.Reader
	Stdout, Stderr io.Writer
	Exit           func(status int) // ends the process at once

	comm *mpi.Comm // of the ranks that are there; nil: they are to be started

	Sim gpu.SimOptions // of simulated devices; a test has them fail

	// LimitMemory is debug.SetMemoryLimit; nil in a process that is not the program's
	// alone.
	LimitMemory func(bytes int64) (before int64)
}

// Main runs the program of these problems in this process, whose arguments behind the
// name are args, and returns the exit status.
func Main(version string, problems []func(*task.Common) task.Problem, args []string) int {
	// What the Go runtime gives up on, such as memory running out, would end with
	// status 2, which is that of bad usage: have it abort, as a program in C does.
	debug.SetTraceback("crash")
	// Whoever reads what is printed may go: no reason to end a run before its files are
	// written. A write says it too.
	signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE)
	p := &Program{
		Version: version, Problems: problems,
		Env: os.Getenv, Environ: os.Environ(), Stdin: stdio.In(), Stdout: stdio.Out(), Stderr: os.Stderr, Exit: os.Exit,
		LimitMemory: debug.SetMemoryLimit,
	}
	if err := startable(); err != nil {
		return newConsole(p).fail(err)
	}
	guard.Panicked = func(value any, stack []byte) {
		l, _ := mpi.Detect()
		newConsole(p).report(&mpi.PanicError{Rank: l.Rank, Value: value, Stack: stack})
		os.Exit(task.Failed)
	}
	return p.Run(args)
}

// Run does what the arguments say and returns the exit status.
func (p *Program) Run(args []string) (status int) {
	c := newConsole(p)
	c.args = args
	defer func() {
		if v := recover(); v != nil {
			status = c.fail(&mpi.PanicError{Value: v, Stack: debug.Stack()})
		}
	}()
	c.watch = newInterrupter(p.Exit, c.report)
	defer c.watch.stop()
	l, launched := mpi.Detect()
	c.mute = launched && !l.First
	err := p.dispatch(c, args)
	if err == nil {
		err = c.flush()
	}
	if errors.Is(err, syscall.EPIPE) {
		return 128 + int(syscall.SIGPIPE) // in silence, like a program that the signal ends
	}
	if err == nil && !c.running && linked.MPI && launched && l.Size != 1 {
		err = c.printedOnAll(args)
	}
	switch {
	case err == nil:
		return 0
	case c.running || !launched || l.Size == 1:
	case linked.MPI:
		// The other tasks may have understood their arguments and wait.
		err = mpi.Runner{Report: c.report}.Run(func(comm *mpi.Comm) error { return comm.Agree(err) })
	case c.mute:
		// A launcher ends all tasks as soon as one ends with a status: leave the
		// task that explains it the time to do so.
		time.Sleep(300 * time.Millisecond)
	}
	return c.fail(err)
}

// printedOnAll is called by a task that has only printed something, a help or the
// version: another task of its launcher may compute, and wait for this one. Where
// the tasks cannot meet at all, what was printed is all that was asked for.
func (c *console) printedOnAll(args []string) (err error) {
	c.running = true
	mpi.Runner{Report: c.report}.Run(func(comm *mpi.Comm) error {
		if err = comm.Agree(nil); err == nil {
			err = sameOnAll(comm, strings.Join(append([]string{"hybrid"}, args...), " "), nil)
		}
		return err
	})
	return err
}

// ranks runs f on every rank, as many as asked for in this process or, with 0,
// those of the launcher.
func (p *Program) ranks(c *console, o *option.Set, ranks int, f func(*mpi.Comm) error) error {
	c.running = true
	if p.comm != nil {
		return f(p.comm)
	}
	return mpi.Runner{Ranks: ranks, Report: c.report}.Run(func(comm *mpi.Comm) error {
		// A rank that did not understand its arguments says so here.
		if err := comm.Agree(nil); err != nil {
			return err
		}
		// Those of one process have one command line.
		if comm.Transport() != "local" {
			if err := sameOnAll(comm, c.command, o.AsFlags()); err != nil {
				return err
			}
		}
		return f(comm)
	})
}

// dispatch runs the command that the arguments name.
func (p *Program) dispatch(c *console, args []string) error {
	if n := len(args) - 1; n >= 0 && args[n] == "--generate-bash-completion" {
		p.complete(c, args[:n])
		return nil
	}
	n := slices.IndexFunc(args, func(arg string) bool { return !strings.HasPrefix(arg, "-") })
	if n < 0 {
		n = len(args)
	}
	o := programOptions()
	if err := o.Parse(args[:n], p.Env); err != nil {
		return &task.StatusError{Err: err, Status: task.BadUsage}
	}
	args = args[n:]
	switch {
	case o.Given("help") || len(args) == 0 && !o.Given("version"):
		return p.help(c, args)
	case o.Given("version"):
		return p.version(c, o)
	}
	m, known := p.find(args[0])
	if !known {
		return p.unknown(args[0])
	}
	c.command = m.name
	o, run := m.options(p)
	err := o.Parse(args[1:], p.Env)
	switch {
	case o.Given("help"):
		return p.help(c, []string{m.name})
	case err != nil:
		return &task.StatusError{Err: err, Status: task.BadUsage}
	}
	return run(c)
}

// programOptions are the flags of the program itself, which come before the
// command.
func programOptions() *option.Set {
	o := newSet("hybrid")
	o.Toggle(new(bool), "help", "print this; hybrid COMMAND --help prints a command's flags", helpFlag...)
	o.Toggle(new(bool), "version", "print the version and what the binary was built for", option.Short("vV"), option.NoEnv, option.Aside)
	return o
}

func openVersion(p *Program, o *option.Set) func(*console) error {
	return func(c *console) error { return p.version(c, o) }
}

// version prints what this binary is.
func (p *Program) version(c *console, o *option.Set) error {
	p.sayUnread(c, o, false)
	fmt.Fprintln(c.words(), p.versionLine())
	return nil
}

// versionLine says what the binary is and what it was built for.
func (p *Program) versionLine() string {
	return fmt.Sprintf("hybrid %s (%s, %s %s/%s)", p.Version, builtFor(), runtime.Version(), runtime.GOOS, runtime.GOARCH)
}

// builtFor tells the build's tags and the MPI library that it was linked with.
func builtFor() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "build unknown"
	}
	setting := map[string]string{}
	for _, s := range info.Settings {
		setting[s.Key] = s.Value
	}
	return describeBuild(setting["-tags"], setting["CGO_LDFLAGS"])
}
