package cli

import (
	"errors"
	"fmt"
	"runtime/metrics"
	"strings"

	"hybrid/gpu"
	"hybrid/internal/cores"
	_ "hybrid/internal/prelude" // ends the program where there is less room than for startable
	"hybrid/internal/stdio"
	"hybrid/internal/units"
	"hybrid/mpi/memcheck"
	"hybrid/solvers/task"
)

// startable is an error if the limits of this process leave it no room for the threads
// that the Go runtime starts by itself, which would end it with pages of stacks.
func startable() error {
	// Before any file is opened: the runtime needs two for itself to wait for the first, and some are for
	// what this program reads of the machine.
	if left := stdio.FilesLeft(fewestFiles); left < fewestFiles {
		return fmt.Errorf("only %d more files may be open at once (ulimit -n), and this program needs at least %d: raise it", left, fewestFiles)
	}
	if l, ok := cores.ProcessMemory(); ok && l.Left == 0 && strings.HasPrefix(l.By, "ulimit") {
		return fmt.Errorf("%s leaves no room for the threads and the memory of this program: raise it, or set GOMAXPROCS=1", l.By)
	}
	need := cores.RuntimeThreads()
	need -= min(need, cores.OwnThreads())
	if l, ok := cores.NodeThreads(); ok && l.Left < need {
		err := &memcheck.ThreadsError{Need: need, Have: l.Left, Where: "this machine", By: l.By}
		return &task.StatusError{Err: errors.New(strings.TrimPrefix(err.Error(), "memcheck: ")), Status: task.Failed}
	}
	return nil
}

// fewestFiles are the files that a run has open at once at least, beside the three streams.
const fewestFiles = 8

// fitIn keeps the run within the memory and the threads that are left to it: it
// refuses more threads than may start, and tells the runtime to collect garbage before
// memory is used up. It is collective.
func (j *job) fitIn() error {
	ranks := []string{"ranks", "threads"}
	if err := memcheck.CheckThreads(j.Comm, j.Threads); err != nil {
		return j.tooLarge(err, ranks)
	}
	least := memcheck.Need{What: fmt.Sprintf("memory: %s of %s, whatever they compute, need", units.Count(j.Comm.Size(), "rank"), units.Count(j.Threads, "thread")), Instead: "fewer"}
	if err := memcheck.Check(j.Comm, least); err != nil {
		return j.tooLarge(err, ranks)
	}
	if !j.firstOfProcess() || j.program.LimitMemory == nil {
		return nil
	}
	if free, ok := cores.AvailableMemory(); ok {
		processes := 1
		if j.Comm.Transport() != "local" {
			processes = j.here.NodeSize
		}
		// Processes do not take equal parts: twice an equal one is for each.
		part := 0.9 * float64(free) * min(1, 2/float64(processes))
		limit := int64(part) + heldByRuntime()
		if before := j.program.LimitMemory(-1); limit < before {
			j.program.LimitMemory(limit)
		}
	}
	return nil
}

// heldByRuntime is the memory that the Go runtime holds, in bytes, as its limit counts it.
func heldByRuntime() int64 {
	m := []metrics.Sample{{Name: "/memory/classes/total:bytes"}, {Name: "/memory/classes/heap/released:bytes"}}
	metrics.Read(m)
	return int64(m[0].Value.Uint64() - m[1].Value.Uint64())
}

// tooLarge names the options to blame, if an error is that memory or threads do not
// suffice.
func (j *job) tooLarge(err error, blamed []string) error {
	var node *memcheck.Error
	var threads *memcheck.ThreadsError
	var device *gpu.MemoryError
	status := task.Failed
	switch {
	case errors.As(err, &node):
		err, status = node, node.ExitCode()
	case errors.As(err, &threads):
		err = threads
	case errors.As(err, &device):
		if err = device; device.Total > 0 && device.Want > device.Total {
			status = task.BadUsage
		}
	default:
		return err
	}
	var names []string
	for _, option := range blamed {
		names = append(names, j.config.name(option))
	}
	_, text, _ := strings.Cut(err.Error(), ": ") // without the package
	if device != nil && j.Device != nil {
		i := j.Device.Info()
		text += fmt.Sprintf(" (device %d, %s, of rank %d on %s)", i.Index, i.UUID, j.Comm.Rank(), j.Comm.Host())
	}
	if len(names) > 0 {
		text = strings.Join(names, ", ") + ": " + text
	}
	return &task.StatusError{Err: errors.New(text), Status: status}
}

// whoseDevice says which rank has lost its device, if an error is that.
func (j *job) whoseDevice(err error) error {
	var lost *gpu.LostError
	if !errors.As(err, &lost) {
		return err
	}
	return &lostDevice{err, fmt.Sprintf("rank %d on %s: %s", j.Comm.Rank(), j.Comm.Host(), strings.TrimPrefix(lost.Error(), "gpu: "))}
}

// lostDevice is a lost device in words of its rank, which the errors that follow from it add nothing to.
type lostDevice struct {
	err  error
	text string
}

func (l *lostDevice) Error() string { return l.text }

func (l *lostDevice) Unwrap() error { return l.err }
