package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"hybrid/gpu"
	"hybrid/gpu/bind"
	"hybrid/internal/progress"
	"hybrid/mpi"
	"hybrid/mpi/output"
	"hybrid/simd"
	"hybrid/study/bound"
)

// A job is one rank's run of a command that computes, and what the command may
// use.
type job struct {
	config  *computeConfig
	ctx     context.Context // ends when the run is told to stop
	comm    *mpi.Comm
	place   place
	isa     simd.ISA
	threads int           // to compute with: as asked for, or this rank's share of the cores
	device  *gpu.Device   // this rank's; nil: it computes on its CPU
	output  *output.Files // abandoned when the run is told to stop

	command string
	onCPU   bool          // the command has no use for a device
	binding *bind.Binding // nil where no device was wanted
	console *console
	watch   *interrupter
	bar     *progress.Progress // nil where nothing is shown
	written []string           // output files that have their names

	limitMemory func(bytes int64) (before int64) // as program has it
}

// reports tells whether there is anything to print in the end.
func (j *job) reports() bool { return !j.config.Quiet || j.config.JSON || j.config.Data }

// textStream is where pictures and the summary go.
func (j *job) textStream() *stream {
	if j.config.JSON || j.config.Data {
		return j.console.stderr
	}
	return j.console.stdout
}

// progress shows on rank 0 how many of all units are done. It begins to count
// now; the function that it returns is told how many are done, as often as one
// likes. rate puts a number of units a second into words. The frame ends the
// showing when the work returns.
func (j *job) progress(unit string, all int, rate func(perSecond float64) string) (done func(n int)) {
	if j.comm.Rank() != 0 {
		return func(int) {}
	}
	o := progress.Stderr(j.command, unit, j.config.Quiet)
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

// sum is the sum of each number over all ranks. It is collective.
func (j *job) sum(numbers ...float64) ([]float64, error) {
	return numbers, mpi.Allreduce(j.comm, numbers, numbers, mpi.Sum)
}

// limit is the sum over all ranks of a rate that they measure at the same time,
// see bound.Sum. It is collective.
func (j *job) limit(measure func() (float64, error)) (float64, error) {
	return bound.Sum(j.ctx, j.comm, bound.Here(j.threads, j.device), measure)
}

func missing(path string) bool {
	_, err := os.Stat(path)
	return errors.Is(err, fs.ErrNotExist)
}

// badInput makes an error in what the user gave, with that flag, out of any but a
// failure of the ranks to talk to each other or to a device.
func badInput(flag string, err error) error {
	var remote *mpi.RemoteError
	var transport *mpi.Error
	var driver *gpu.Error
	var path *os.PathError
	switch {
	case err == nil || errors.Is(err, mpi.ErrAborted) || errors.As(err, &transport) || errors.As(err, &driver):
		return err
	case errors.As(err, &remote):
		return &mpi.RemoteError{Rank: remote.Rank, Msg: remote.Msg, Code: badUsage}
	case errors.As(err, &path):
		err = fmt.Errorf("%s: %w", path.Path, path.Err)
		if dir := filepath.Dir(path.Path); errors.Is(path.Err, fs.ErrNotExist) && missing(dir) {
			err = fmt.Errorf("%s: the directory %s does not exist", path.Path, dir)
		}
	}
	if flag != "" {
		err = fmt.Errorf("%s: %w", flag, err)
	}
	return &statusError{err, badUsage}
}
