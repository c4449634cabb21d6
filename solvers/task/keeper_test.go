package task

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"syscall"
	"testing"
	"time"

	"hybrid/gpu"
	"hybrid/internal/disk"
	"hybrid/internal/disk/faulty"
	"hybrid/mpi"
	"hybrid/mpi/checkpoint"
	"hybrid/npy"
)

// A count is work that only counts.
type count struct{ done, all int }

func (c *count) Progress() (done, all int) { return c.done, c.all }

func (c *count) Advance(_ context.Context, n int) error { c.done += n; return nil }

func (c *count) Save(w *checkpoint.Writer) error {
	return w.State(c.done)
}

// failing is a count whose saving fails, on all ranks by the error of rank 1.
type failing struct {
	count
	comm *mpi.Comm
	why  error
}

func (f *failing) Save(*checkpoint.Writer) error {
	var err error
	if f.comm.Rank() == 1 {
		err = f.why
	}
	return f.comm.Agree(err)
}

// A run outlives a checkpoint that cannot be written, but not a device that is lost nor a
// field that is wrong: these end it on every rank.
func TestWhatARunOutlives(t *testing.T) {
	for name, c := range map[string]struct {
		err  error
		ends bool
	}{
		"full disk":     {errors.New("no space left on device"), false},
		"lost device":   {&gpu.LostError{Err: errors.New("ECC")}, true},
		"a wrong field": {&StatusError{Err: errors.New("NaN"), Status: Unverified}, true},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			var told []string
			ended := make([]error, 3)
			err := mpi.Runner{Ranks: 3, Local: true}.Run(func(comm *mpi.Comm) error {
				folder, err := checkpoint.Take(comm, dir, checkpoint.Options{})
				if err != nil {
					return err
				}
				defer folder.Close()
				k := &Keeper{Folder: folder, Header: checkpoint.Header{Unit: "units", Params: json.RawMessage("[]")}, EveryUnits: 10, Have: -1,
					Asked: func(time.Duration) Request { return Request{} }, Stopping: func() {},
					Tell: func(format string, args ...any) {
						if comm.Rank() == 0 {
							told = append(told, format)
						}
					}}
				j := &Job{Place: Place{Comm: comm}, Keeper: k}
				work := &failing{count{all: 25}, comm, c.err}
				ended[comm.Rank()] = j.Go(context.Background(), work, 0, time.Millisecond)
				if want := 25; !c.ends && work.done != want {
					t.Errorf("%d are done; want %d", work.done, want)
				}
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
			for rank, err := range ended {
				if (err != nil) != c.ends {
					t.Errorf("rank %d ends with %v", rank, err)
				}
			}
			if !c.ends && (len(told) == 0 || !strings.Contains(told[0], "no checkpoint was written")) {
				t.Errorf("told %q", told)
			}
			if c.ends && !errors.Is(ended[1], c.err) {
				t.Errorf("rank 1 ends with %v; want %v", ended[1], c.err)
			}
		})
	}
}

// A run goes on from what it has saved, at the units that were asked for.
func TestARunSavesAtItsUnits(t *testing.T) {
	dir := t.TempDir()
	err := mpi.Runner{Ranks: 2, Local: true}.Run(func(comm *mpi.Comm) error {
		folder, err := checkpoint.Take(comm, dir, checkpoint.Options{Keep: 9})
		if err != nil {
			return err
		}
		k := &Keeper{Folder: folder, Header: checkpoint.Header{Unit: "units", Params: json.RawMessage("[]")}, EveryUnits: 10, Have: -1,
			Asked: func(time.Duration) Request { return Request{} }, Stopping: func() {}, Tell: t.Logf}
		j := &Job{Place: Place{Comm: comm}, Keeper: k}
		if err := j.Go(context.Background(), &count{all: 25}, 0, time.Millisecond); err != nil {
			return err
		}
		if err := k.Finish(); err != nil {
			return err
		}
		if folder.Count != 3 {
			t.Errorf("%d checkpoints; want 3: of 10, 20 and 25 units", folder.Count)
		}
		return folder.Close()
	})
	if err != nil {
		t.Fatal(err)
	}
	_, m, err := checkpoint.Newest(dir)
	if err != nil || m.Done != 25 || string(m.State) != "25" {
		t.Errorf("the newest is %+v, %v", m, err)
	}
}

// A row is a count that has a row of numbers to save.
type row struct{ count }

func (r *row) Save(w *checkpoint.Writer) error {
	values := []float64{1, 2, 3, 4}
	err := checkpoint.Add(w, "row", 1, len(values), npy.Block{Row1: 1, Col1: len(values)}, func(p *checkpoint.Part[float64]) error { return p.Put(0, values) })
	if err != nil {
		return err
	}
	return r.count.Save(w)
}

// A run that is stopped saves what is done, whatever became of the checkpoint under way.
func TestAStoppedRunSavesBehindAFailure(t *testing.T) {
	dir := t.TempDir()
	stopping := make(chan struct{})
	defer disk.Use(faulty.New(
		faulty.Fault{Call: "WriteAt", Name: ".npy", To: 1, Until: stopping},
		faulty.Fault{Call: "Sync", Name: ".npy", To: 1, Err: syscall.ENOSPC}))()
	err := mpi.Runner{Ranks: 1}.Run(func(comm *mpi.Comm) error {
		folder, err := checkpoint.Take(comm, dir, checkpoint.Options{})
		if err != nil {
			return err
		}
		defer folder.Close()
		work := &row{count{all: 25}}
		k := &Keeper{Folder: folder, Header: checkpoint.Header{Unit: "units", Params: json.RawMessage("[]")}, EveryUnits: 10, Have: -1,
			Asked: func(time.Duration) (r Request) {
				if work.done > 10 {
					r.Stop = 15
				}
				return r
			},
			Stopping: func() { close(stopping) }, Tell: t.Logf}
		var stopped *StoppedError
		if err := (&Job{Place: Place{Comm: comm}, Keeper: k}).Go(context.Background(), work, 0, time.Millisecond); !errors.As(err, &stopped) {
			return fmt.Errorf("the run ends with %v", err)
		}
		if stopped.Why != nil || stopped.Checkpoint == "" || folder.Count != 1 {
			t.Errorf("%+v, %d checkpoints", stopped, folder.Count)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, m, err := checkpoint.Newest(dir); err != nil || m.Done <= 10 {
		t.Errorf("the newest is %+v, %v", m, err)
	}
}
