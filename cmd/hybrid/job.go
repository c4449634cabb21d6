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
	"hybrid/internal/progress"
	"hybrid/internal/simd"
	"hybrid/mpi"
	"hybrid/mpi/output"
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
	onCPU   bool         // the command has no use for a device
	binding *gpu.Binding // nil where no device was wanted
	console *console
	watch   *interrupter
	bar     *progress.Progress // nil where nothing is shown
}

// reports tells whether there is anything to print in the end.
func (j *job) reports() bool { return !j.config.Quiet || j.config.JSON }

// textStream is where pictures and the summary go.
func (j *job) textStream() *stream {
	if j.config.JSON {
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
		o.Out = j.console.stderr
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

// limit is the sum over all ranks of a rate that they measure at the same time:
// what the machine could do. Ranks for which no core is left, and those whose
// device another one has counted, do not measure. It is 0 if one of the rates is,
// which says that it is not known. It is collective.
func (j *job) limit(measure func() (float64, error)) (float64, error) {
	takesPart, err := j.measures()
	if err != nil {
		return 0, err
	}
	if err := j.comm.Barrier(); err != nil {
		return 0, err
	}
	rate, unknown := 0.0, 0.0
	if takesPart {
		if rate, err = measure(); !(rate > 0) {
			unknown = 1
		}
	}
	if err := j.comm.Agree(err); err != nil {
		return 0, err
	}
	all, err := j.sum(rate, unknown)
	if all[1] > 0 {
		return 0, err
	}
	return all[0], err
}

// measures tells whether this rank's rate counts for the machine's. It is
// collective.
func (j *job) measures() (bool, error) {
	node, err := j.comm.Node()
	if err != nil {
		return false, err
	}
	defer node.Free()
	own := bench{Threads: j.threads, Cores: j.place.Cores}
	if j.device != nil {
		own.UUID = j.device.Info().UUID
	}
	yes, err := allot(node, own, whoMeasures)
	return yes > 0, err
}

// A bench is where a rank can measure: on its device or, without one, on cores.
type bench struct {
	UUID    string
	Threads int
	Cores   []int
}

// whoMeasures is 1 for every rank of a node that is to measure: the first on each
// device, and as many as the cores have room for.
func whoMeasures(ranks []bench) []int {
	counted, union := map[string]bool{}, map[int]bool{}
	for _, r := range ranks {
		for _, core := range r.Cores {
			union[core] = true
		}
	}
	left, yes := len(union), make([]int, len(ranks))
	for i, r := range ranks {
		switch {
		case r.UUID != "" && !counted[r.UUID]:
			counted[r.UUID], yes[i] = true, 1
		case r.UUID == "" && left > 0:
			left -= r.Threads
			yes[i] = 1
		}
	}
	return yes
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
