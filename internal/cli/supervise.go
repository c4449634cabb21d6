package cli

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"syscall"
	"time"

	"golang.org/x/term"

	"hybrid/internal/plain"
	"hybrid/internal/supervise"
	"hybrid/mpi"
	"hybrid/mpi/checkpoint"
	"hybrid/solvers/task"
	"hybrid/solvers/task/option"
)

// firstPause is between a run that has failed and the next.
const firstPause = time.Second

// declareSupervise states --supervise.
func (c *config) declareSupervise(o *option.Set) {
	o.Int(&c.supervise, "supervise", 0, "start the run again when it fails, N times at most, and from its last checkpoint where it has one; not after status 2, 3 or 4, "+
		"nor after a signal to this process. Ranks of mpirun and srun: see hybrid supervise", option.Range(0, 1000), option.Aside)
}

// superviseRun runs this command line as a process of its own, again and again if need be.
func (c *config) superviseRun(p *Program, on *console) error {
	if l, launched := mpi.Detect(); launched && l.Size != 1 {
		return task.Bad("%s is %d, but %s started this process as one of several tasks, and the launcher ends with the first that fails: "+
			"supervise the launcher, as in hybrid supervise -n %[2]d -- mpirun -n %[4]d hybrid %[5]s ...", c.name("supervise"), c.supervise, l.Name, max(l.Size, 2), on.command)
	}
	self, err := os.Executable()
	if err != nil {
		return fmt.Errorf("%s: this program does not find itself: %w", c.name("supervise"), err)
	}
	run := func(more ...string) []string {
		return append([]string{self}, withFlags(on.args, append([]string{"--supervise", "0"}, more...)...)...)
	}
	job := supervise.Job{Command: run(), Restarts: c.supervise}
	if c.options.Find("restart") != nil && c.options.Given("checkpoint") {
		job.Again = run("--restart", "auto")
	}
	if dir := c.keeping.dir; dir != "" {
		job.GoOn = func() string {
			if path, _, err := checkpoint.Newest(dir); path == "" || err != nil {
				return fmt.Sprintf("there is no whole checkpoint in %s: see why, and give the command again", plain.Text(dir))
			}
			return fmt.Sprintf("go on by hybrid %s --restart %s", on.command, plain.Word(dir))
		}
	}
	return on.supervise(p, job)
}

// withFlags is a command line with further flags, which go before those that are there.
func withFlags(args []string, flags ...string) []string {
	end := slices.Index(args, "--")
	if end < 0 {
		end = len(args)
	}
	return slices.Concat(args[:end], flags, args[end:])
}

// openSupervise is the command that supervises another one, such as a launcher.
func openSupervise(p *Program, o *option.Set) func(*console) error {
	restarts, command := 0, []string(nil)
	o.Int(&restarts, "restarts", 3, "how often to start the command again at most", option.Range(0, 1000), option.Short("n"))
	o.Operands(&command, "command")
	return func(c *console) error {
		p.sayUnread(c, o, false)
		if len(command) == 0 {
			return task.Bad("there must be a command after --: hybrid supervise -n 3 -- mpirun -n 4 hybrid heat --checkpoint DIR --restart auto")
		}
		if l, launched := mpi.Detect(); launched && l.Size != 1 {
			return task.Bad("%s started this process as one of several tasks: supervise goes before the launcher, as in hybrid supervise -- mpirun -n %d ...", l.Name, max(l.Size, 2))
		}
		return c.supervise(p, supervise.Job{Command: command, Restarts: restarts})
	}
}

// supervise runs a job; its error has the status of the last run, and was printed.
func (c *console) supervise(p *Program, job supervise.Job) error {
	c.watch.stop() // signals are the job's
	job.Stdout, job.Stderr = p.Stdout, p.Stderr
	// A job that is not in a terminal's foreground is stopped when it reads there.
	if in, ok := p.Stdin.(*os.File); ok && !term.IsTerminal(int(in.Fd())) {
		job.Stdin = in
	}
	job.Say, job.Signals, job.Pause = c.say, Endings, firstPause
	job.GoesOn = func(s os.Signal) bool { return asksToSave(s.(syscall.Signal)) }
	job.Name = func(s os.Signal) string { return SignalName(s.(syscall.Signal)) }
	status, err := job.Run()
	if err != nil {
		return task.Bad("cannot start %q: %w", job.Command[0], plainPathError(err))
	}
	if status == 0 {
		return nil
	}
	c.mu.Lock()
	c.said = true // by the job
	c.mu.Unlock()
	return &task.StatusError{Err: fmt.Errorf("the job ended with status %d", status), Status: status}
}

// plainPathError leaves the name out of an error that says it twice.
func plainPathError(err error) error {
	var path *os.PathError
	if errors.As(err, &path) {
		return path.Err
	}
	return err
}
