package sorting

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"math"
	"time"

	"hybrid/internal/units"
	"hybrid/solvers/task"
	"hybrid/solvers/task/option"
)

// Statement is hybrid sort.
func Statement(c *task.Common) task.Problem { return &problem{Common: c} }

type problem struct {
	*task.Common
	N            int
	Distribution string
	In           string // file with the keys; "": they are made
	ownType      bool   // no --dtype was given: the file's counts
	Out          []string
}

//go:embed help.txt
var help string

func (p *problem) About() task.About {
	return task.About{Name: "sort", Summary: "sort numbers", Help: help}
}

func (p *problem) Declare(o *option.Set) {
	o.Group("Keys")
	o.Int(&p.N, "n", 10_000_000, "how many to make", option.Bare, option.Meant("size", "keys"), option.Range(1, MaxKeys), option.Size)
	o.Choice(&p.Distribution, "distribution", "what to make, of the seed and the index of each key alone:", option.Explained(
		"uniform", "all integers; floats in [0, 1)",
		"normal", "mean 0 and standard deviation 1; integers 2^24 (i32) or 2^56, u64 around 2^63",
		"zipf", "k of 1 to 2^20-1, which falls off as 1/k",
		"equal", "42",
		"sorted", "the index",
		"reversed", "the index, from the last one down",
		"few", "0 to 15"))
	o.In(&p.In, "in", "sort these, a one-dimensional array of i32, i64, u64, f32 or f64, in the place of made ones", []string{".npy"}, option.Bare, option.Meant("input", "file"))
	o.Choice(&p.DType, "dtype", "of the keys. With a file it must be the file's, which it is if left out",
		option.Choices("f64", "f32", "i32", "i64", "u64"), option.Arg("TYPE"))
	o.Uint64(&p.Seed, "seed", 0, "of the made keys; with a file it changes nothing")
	o.Group("Output")
	o.Outs(&p.Out, "out", "write the sorted keys, each rank its own; may be given several times", []string{".npy"}, option.Arg("FILE.npy"))
	o.Group("Run")
	o.Toggle(&p.Verify, "verify", "check the order, from rank to rank too, and that a checksum of the keys, which does not depend on their order, "+
		"is the input's")
}

func (p *problem) Check(c *task.Checker) {
	if p.In != "" {
		c.Sizes = []string{"in"}
		for _, made := range []string{"n", "distribution"} {
			if c.Given(made) {
				c.Fail("%s says how to make keys, but %s %s has them: leave one of the two out", c.Name(made), c.Name("in"), p.In)
			}
		}
		p.Distribution = ""
	}
	p.ownType = p.In != "" && !c.Given("dtype")
	c.Outputs(p.Out)
}

func (p *problem) Sizes() task.Sizes {
	return task.Sizes{
		Unit: "keys", Params: []string{"n"}, Typed: true, Such: "1e7", Waits: "keys",
		Start: func(m task.Machine, _ string) task.Size {
			switch {
			case m.Simulated:
				return task.Size{1000}
			case m.Device:
				return task.Size{10_000_000}
			}
			return task.Size{200_000}
		},
		Empty: func(task.Size) task.Size { return task.Size{16} },
		Times: func(s task.Size, factor float64) task.Size {
			return task.Size{max(int(float64(s[0])*factor/1000+0.5), 1) * 1000}
		},
		Spread: func(s task.Size, workers int) task.Size { return task.Size{task.Product(s[0], workers)} },
	}
}

func (p *problem) Open(_ context.Context, j *task.Job) (task.Task, error) {
	if p.In == "" {
		return p.open(j, nil)
	}
	file, err := OpenFile(j.Comm, p.In)
	if err != nil {
		return nil, task.BadInput(j.Name("in"), err)
	}
	t, err := p.ofFile(j, file)
	if err != nil {
		file.Close()
	}
	return t, err
}

// ofFile sorts the keys of a file, as its type and number say.
func (p *problem) ofFile(j *task.Job, file *File) (task.Task, error) {
	own, common := *p, *p.Common // other ranks of this process have the same problem
	if own.Common, p = &common, &own; p.ownType {
		p.DType = file.DType()
	}
	if p.DType != file.DType() {
		return nil, j.Comm.Agree(task.Bad("%s is %s, but the keys in %s (%s) are %s: leave %[1]s out to take the file's",
			j.Name("dtype"), p.DType, p.In, j.Name("in"), file.DType()))
	}
	p.N = file.N()
	return p.open(j, file)
}

func (p *problem) open(j *task.Job, file *File) (task.Task, error) {
	switch p.DType {
	case "i32":
		return open[int32](p, j, file)
	case "i64":
		return open[int64](p, j, file)
	case "u64":
		return open[uint64](p, j, file)
	case "f32":
		return open[float32](p, j, file)
	}
	return open[float64](p, j, file)
}

// A sort is the problem on one rank.
type sort[K Key] struct {
	*problem
	job    *task.Job
	file   *File // nil: the keys are made
	solver *Solver[K]
	made   func(first int, dst []K) error
	done   func(keys int)
	fill   time.Duration // time to make or read the keys
	work   task.Work
	// onDevice is the bytes that a run reads and writes on all devices.
	onDevice  float64
	before    *Checksum      // of the keys as they were filled; nil: not computed
	bandwidth task.Bandwidth // as the last report has it
}

func open[K Key](p *problem, j *task.Job, file *File) (task.Task, error) {
	t := &sort[K]{problem: p, job: j, file: file, work: task.Work{Units: float64(p.N)}}
	// Rank 0 tells how far it is itself; the others are about as far.
	o := Options{Threads: j.Threads, ISA: j.ISA, Device: j.Device, Progress: func(keys int) { t.done(keys * j.Comm.Size()) }}
	var err error
	if t.solver, err = New[K](j.Comm, p.N, o); err != nil {
		return nil, err
	}
	err = j.Hold(p.Out, func(path string) error { return CheckOutput[K](j.Files, path, p.N) })
	if err == nil && file != nil {
		t.made = FromFile[K](file)
	} else if err == nil {
		t.made, err = Values[K](p.Distribution, p.Seed, p.N)
	}
	if err != nil {
		return nil, errors.Join(err, t.solver.Close())
	}
	return t, nil
}

// Prepare makes or reads this rank's keys.
func (t *sort[K]) Prepare(context.Context) error {
	began := time.Now()
	err := t.solver.Fill(t.made)
	t.fill, t.before = time.Since(began), nil
	if t.file != nil {
		return task.BadInput(t.job.Name("in"), err)
	}
	return err
}

func (t *sort[K]) Run(ctx context.Context, e task.Effort) (task.Run, error) {
	if e != task.Unchecked {
		sum, err := t.solver.Checksum()
		if err != nil {
			return task.Run{}, err
		}
		t.before = &sum
	}
	t.done = t.job.Progress("keys", t.N, func(rate float64) string { return units.SI(rate) + " keys/s" })
	was, began := t.solver.Costs(), time.Now()
	if err := t.solver.Sort(ctx); err != nil {
		return task.Run{}, err
	}
	now := t.solver.Costs()
	run := task.Run{Elapsed: time.Since(began), Compute: now.Divide + now.Local - was.Divide - was.Local}
	if t.work.Bytes == 0 {
		on, before := now.Device, was.Device
		sums, err := t.job.Sum(now.Moved-was.Moved, now.Sent-was.Sent, on.Moved+on.Read-before.Moved-before.Read)
		if err != nil {
			return run, err
		}
		t.work.Bytes, t.work.Between, t.onDevice = sums[0], task.Scattered(sums[1]), sums[2]
	}
	if e != task.Unchecked {
		v, err := t.solver.Verify(*t.before)
		run.Verdict = &v
		return run, err
	}
	return run, nil
}

func (t *sort[K]) Work() task.Work { return t.work }

// Limit is what memory allows, that of devices where all ranks have one.
func (t *sort[K]) Limit(ctx context.Context, _ time.Duration, memory task.Memory) (task.Limit, error) {
	peak, err := t.peak(ctx)
	if err != nil {
		return task.Limit{}, err
	}
	if peak > 0 && t.onDevice > 0 {
		return t.deviceLimit(peak), nil
	}
	rate, err := memory()
	if err != nil || rate == 0 || t.work.Bytes == 0 {
		return task.Limit{}, err
	}
	return task.Limit{Rate: rate * t.work.Units / t.work.Bytes, By: "memory", Text: "that memory allows with the passes that the method makes"}, nil
}

func (t *sort[K]) Answer() (string, error) {
	sum, err := t.solver.Checksum()
	if err != nil {
		return "", err
	}
	s, err := t.solver.Summary()
	return fmt.Sprint(sum, s), err
}

func (t *sort[K]) Outputs() []string       { return t.Out }
func (t *sort[K]) Write(path string) error { return t.solver.Write(t.job.Files, path) }

func (t *sort[K]) Close() error {
	err := t.solver.Close()
	if t.file != nil {
		err = errors.Join(err, t.file.Close())
	}
	return err
}

// inJSON is a key as a JSON object can have it: a number or, as JSON has none for
// NaN and the infinities, their name.
func inJSON[K Key](k K) any {
	switch x := float64(k); {
	case math.IsNaN(x):
		return "NaN"
	case math.IsInf(x, 0):
		return map[bool]string{true: "Infinity", false: "-Infinity"}[x > 0]
	}
	return k
}
