package main

import (
	"fmt"
	"io"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"hybrid/mpi"
	kernel "hybrid/study/work"
)

// A program is one call of hybrid and what it may touch.
type program struct {
	env            func(name string) string
	stdin          io.Reader
	stdout, stderr io.Writer
	exit           func(status int) // ends the process at once
	kernels        []kernel.Kernel  // that bench measures
}

// run does what the arguments say and returns the exit status.
func (p *program) run(args []string) (status int) {
	c := newConsole(p)
	defer func() {
		if v := recover(); v != nil {
			status = c.fail(&mpi.PanicError{Value: v, Stack: debug.Stack()})
		}
	}()
	c.watch = newInterrupter(p.exit, c.report)
	defer c.watch.stop()
	l, launched := mpi.Detect()
	c.mute = launched && !l.First
	err := p.app(c, args).Run(append([]string{"hybrid"}, args...))
	if err == nil {
		err = c.unknown
	}
	if err == nil {
		err = c.flush()
	}
	if err == nil && !c.running && withMPI && launched && l.Size != 1 {
		err = c.printedOnAll(args)
	}
	switch {
	case err == nil:
		return 0
	case c.running || !launched || l.Size == 1:
	case withMPI:
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
func (p *program) ranks(c *console, s settings, ranks int, f func(*mpi.Comm) error) error {
	c.running = true
	return mpi.Runner{Ranks: ranks, Report: c.report}.Run(func(comm *mpi.Comm) error {
		// A rank that did not understand its arguments says so here.
		if err := comm.Agree(nil); err != nil {
			return err
		}
		// Those of one process have one command line.
		if comm.Transport() != "local" {
			if err := sameOnAll(comm, c.command, s.given()); err != nil {
				return err
			}
		}
		return f(comm)
	})
}

// app is the command line, for the cli package to parse.
func (p *program) app(c *console, args []string) *cli.App {
	help := &cli.BoolFlag{Name: "help", Aliases: []string{"h"}}
	usage := func(ctx *cli.Context, err error, _ bool) error {
		name := "hybrid"
		if ctx.Command.Name != name {
			c.command = ctx.Command.Name
			name += " " + c.command
		}
		return explainUsage(name, args, ctx.Command.Flags, err)
	}
	parsed := func(m command) *cli.Command {
		return &cli.Command{
			Name:               m.name,
			Flags:              append(flagsOf(m.options), help),
			HideHelp:           true,
			CustomHelpTemplate: helpText(m.name),
			OnUsageError:       usage,
			BashComplete:       func(ctx *cli.Context) { completeFlags(ctx, m.options, args) },
			Action: func(ctx *cli.Context) error {
				c.command = m.name
				s := settings{ctx, p.env, m.options, p.kernels}
				if err := m.checkValues(s); err != nil {
					return err
				}
				if err := m.checkOperands(ctx.Args().Slice()); err != nil {
					return err
				}
				return m.run(p, c, s)
			},
		}
	}
	app := &cli.App{
		Name:                      "hybrid",
		Usage:                     "compute on many processes at once",
		Writer:                    c.words(),
		ErrWriter:                 c.stderr,
		HideHelp:                  true,
		HideVersion:               true,
		CustomAppHelpTemplate:     helpText("hybrid"),
		EnableBashCompletion:      true,
		DisableSliceFlagSeparator: true,
		Flags:                     []cli.Flag{help, &cli.BoolFlag{Name: "version", Aliases: []string{"V"}}},
		OnUsageError:              usage,
		BashComplete:              func(ctx *cli.Context) { completeCommands(ctx) },
		// Asked for by "hybrid heat --help extra".
		CommandNotFound: func(ctx *cli.Context, name string) {
			if ctx.Command.Name == "hybrid" { // "hybrid --help extra"
				c.unknown = unknownCommand(name)
				return
			}
			c.help([]string{ctx.Command.Name})
		},
		// The library would end the process by itself, before MPI is done.
		ExitErrHandler: func(*cli.Context, error) {},
		Commands: []*cli.Command{
			{
				Name: "completion", HideHelp: true, CustomHelpTemplate: helpText("completion"),
				Flags: []cli.Flag{help}, OnUsageError: usage,
				BashComplete: func(ctx *cli.Context) { completeShells(ctx) },
				Action:       func(ctx *cli.Context) error { return completion(c, ctx.Args().Slice()) },
			},
			{
				Name: "help", HideHelp: true, CustomHelpTemplate: helpText("hybrid"),
				Flags: []cli.Flag{help}, OnUsageError: usage,
				BashComplete: func(ctx *cli.Context) { completeCommands(ctx) },
				Action:       func(ctx *cli.Context) error { return c.help(ctx.Args().Slice()) },
			},
		},
	}
	for _, m := range slices.Backward(commands()) {
		app.Commands = append([]*cli.Command{parsed(m)}, app.Commands...)
	}
	app.Action = func(ctx *cli.Context) error {
		switch {
		case ctx.Args().Present():
			return unknownCommand(ctx.Args().First())
		case ctx.Bool("version"):
			fmt.Fprintln(c.words(), versionLine())
			return nil
		}
		return c.help(nil)
	}
	return app
}

// versionLine says what the binary is and what it was built for.
func versionLine() string {
	return fmt.Sprintf("hybrid %s (%s, %s %s/%s)", version, builtFor(), runtime.Version(), runtime.GOOS, runtime.GOARCH)
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
