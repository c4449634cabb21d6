package cli

import (
	"errors"
	"time"

	"hybrid/internal/number"
	"hybrid/mpi"
	"hybrid/mpi/watchdog"
	"hybrid/solvers/task"
	"hybrid/solvers/task/option"
)

// shortestStall is below what a busy machine may keep a process from its cores.
const shortestStall = time.Second

// declareStall states --stall.
func (c *config) declareStall(o *option.Set) {
	o.Func("stall", "end the run, and name the ranks, when some have not moved for TIME: their process is stopped or does not answer, "+
		"they compute without progress, or all wait for each other. Choose more than the longest time that a rank may compute, write or verify "+
		"without a sign of it: 10m, 90s; off", c.readStall, nil, option.Arg("TIME"), option.Default("off"), option.Aside)
}

func (c *config) readStall(text string) (err error) {
	c.stall = 0
	if text == "off" || text == "0" {
		return nil
	}
	if c.stall, err = number.ParseDuration(text); err != nil || c.stall < shortestStall {
		return errors.New("want a time of 1s or more, such as 90s, 10m or 1h30m, or off")
	}
	return nil
}

// watchdog is what watches over the ranks of this process, nil where nobody wants that.
func (c *config) watchdog(on *console) *watchdog.Watchdog {
	if c.stall == 0 {
		return nil
	}
	return watchdog.New(watchdog.Options{
		After:  c.stall,
		Warn:   func(format string, args ...any) { on.say("warning: "+format, args...) },
		Report: func(err error) { on.report(&stalled{err, c.name("stall")}) },
		End:    func() { on.watch.end(task.Failed) },
	})
}

// join has the watchdog, if there is one, look after a rank until it leaves.
func join(d *watchdog.Watchdog, c *mpi.Comm) (leave func(), err error) {
	if d == nil {
		return func() {}, nil
	}
	return d.Join(c)
}

// stalled is the error of a run that was ended because nothing moved.
type stalled struct {
	err    error
	option string
}

func (s *stalled) Error() string {
	return s.err.Error() + ": the run was ended, as " + s.option + " asks"
}

func (s *stalled) Unwrap() error { return s.err }
