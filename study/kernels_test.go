package study_test

import (
	"context"
	"math"
	"strings"
	"testing"
	"time"

	"hybrid/gpu"
	"hybrid/mpi"
	"hybrid/solvers/heat"
	"hybrid/solvers/mandelbrot"
	"hybrid/solvers/matmul"
	"hybrid/solvers/montecarlo"
	"hybrid/solvers/quadrature"
	"hybrid/solvers/sorting"
	"hybrid/solvers/task"
	"hybrid/study"
	"hybrid/study/result"
)

// small are sizes that do not divide well.
var small = map[string]task.Size{
	"heat": {37, 29, 21}, "matmul": {33, 20, 41}, "pi": {1001},
	"mandelbrot": {70, 50, 60}, "sort": {1003}, "walk": {37, 300},
}

func TestKernels(t *testing.T) {
	for _, k := range kernels() {
		for _, dtype := range []string{"f64", "f32"} {
			t.Run(k.Name+" "+dtype, func(t *testing.T) {
				want := ""
				for _, on := range []struct {
					ranks, threads int
					device         bool
				}{{1, 1, false}, {1, 3, false}, {2, 1, false}, {3, 2, false}, {1, 1, true}, {2, 1, true}} {
					if on.device && !k.Device {
						continue
					}
					got := try(t, k, dtype, on.ranks, on.threads, on.device)
					if want == "" {
						want = got
					}
					if got != want {
						t.Errorf("on %+v the answer is %q, want %q", on, got, want)
					}
				}
			})
		}
	}
}

// kernels are all that there are.
func kernels() []study.Kernel {
	return study.Kernels([]func(*task.Common) task.Problem{
		heat.Statement, matmul.Statement, montecarlo.PiStatement, mandelbrot.Statement, sorting.Statement, montecarlo.WalkStatement,
		quadrature.Statement, // which has no size
	})
}

// try checks and runs a small problem and returns its answer.
func try(t *testing.T, k study.Kernel, dtype string, ranks, threads int, device bool) (answer string) {
	t.Helper()
	ctx := context.Background()
	err := mpi.Run(ranks, func(c *mpi.Comm) error {
		at := task.Place{Comm: c, Threads: threads}
		if device {
			at.Device = gpu.Sim(gpu.SimOptions{Index: c.Rank()})
			defer at.Device.Close()
		}
		w, err := k.Open(ctx, at, small[k.Name], dtype, 7)
		if err != nil {
			return err
		}
		defer w.Close()
		checked := func() (string, error) {
			if err := w.Prepare(ctx); err != nil {
				return "", err
			}
			run, err := w.Run(ctx, task.Sampled)
			if err != nil {
				return "", err
			}
			if v := run.Verdict; v.Answer != task.Yes || v.Detail == "" {
				t.Errorf("verdict %+v", v)
			}
			return w.Answer()
		}
		got, err := checked()
		if err != nil {
			return err
		}
		if c.Rank() == 0 {
			answer = got
		}
		for range 2 {
			if err := w.Prepare(ctx); err != nil {
				return err
			}
			run, err := w.Run(ctx, task.Unchecked)
			if err != nil {
				return err
			}
			if run.Elapsed <= 0 || run.Compute < 0 || run.Verdict != nil {
				t.Errorf("a run has spent %+v", run)
			}
		}
		if again, err := checked(); err != nil || again != got || got == "" {
			t.Errorf("the answer was %q, after some runs it is %q, %v", got, again, err)
		}
		if work := w.Work(); work.Units <= 0 {
			t.Errorf("work %+v", work)
		}
		l, err := w.Limit(ctx, time.Millisecond, func() (float64, error) { return 1e9, nil })
		if err == nil && !device && (!(l.Rate > 0) || l.By == "" || l.Text == "") {
			t.Errorf("limit %+v", l)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return answer
}

// TestSpread checks that so many workers have so many times the work of one.
func TestSpread(t *testing.T) {
	for _, k := range kernels() {
		for _, p := range []int{1, 2, 3, 7} {
			one := workOf(t, k, small[k.Name])
			if got := workOf(t, k, k.Spread(small[k.Name], p)); math.Abs(got/one/float64(p)-1) > 0.1 {
				t.Errorf("%s on %d workers: %g times the work", k.Name, p, got/one)
			}
		}
	}
}

// TestTimes checks that a size is made larger and smaller as asked for.
func TestTimes(t *testing.T) {
	start := map[string]task.Size{
		"heat": {258, 258, 64}, "matmul": {160, 160, 160}, "pi": {100_000},
		"mandelbrot": {192, 128, 100}, "sort": {100_000}, "walk": {1000, 500},
	}
	for _, k := range kernels() {
		for _, factor := range []float64{1.0 / 8, 1, 3.3} {
			one := workOf(t, k, start[k.Name])
			if got := workOf(t, k, k.Times(start[k.Name], factor)) / one; math.Abs(got/factor-1) > 0.25 {
				t.Errorf("%s: %g times the work, want %g", k.Name, got, factor)
			}
		}
		// Nothing comes out that cannot be run.
		for _, s := range []task.Size{k.Times(start[k.Name], 1e-12), k.Start(task.Machine{}, "f32"), k.Start(task.Machine{Simulated: true}, "f64")} {
			if err := k.Valid(s); err != nil {
				t.Errorf("%s %v: %v", k.Name, s, err)
			}
		}
	}
}

func workOf(t *testing.T, k study.Kernel, s task.Size) (units float64) {
	t.Helper()
	ctx := context.Background()
	err := mpi.Run(1, func(c *mpi.Comm) error {
		w, err := k.Open(ctx, task.Place{Comm: c, Threads: 1}, s, "f64", 0)
		if err != nil {
			return err
		}
		if k.Name == "mandelbrot" { // whose work is not known before
			if err := w.Prepare(ctx); err != nil {
				return err
			}
			if _, err := w.Run(ctx, task.Unchecked); err != nil {
				return err
			}
		}
		units = w.Work().Units
		return w.Close()
	})
	if err != nil {
		t.Fatal(err)
	}
	return units
}

// TestStart checks that sizes follow the machine.
func TestStart(t *testing.T) {
	heat := kernels()[0]
	few := heat.Start(task.Machine{Cache: 1 << 20, Memory: 1 << 40}, "f64")
	many := heat.Start(task.Machine{Cache: 12 << 20, Memory: 1 << 40}, "f64")
	if points := few[0] * few[1]; points*8 < 2<<20 {
		t.Errorf("a field of %d points for a cache of 1 MiB", points)
	}
	if many[0] <= few[0] {
		t.Errorf("a larger cache has a field of %v, a smaller one of %v", many, few)
	}
	if tight := heat.Start(task.Machine{Cache: 12 << 20, Memory: 8 << 20}, "f64"); tight[0]*tight[1]*8 > 4<<20 {
		t.Errorf("a field of %v in 8 MiB", tight)
	}
}

func TestParse(t *testing.T) {
	named := map[string]study.Kernel{}
	for _, k := range kernels() {
		named[k.Name] = k
	}
	for _, c := range []struct {
		kernel, text string
		want         string // the size in words, or what the error says
	}{
		{"heat", "10x20x30", "--nx 10 --ny 20 --steps 30"},
		{"matmul", "64", "--m 64 --n 64 --k 64"},
		{"matmul", "1x2x3", "--m 1 --n 2 --k 3"},
		{"pi", "1e9", "--samples 1000000000"},
		{"pi", "9007199254740993", "--samples 9007199254740993"},
		{"heat", "4Kix1_000x2k", "--nx 4096 --ny 1000 --steps 2000"},
		{"pi", "0x10", "want SAMPLES"},
		{"pi", "1__0", "want SAMPLES"},
		{"walk", "1e3x128", "--walks 1000 --steps 128"},
		{"mandelbrot", "3x2x1", "--width 3 --height 2 --max-iter 1"},
		{"heat", "10x20", "want NXxNYxSTEPS, 3 whole numbers from 1 on"},
		{"heat", "2x20x3", `nx is "2": want a whole number from 3 to`},
		{"pi", "1x2", "want SAMPLES, a whole number"},
		{"pi", "1.5", "want SAMPLES"},
		{"pi", "-3", "want SAMPLES"},
		{"pi", "", "want SAMPLES"},
		{"pi", "1e300", "want SAMPLES"},
		{"sort", "90000000000000000", "there are at most"},
		{"walk", "1e9x1e10", "is more than 2^62"},
	} {
		k := named[c.kernel]
		s, err := k.Parse(c.text)
		got := ""
		if err != nil {
			got = err.Error()
		} else {
			got = result.Size{Params: k.Params, Numbers: s}.String()
		}
		if err == nil && got != c.want || err != nil && !strings.Contains(got, c.want) {
			t.Errorf("%s %q: %q, want %q", c.kernel, c.text, got, c.want)
		}
	}
}
