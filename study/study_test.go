package study_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"reflect"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"hybrid/gpu"
	"hybrid/mpi"
	"hybrid/solvers/task"
	"hybrid/solvers/task/option"
	"hybrid/study"
	"hybrid/study/result"
)

// A fake is a task that claims to have taken what it is told to, and takes no time.
type fake struct {
	task.Place
	size    task.Size
	seconds func(f *fake) (elapsed, compute float64)
	verdict func(f *fake) task.Verdict
	answer  func(f *fake) string
	opened  *atomic.Int64
}

func (f *fake) workers() int {
	if f.Device != nil {
		return f.Comm.Size()
	}
	return f.Comm.Size() * f.Threads
}

func (f *fake) Work() task.Work {
	n := float64(f.size[0])
	return task.Work{Units: n, Flops: 2 * n, Bytes: 8 * n}
}
func (f *fake) Prepare(context.Context) error              { return nil }
func (f *fake) Close() error                               { f.opened.Add(-1); return nil }
func (f *fake) Answer() (string, error)                    { return f.answer(f), nil }
func (f *fake) Report(context.Context, *task.Report) error { return nil }
func (f *fake) Limit(context.Context, time.Duration, task.Memory) (task.Limit, error) {
	return task.Limit{Rate: 2000 * float64(f.workers()), By: "compute", Text: "that it is told"}, nil
}
func (f *fake) Run(_ context.Context, e task.Effort) (task.Run, error) {
	if e != task.Unchecked {
		v := f.verdict(f)
		return task.Run{Verdict: &v}, nil
	}
	elapsed, compute := f.seconds(f)
	d := func(s float64) time.Duration { return time.Duration(s * float64(time.Second)) }
	return task.Run{Elapsed: d(elapsed), Compute: d(compute)}, nil
}

// newFake does 1000 units a second on each worker; a rank computes for all of it.
func newFake() *fake {
	return &fake{
		opened:  new(atomic.Int64),
		verdict: func(f *fake) task.Verdict { return task.Right("looked at") },
		answer:  func(f *fake) string { return fmt.Sprint(f.size) },
		seconds: func(f *fake) (float64, float64) {
			t := float64(f.size[0]) / 1000 / float64(f.workers())
			return t, t
		},
	}
}

// A problem is that of a fake.
type problem struct {
	f    *fake
	name string
	n    int
}

func (p *problem) About() task.About     { return task.About{Name: p.name} }
func (p *problem) Declare(o *option.Set) { o.Int(&p.n, "n", 1, "how many") }
func (p *problem) Check(*task.Checker)   {}
func (p *problem) Sizes() task.Sizes {
	return task.Sizes{
		Unit: "units", Params: []string{"n"},
		Start: func(task.Machine, string) task.Size { return task.Size{10} },
		Times: func(s task.Size, factor float64) task.Size {
			return task.Size{max(int(math.Round(float64(s[0])*factor)), 1)}
		},
		Spread: func(s task.Size, workers int) task.Size { return task.Size{s[0] * workers} },
		Empty:  func(task.Size) task.Size { return task.Size{1} },
	}
}
func (p *problem) Open(_ context.Context, j *task.Job) (task.Task, error) {
	t := *p.f
	t.Place, t.size = j.Place, task.Size{p.n}
	t.opened.Add(1)
	return &t, nil
}

func (f *fake) kernel(name string) study.Kernel {
	return study.Kernels([]func(*task.Common) task.Problem{func(*task.Common) task.Problem { return &problem{f: f, name: name} }})[0]
}

// studyOf runs a study of fakes and returns the first rank's result, having seen to
// it that all ranks have the same.
func studyOf(t *testing.T, ranks int, cfg func(rank int) study.Config) (*result.Result, error) {
	t.Helper()
	results := make([]*result.Result, ranks)
	err := mpi.Run(ranks, func(c *mpi.Comm) (err error) {
		cfg := cfg(c.Rank())
		cfg.DType, cfg.NoProbes = "f64", true
		results[c.Rank()], err = study.Run(t.Context(), c, cfg)
		return err
	})
	if err != nil {
		return nil, err
	}
	for rank, r := range results {
		if !reflect.DeepEqual(r, results[0]) {
			t.Errorf("rank %d has another result than rank 0:\n%+v\n%+v", rank, r, results[0])
		}
	}
	return results[0], nil
}

func TestPoints(t *testing.T) {
	f := newFake()
	r, err := studyOf(t, 3, func(int) study.Config {
		return study.Config{Kernels: []study.Kernel{f.kernel("one"), f.kernel("two")}, MostThreads: 4, Solo: true, Repeat: 4, Time: time.Second}
	})
	if err != nil {
		t.Fatal(err)
	}
	if n := f.opened.Load(); n != 0 {
		t.Errorf("%d works were not closed", n)
	}
	if len(r.Kernels) != 2 || len(r.Scaling) != 8 {
		t.Fatalf("%d kernels and %d series, want 2 and 8", len(r.Kernels), len(r.Scaling))
	}
	// A run of one worker is to take a fifth of the time, so it has 200 units.
	if !reflect.DeepEqual(r.Sizes, map[string][]int{"one": {200}, "two": {200}}) {
		t.Errorf("sizes %v", r.Sizes)
	}
	whole := r.Kernels[0]
	if whole.Kernel != "one" || whole.Ranks != 1 || whole.Threads != 4 || whole.Work != 800 || whole.Rate != 4000 || whole.Fraction != 0.5 {
		t.Errorf("by itself: %+v", whole)
	}
	if n := len(whole.Seconds.Values); n < 4 || whole.Seconds.Median != 0.2 {
		t.Errorf("%d runs with median %v, want 4 or more of 0.2 s", n, whole.Seconds.Median)
	}
	for i, want := range []struct {
		law, over string
		workers   []int
		work      []float64
	}{
		{result.Strong, "threads", []int{1, 2, 4}, []float64{200, 200, 200}},
		{result.Weak, "threads", []int{1, 2, 4}, []float64{200, 400, 800}},
		{result.Strong, "ranks", []int{1, 2, 3}, []float64{200, 200, 200}},
		{result.Weak, "ranks", []int{1, 2, 3}, []float64{200, 400, 600}},
	} {
		s := r.Scaling[i]
		if s.Kernel != "one" || s.Law != want.law || s.Over != want.over || len(s.Points) != len(want.workers) {
			t.Errorf("series %d: %+v, want %+v", i, s, want)
			continue
		}
		for j, p := range s.Points {
			ranks, threads := 1, p.Workers
			if s.Over == "ranks" {
				ranks, threads = p.Workers, 1
			}
			if p.Workers != want.workers[j] || p.Work != want.work[j] || p.Ranks != ranks || p.Threads != threads {
				t.Errorf("%s over %s, point %d: %+v, want %d workers, work %v", s.Law, s.Over, j, p, want.workers[j], want.work[j])
			}
			if math.Abs(p.Efficiency.Value-1) > 1e-6 {
				t.Errorf("%s over %s: efficiency %v on %d workers, want 1", s.Law, s.Over, p.Efficiency.Value, p.Workers)
			}
		}
		if s.HeldBackBy != "nothing" || s.Sentence == "" {
			t.Errorf("%s over %s is held back by %q: %s", s.Law, s.Over, s.HeldBackBy, s.Sentence)
		}
	}
}

// TestParts checks that a run's time is divided into what ranks computed, what they
// waited for each other and what they waited for messages.
func TestParts(t *testing.T) {
	f := newFake()
	f.seconds = func(f *fake) (float64, float64) {
		return 0.5, []float64{0.4, 0.2, 0.3}[f.Comm.Rank()]
	}
	r, err := studyOf(t, 3, func(int) study.Config {
		return study.Config{Kernels: []study.Kernel{f.kernel("one")}, Sizes: map[string][]task.Size{"one": {{5}}}, NoScaling: true, Repeat: 1, Time: 1}
	})
	if err != nil {
		t.Fatal(err)
	}
	got := r.Kernels[0].Parts
	for _, c := range []struct {
		name      string
		got, want float64
	}{{"compute", got.Compute, 0.3}, {"imbalance", got.Imbalance, 0.1}, {"messages", got.Messages, 0.1}, {"launch", got.Launch, 0}} {
		if math.Abs(c.got-c.want) > 1e-9 {
			t.Errorf("%s %v, want %v", c.name, c.got, c.want)
		}
	}
}

// TestGivenSize checks that a given size is that of all workers in strong scaling
// and of each in weak scaling.
func TestGivenSize(t *testing.T) {
	f := newFake()
	r, err := studyOf(t, 2, func(int) study.Config {
		return study.Config{Kernels: []study.Kernel{f.kernel("one")}, Sizes: map[string][]task.Size{"one": {{600}}}, Threads: 2, Repeat: 2, Time: 1}
	})
	if err != nil {
		t.Fatal(err)
	}
	if w := r.Kernels[0]; w.Work != 600 || w.Ranks != 2 || w.Threads != 2 {
		t.Errorf("by itself: %+v", w)
	}
	for _, s := range r.Scaling {
		for _, p := range s.Points {
			want := 600.0
			if s.Law == result.Weak {
				want *= float64(p.Workers)
			}
			if p.Work != want {
				t.Errorf("%s over %s on %d: work %v, want %v", s.Law, s.Over, p.Workers, p.Work, want)
			}
		}
	}
}

// TestSeveralSizes studies each of the sizes that are given by itself.
func TestSeveralSizes(t *testing.T) {
	f := newFake()
	r, err := studyOf(t, 2, func(int) study.Config {
		return study.Config{Kernels: []study.Kernel{f.kernel("one")}, Sizes: map[string][]task.Size{"one": {{5}, {7}}}, Repeat: 1, Time: 1}
	})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, p := range r.Kernels {
		got = append(got, "kernel "+p.Size.String())
	}
	for _, s := range r.Scaling {
		for _, p := range s.Points {
			got = append(got, s.Law+" "+p.Size.String())
		}
	}
	want := []string{"kernel --n 5", "kernel --n 7", "strong --n 5", "strong --n 5", "weak --n 5", "weak --n 10", "strong --n 7", "strong --n 7", "weak --n 7", "weak --n 14"}
	if !slices.Equal(got, want) || !slices.Equal(r.Sizes["one"], []int{5}) {
		t.Errorf("%q, sizes %v, want %q", got, r.Sizes, want)
	}
}

// TestBaselineSizes checks that a study takes over the sizes of the one that it is
// compared with.
func TestBaselineSizes(t *testing.T) {
	f := newFake()
	old := &result.Result{Sizes: map[string][]int{"one": {77}, "two": {1, 2}}}
	r, err := studyOf(t, 2, func(int) study.Config {
		return study.Config{Kernels: []study.Kernel{f.kernel("one"), f.kernel("two")}, Repeat: 2, Time: time.Second,
			Against: &study.Baseline{File: "old.json", Result: old, Tolerance: 0.1}}
	})
	if err != nil {
		t.Fatal(err)
	}
	if r.Sizes["one"][0] != 77 || len(r.Sizes["two"]) != 1 {
		t.Errorf("sizes %v, want 77 for one, and for two, whose old one cannot be, another", r.Sizes)
	}
}

// TestDevices has two of three ranks, not the first, with a device each.
func TestDevices(t *testing.T) {
	f := newFake()
	f.seconds = func(f *fake) (float64, float64) {
		t := float64(f.size[0]) / 1000 / float64(f.workers())
		if f.Device != nil {
			t /= 10
		}
		return t, t
	}
	devices := []*gpu.Device{nil, gpu.Sim(gpu.SimOptions{Index: 0}), gpu.Sim(gpu.SimOptions{Index: 1})}
	r, err := studyOf(t, 3, func(rank int) study.Config {
		return study.Config{Kernels: []study.Kernel{f.kernel("one")}, Repeat: 4, Time: time.Second, Device: devices[rank]}
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Kernels) != 2 || r.Kernels[1].Device == "" || r.Kernels[1].Ranks != 2 || r.Kernels[1].Work != 4000 {
		t.Errorf("kernels %+v, want the second on 2 devices", r.Kernels)
	}
	if got := r.Kernels[1].Parts.Launch; math.Abs(got-1e-4/2) > 1e-9 {
		t.Errorf("launches take %v s, want those of a run with one unit", got)
	}
	if len(r.Versus) != 1 {
		t.Fatalf("%d comparisons of processors and devices, want 1", len(r.Versus))
	}
	v := r.Versus[0]
	if v.CPU.Device != "" || v.GPU.Device == "" || v.CPU.Work != v.GPU.Work || v.CPU.Ranks != 3 {
		t.Errorf("sides %+v", v)
	}
	if math.Abs(v.Ratio.Value-10*2/3.0) > 1e-6 {
		t.Errorf("ratio %v, want 2 devices, 10 times as fast, over 3 ranks", v.Ratio)
	}
	over := slices.IndexFunc(r.Scaling, func(s result.Series) bool { return s.Device != "" && s.Law == result.Weak })
	if over < 0 || len(r.Scaling[over].Points) != 2 {
		t.Errorf("series %+v, want one over 2 devices", r.Scaling)
	}
}

func TestWrongAnswers(t *testing.T) {
	for _, c := range []struct {
		name    string
		verdict func(f *fake) task.Verdict
		answer  func(f *fake) string
		want    string
	}{
		{"not OK", func(f *fake) task.Verdict { return task.Wrong("3 is not 4") }, newFake().answer, "one --n 5 on 1 rank, 1 thread: 3 is not 4"},
		{"other bits on other ranks", newFake().verdict, func(f *fake) string { return fmt.Sprint(f.size, f.Comm.Size()) }, "its answer is"},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := newFake()
			f.verdict, f.answer = c.verdict, c.answer
			timed := new(atomic.Int64)
			f.seconds = func(*fake) (float64, float64) { timed.Add(1); return 1, 1 }
			_, err := studyOf(t, 2, func(int) study.Config {
				return study.Config{Kernels: []study.Kernel{f.kernel("one")}, Sizes: map[string][]task.Size{"one": {{5}}}, Solo: true}
			})
			var wrong *study.WrongError
			if !errors.As(err, &wrong) || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v, want one that says %q", err, c.want)
			}
			if f.opened.Load() != 0 {
				t.Errorf("%d works were not closed", f.opened.Load())
			}
			if timed.Load() > 6 {
				t.Errorf("%d runs although the answer is wrong", timed.Load())
			}
		})
	}
}

// TestStops checks that a study ends when it is told to, and by itself where one
// rank has met an error.
func TestStops(t *testing.T) {
	ctx, cancel := context.WithCancelCause(context.Background())
	f := newFake()
	stop := errors.New("that is enough")
	seen := make([]error, 2)
	f.seconds = func(f *fake) (float64, float64) {
		if f.Comm.Size() == 2 {
			cancel(stop)
		}
		return 1, 1
	}
	err := mpi.Run(2, func(c *mpi.Comm) error {
		_, seen[c.Rank()] = study.Run(ctx, c, study.Config{Kernels: []study.Kernel{f.kernel("one")}, DType: "f64", NoProbes: true})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for rank, err := range seen {
		if err == nil || !strings.Contains(err.Error(), stop.Error()) {
			t.Errorf("rank %d: %v", rank, err)
		}
	}
}

// TestWide checks that a point whose times vary much is given more runs than one
// whose times do not.
func TestWide(t *testing.T) {
	f := newFake()
	var calls atomic.Int64
	f.seconds = func(f *fake) (float64, float64) {
		s := 0.1
		if f.size[0] == 7 { // every other run takes longer
			s += 0.1 * float64(calls.Add(1)%2)
		}
		return s, s
	}
	runs := func(size int) int {
		r, err := studyOf(t, 1, func(int) study.Config {
			return study.Config{Kernels: []study.Kernel{f.kernel("one")}, Sizes: map[string][]task.Size{"one": {{size}}}, Repeat: 9, Time: time.Second}
		})
		if err != nil {
			t.Fatal(err)
		}
		return len(r.Kernels[0].Seconds.Values)
	}
	if steady, wide := runs(5), runs(7); wide <= steady || steady < 9 {
		t.Errorf("%d runs where times vary, %d where they do not", wide, steady)
	}
}

func TestProgress(t *testing.T) {
	f := newFake()
	last, of := 0, 0
	_, err := studyOf(t, 2, func(rank int) study.Config {
		cfg := study.Config{Kernels: []study.Kernel{f.kernel("one")}, Repeat: 2, Time: 1}
		cfg.Progress = func(done, all int, what string) {
			if rank != 0 || done < last || done > all || what == "" {
				t.Errorf("rank %d: %d of %d after %d, %q", rank, done, all, last, what)
			}
			last, of = done, all
		}
		return cfg
	})
	if err != nil {
		t.Fatal(err)
	}
	if last == 0 || last > of {
		t.Errorf("%d of %d are done in the end", last, of)
	}
}
