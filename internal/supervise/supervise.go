// Package supervise runs a command again when it fails, and sees to it that nothing of it
// is left in between.
package supervise

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"runtime"
	"syscall"
	"time"

	"hybrid/internal/units"
)

// A Job is a command, and how often it may be run again.
type Job struct {
	Command  []string      // program and arguments
	Again    []string      // of the runs after the first; nil: the same
	Restarts int           // after the first run
	GoOn     func() string // what a person may do when no restarts are left; nil: give the command again

	Stdin          *os.File // nil: empty
	Stdout, Stderr io.Writer
	Say            func(format string, args ...any) // prints a line for people
	Signals        []os.Signal                      // passed on to the command
	GoesOn         func(os.Signal) bool             // a signal does not ask the command to end; nil: each does
	Name           func(os.Signal) string           // of a signal
	Pause          time.Duration                    // before the second run; it doubles from one to the next, up to LongestPause
}

// LongestPause is the longest between two runs.
const LongestPause = time.Minute

// settled is how long a run lasts whose failure has nothing to do with the one before.
const settled = 10 * time.Minute

// Statuses after which a job is not run again: another run would end in the same way.
const (
	badUsage   = 2 // and bad input
	unverified = 3 // a wrong answer
	timeUp     = 4
)

// Run runs the job until it succeeds, has been started Restarts times again, ends with a status
// that would be the same again, or this process gets a signal to end, which it passes on
// to the job. Each restart is announced, with its reason, and that there are no more. It returns the exit status of
// the last run, 128+n where signal n ended it; an error only where the command cannot be
// started. All processes that a run began, and that outlive it, are ended before Run
// goes on.
func (j Job) Run() (status int, err error) {
	got := make(chan os.Signal, 16)
	signal.Notify(got, j.Signals...)
	defer signal.Stop(got)
	release := adoptOrphans()
	defer release()
	pause, command := j.Pause, j.Command
	for try := 1; ; try++ {
		began := time.Now()
		status, told, err := j.once(command, got)
		if err != nil {
			return 0, err
		}
		if status == 0 || told || status == badUsage || status == unverified || status == timeUp {
			return status, nil
		}
		if try > j.Restarts {
			if j.Restarts > 0 {
				j.Say("the job %s after %s, and %s: %s", j.how(status), units.Seconds(time.Since(began).Seconds()), usedUp(j.Restarts), j.goOn())
			}
			return status, nil
		}
		if time.Since(began) > settled {
			pause = j.Pause
		}
		j.Say("the job %s after %s: starting it again in %s (restart %d of %d)", j.how(status), units.Seconds(time.Since(began).Seconds()), units.Seconds(pause.Seconds()), try, j.Restarts)
		for over, waiting := time.After(pause), true; waiting; {
			select {
			case s := <-got:
				if !j.goesOn(s) {
					return 128 + int(s.(syscall.Signal)), nil
				}
			case <-over:
				waiting = false
			}
		}
		pause = min(2*pause, LongestPause)
		if j.Again != nil {
			command = j.Again
		}
	}
}

// usedUp says that so many restarts are.
func usedUp(restarts int) string {
	if restarts == 1 {
		return "its only restart is used up"
	}
	return fmt.Sprintf("its %d restarts are used up", restarts)
}

func (j Job) goOn() string {
	if j.GoOn == nil {
		return "see why, and give the command again"
	}
	return j.GoOn()
}

// how says how a run ended.
func (j Job) how(status int) string {
	if status > 128 && status < 128+64 {
		if name := j.Name(syscall.Signal(status - 128)); name != "" {
			return fmt.Sprintf("was ended by %s (status %d)", name, status)
		}
	}
	return fmt.Sprintf("failed with status %d", status)
}

func (j Job) goesOn(s os.Signal) bool { return j.GoesOn != nil && j.GoesOn(s) }

// once is one run. told says that this process got a signal to end meanwhile, or one that has
// ended the run.
func (j Job) once(command []string, got <-chan os.Signal) (status int, told bool, err error) {
	cmd := exec.Command(command[0], command[1:]...)
	cmd.Stdout, cmd.Stderr = j.Stdout, j.Stderr
	if j.Stdin != nil {
		cmd.Stdin = j.Stdin
	}
	cmd.SysProcAttr = ownGroup()
	cmd.WaitDelay = time.Second // what it has left behind may hold its output open
	ended, started := make(chan error, 1), make(chan error)
	go func() {
		// The command ends with this process even if that is killed. The kernel takes
		// the end of the thread for that of the process: it has to last.
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		if err := cmd.Start(); err != nil {
			started <- err
			return
		}
		started <- nil
		ended <- cmd.Wait()
	}()
	if err := <-started; err != nil {
		return 0, false, err
	}
	asked := map[int]bool{} // the statuses of a command that such a signal ends after all
	for {
		select {
		case s := <-got:
			told = told || !j.goesOn(s)
			asked[128+int(s.(syscall.Signal))] = true
			_ = cmd.Process.Signal(s) // it may have ended
		case err := <-ended:
			endOrphans()
			select {
			case s := <-got: // as the command ended
				told = told || !j.goesOn(s)
			default:
			}
			var exit *exec.ExitError
			if err != nil && !errors.As(err, &exit) && !errors.Is(err, exec.ErrWaitDelay) {
				return 0, told, err
			}
			status = statusOf(cmd.ProcessState)
			return status, told || asked[status], nil
		}
	}
}

func statusOf(s *os.ProcessState) int {
	if w, ok := s.Sys().(syscall.WaitStatus); ok && w.Signaled() {
		return 128 + int(w.Signal())
	}
	return s.ExitCode()
}
