package cli

import (
	"time"

	"hybrid/gpu/bind"
	"hybrid/internal/progress"
	"hybrid/mpi/output"
	"hybrid/solvers/task"
)

// A job is one rank's run of a command that computes, and what the frame knows of it.
type job struct {
	task.Job
	config  *config
	about   task.About
	here    rankInfo
	binding *bind.Binding // nil where no device was wanted
	program *Program
	console *console
	watch   *interrupter
	bar     *progress.Progress // nil where nothing is shown
	written []string           // output files that have their names
}

// firstOfProcess tells whether this is the rank of its process that does what is to be
// done once in each.
func (j *job) firstOfProcess() bool { return j.Comm.Transport() != "local" || j.Comm.Rank() == 0 }

// reports tells whether there is anything to print in the end.
func (j *job) reports() bool { return !j.config.Quiet || j.config.JSON || j.config.Data }

// textStream is where pictures and the summary go.
func (j *job) textStream() *stream {
	if j.config.JSON || j.config.Data {
		return j.console.stderr
	}
	return j.console.stdout
}

// progress shows how far the run is, until the work returns; see task.Job.
func (j *job) progress(unit string, all int, rate func(perSecond float64) string) (done func(n int)) {
	o := progress.Stderr(j.about.Name, unit, j.config.Quiet)
	if o.Out != nil {
		o.Out, o.Terminal = j.console.stderr.raw(), o.Terminal && j.console.stderr.terminal
	}
	bar, began := progress.New(int64(all), o), time.Now()
	j.bar = bar
	j.watch.onEnd(bar.Close)
	return func(n int) {
		bar.Set(int64(n), func() string { return rate(float64(n) / time.Since(began).Seconds()) })
	}
}

func (j *job) openOutput() (err error) {
	if j.Files, err = output.New(j.Comm); err == nil {
		j.watch.onEnd(j.Files.Abandon)
	}
	return err
}
