package cli

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"syscall"
	"testing"

	"hybrid/mpi"
	"hybrid/solvers/task"
	"hybrid/solvers/task/option"
)

// interrupt makes an interrupter that tells what it does.
func interrupt() (i *interrupter, did chan string) {
	did = make(chan string, 10)
	i = newInterrupter(func(status int) {
		did <- "exit"
		if status != 143 {
			did <- "with another status"
		}
	}, func(err error) { did <- err.Error() })
	i.onEnd(func() { did <- "clean" })
	i.running.Store(true)
	return i, did
}

func wantDone(t *testing.T, did chan string, want ...string) {
	t.Helper()
	for _, w := range want {
		if got := <-did; got != w {
			t.Errorf("did %q, want %q", got, w)
		}
	}
}

const endedBySIGTERM = "ended by SIGTERM before the run was complete"

func TestARunThatDoesNotStopIsEnded(t *testing.T) {
	i, did := interrupt()
	i.signals <- syscall.SIGTERM
	<-i.ctx.Done()
	if err := i.cause(); err == nil || err.Error() != endedBySIGTERM || statusOf(err) != 143 {
		t.Errorf("cause %v", err)
	}
	wantDone(t, did, "clean", endedBySIGTERM, "exit")
}

func TestASecondSignalEndsAtOnce(t *testing.T) {
	i, did := interrupt()
	i.signals <- syscall.SIGTERM
	i.signals <- syscall.SIGINT
	wantDone(t, did, "clean", endedBySIGTERM, "exit")
}

// Such a signal may come before there is anything to save.
func TestARunThatWillKeepCheckpointsIsNotEndedBySIGUSR1(t *testing.T) {
	i, did := interrupt()
	i.keeps.Store(true)
	i.signals <- syscall.SIGUSR1
	i.signals <- syscall.SIGTERM
	<-i.ctx.Done()
	if !i.save.Load() {
		t.Error("no checkpoint is asked for")
	}
	wantDone(t, did, "clean", endedBySIGTERM, "exit")
}

func TestARankOfALauncherEndsInSilence(t *testing.T) {
	t.Setenv("OMPI_COMM_WORLD_SIZE", "4")
	t.Setenv("OMPI_COMM_WORLD_RANK", "1")
	i, did := interrupt()
	i.signals <- syscall.SIGTERM
	wantDone(t, did, "clean", "exit")
}

// A writing is a problem, and its task, that only writes files.
type writing struct {
	files        []string
	write        func(j *job, path string) error
	prepare, run func()
	job          *job
}

func (w *writing) About() task.About                                  { return task.About{Name: "heat", OnCPU: true} }
func (w *writing) Declare(*option.Set)                                {}
func (w *writing) Check(*task.Checker)                                {}
func (w *writing) Outputs() []string                                  { return w.files }
func (w *writing) Write(path string) error                            { return w.write(w.job, path) }
func (w *writing) Close() error                                       { return nil }
func (w *writing) Open(context.Context, *task.Job) (task.Task, error) { return w, nil }
func (w *writing) Prepare(context.Context) error {
	if w.prepare != nil {
		w.prepare()
	}
	return nil
}
func (w *writing) Run(context.Context, task.Effort) (task.Run, error) {
	if w.run != nil {
		w.run()
	}
	return task.Run{}, nil
}
func (w *writing) Report(_ context.Context, r *task.Report) error {
	r.Outputs("output", w.files...)
	return nil
}

// oneRank runs a problem and returns what was printed and the error.
func oneRank(t *testing.T, w *writing) (string, error) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	p := &Program{Stdout: &stdout, Stderr: &stderr, Env: func(string) string { return "" }}
	c := newConsole(p)
	c.command = "heat"
	c.watch = newInterrupter(func(int) { panic("exit in a test") }, c.report)
	c.watch.running.Store(true)
	defer c.watch.stop()
	err := mpi.Run(1, func(comm *mpi.Comm) error {
		o := newSet("hybrid heat")
		cfg := &config{options: o, name: o.Name}
		cfg.declare(o, task.About{})
		cfg.GPU, cfg.Threads = "off", 1
		w.job = &job{config: cfg, about: w.About(), program: p, console: c, watch: c.watch}
		w.job.Comm = comm
		return c.watch.explain(comm, w.job.do(w))
	})
	return stdout.String() + stderr.String(), err
}

// TestASignalAfterTheLastFileLeavesTheRunComplete has the signal come while the
// file is given its name.
func TestASignalAfterTheLastFileLeavesTheRunComplete(t *testing.T) {
	work := func(files ...string) *writing {
		return &writing{files: files, write: func(j *job, _ string) error {
			select {
			case <-j.watch.ctx.Done():
			default:
				j.watch.signals <- syscall.SIGTERM
				<-j.watch.ctx.Done()
			}
			return nil
		}}
	}
	text, err := oneRank(t, work("a.npy"))
	if want := "hybrid: heat: SIGTERM came when the run was complete\n"; err != nil || !strings.Contains(text, want) || !strings.Contains(text, "output    a.npy\n") {
		t.Errorf("error %v, printed %q, want %q and the file", err, text, want)
	}
	if text, err := oneRank(t, work("a.npy", "b.npy")); err == nil || err.Error() != endedBySIGTERM || text != "" {
		t.Errorf("before the last file: error %v, printed %q, want %q", err, text, endedBySIGTERM)
	}
}

func TestASummaryHasTheFilesThatWereWritten(t *testing.T) {
	full := errors.New("no space left on device")
	text, err := oneRank(t, &writing{files: []string{"a.npy", "b.png", "c.vti"}, write: func(_ *job, path string) error {
		if path == "b.png" {
			return full
		}
		return nil
	}})
	if !errors.Is(err, full) || !strings.Contains(text, "output    a.npy\noutput    c.vti\n") || strings.Contains(text, "b.png") {
		t.Errorf("error %v, printed %q, want a.npy and c.vti and not b.png", err, text)
	}
}
