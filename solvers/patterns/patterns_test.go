package patterns

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"hybrid/internal/shorttest"
	"hybrid/mpi"
	"hybrid/mpi/pattern"
	"hybrid/solvers/task"
)

// TestEveryPattern runs all on so many ranks, powers of two and others, and finds
// nothing wrong.
func TestEveryPattern(t *testing.T) {
	cases := shorttest.Every(5)
	for _, ranks := range []int{2, 3, 4, 5, 7, 8} {
		t.Run(fmt.Sprint(ranks), func(t *testing.T) {
			for _, f := range []func(context.Context, *mpi.Comm, Problem, func(Row)) ([]Row, error){Run[float64], Run[float32], Run[int64], Run[int32]} {
				if !cases.Skip() {
					run(t, ranks, f)
				}
			}
		})
	}
}

func run(t *testing.T, ranks int, f func(context.Context, *mpi.Comm, Problem, func(Row)) ([]Row, error)) {
	t.Helper()
	p := Problem{Patterns: Names, Sizes: []int{1, 8, 100, 5000}, Iterations: 2, Warmup: 1, Segment: 1000}
	err := mpi.Run(ranks, func(c *mpi.Comm) error {
		told := 0
		rows, err := f(context.Background(), c, p, func(Row) { told++ })
		if err != nil {
			return err
		}
		if len(rows) != len(p.Patterns)*len(p.Sizes) || told != len(rows) {
			t.Errorf("%d rows, %d of them told", len(rows), told)
		}
		for i, r := range rows {
			name, size := p.Patterns[i/len(p.Sizes)], p.Sizes[i%len(p.Sizes)]
			if r.Pattern != name || r.Against != About[name][1] || r.Bytes > max(size, 8) || r.Bytes <= size-8 || r.Iterations != 2 {
				t.Errorf("row %d is %+v, want %s of %d bytes", i, r, name, size)
			}
			if r.Wrong != "" {
				t.Errorf("%s of %d bytes: %s", r.Pattern, r.Bytes, r.Wrong)
			}
			for _, times := range []Times{r.Times, r.Library} {
				if !(times.Min <= times.Median && times.Median <= times.Max && times.Min <= times.Avg && times.Avg <= times.Max) {
					t.Errorf("%s of %d bytes: times %+v", r.Pattern, r.Bytes, times)
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

// TestChecksFindFaults has one rank's result of every pattern changed.
func TestChecksFindFaults(t *testing.T) {
	const n = 10
	for _, name := range Names {
		err := mpi.Run(3, func(c *mpi.Comm) error {
			end, free, err := c.Endpoint()
			if err != nil {
				return err
			}
			sum, err := mpi.Combiner[float64](mpi.Sum)
			if err != nil {
				return err
			}
			b := &bench[float64]{comm: c, end: end, segment: 16}
			b.sum = func(dst, x, y []byte) {
				sum(dst, x, y)
				dst[0] ^= 1 // the last binary digit of every first element
			}
			trial, err := b.trial(name, n)
			if err != nil {
				return err
			}
			if err := trial.pattern(); err != nil {
				return err
			}
			if err := trial.library(); err != nil {
				return err
			}
			wrong, err := b.verdict(trial.check())
			if err != nil {
				return err
			}
			if sums := name == "ring" || name == "doubling" || name == "rabenseifner" || name == "pipeline"; sums != (wrong != "") {
				t.Errorf("%s: wrong sums are told as %q", name, wrong)
			}
			return free()
		})
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A faulty endpoint spoils what it receives.
type faulty struct {
	pattern.Endpoint
	spoil func(buf []byte)
}

func (f faulty) Recv(buf []byte, source, tag int) error {
	err := f.Endpoint.Recv(buf, source, tag)
	f.spoil(buf)
	return err
}

func (f faulty) Sendrecv(send []byte, dest int, recv []byte, source, tag int) error {
	err := f.Endpoint.Sendrecv(send, dest, recv, source, tag)
	f.spoil(recv)
	return err
}

// TestChecksFindSpoiltMessages has what one rank receives spoilt, for every pattern.
func TestChecksFindSpoiltMessages(t *testing.T) {
	for fault, spoil := range map[string]func(buf []byte){
		"none":        func([]byte) {},
		"flipped bit": func(buf []byte) { buf[len(buf)-8] ^= 1 },
		"lost":        func(buf []byte) { clear(buf) },
		"off by one":  func(buf []byte) { copy(buf, buf[8:]) },
	} {
		for _, name := range Names {
			err := mpi.Run(3, func(c *mpi.Comm) error {
				end, free, err := c.Endpoint()
				if err != nil {
					return err
				}
				sum, err := mpi.Combiner[int64](mpi.Sum)
				if err != nil {
					return err
				}
				b := &bench[int64]{comm: c, end: end, sum: sum, segment: 32}
				if c.Rank() == 1 {
					b.end = faulty{end, spoil}
				}
				trial, err := b.trial(name, 10)
				if err != nil {
					return err
				}
				if err := errors.Join(trial.pattern(), trial.library()); err != nil {
					return err
				}
				wrong, err := b.verdict(trial.check())
				if err != nil {
					return err
				}
				if (wrong == "") != (fault == "none") {
					t.Errorf("%s: %s is told as %q", name, fault, wrong)
				}
				return free()
			})
			if err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
}

// TestVerdictsFindWhatWasPlanted has one rank receive something else than was sent, by
// the patterns, by the library or by both.
func TestVerdictsFindWhatWasPlanted(t *testing.T) {
	want := []float64{1, 2, 3, 4}
	right := func() []float64 { return slices.Clone(want) }
	for fault, spoil := range map[string]func(v []float64){
		"a flipped bit": func(v []float64) { v[3] = math.Float64frombits(math.Float64bits(v[3]) ^ 1) },
		"a lost part":   func(v []float64) { clear(v[2:]) },
		"swapped":       func(v []float64) { v[0], v[1] = v[1], v[0] },
		"off by one":    func(v []float64) { copy(v, v[1:]) },
		"not a number":  func(v []float64) { v[2] = math.NaN() },
	} {
		bad := right()
		spoil(bad)
		for _, c := range [][2][]float64{{bad, right()}, {right(), bad}, {bad, bad}} {
			if same(c[0], c[1], want) == nil {
				t.Errorf("%s: not found in what was moved", fault)
			}
			if fault != "a flipped bit" || &c[0][0] == &bad[0] { // the library's sum may be rounded another way
				if sameSum(c[0], c[1], want, 3) == nil {
					t.Errorf("%s: not found in a sum", fault)
				}
			}
		}
	}
	if v := Verdict([]Row{{Pattern: "ring", Bytes: 8}, {Pattern: "tree", Bytes: 64, Wrong: "rank 1: spoilt"}}); v != task.Wrong("tree of 64 bytes: rank 1: spoilt") {
		t.Error(v)
	}
	if v := Verdict(nil); v != task.Unknown("no pattern was run") {
		t.Error(v)
	}
}

func TestVerdict(t *testing.T) {
	err := mpi.Run(3, func(c *mpi.Comm) error {
		b := &bench[int32]{comm: c}
		for who := range 4 {
			var own error
			if c.Rank() >= who {
				own = errors.New("fault")
			}
			said, err := b.verdict(own)
			want := fmt.Sprintf("rank %d: fault", who)
			if who == 3 {
				want = ""
			}
			if err != nil || said != want {
				t.Errorf("%q, %v, want %q", said, err, want)
			}
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

func TestValidate(t *testing.T) {
	good := Problem{Patterns: Names, Sizes: []int{8}}
	for want, change := range map[string]func(*Problem){
		"want at least one of both": func(p *Problem) { p.Sizes = nil },
		"unknown pattern \"star\"":  func(p *Problem) { p.Patterns = []string{"star"} },
		"messages of 0 bytes":       func(p *Problem) { p.Sizes = []int{0} },
		"-1 iterations":             func(p *Problem) { p.Iterations = -1 },
		"-2 before them":            func(p *Problem) { p.Warmup = -2 },
		"parts of -1 bytes":         func(p *Problem) { p.Segment = -1 },
	} {
		p := good
		change(&p)
		err := mpi.Run(2, func(c *mpi.Comm) error {
			_, err := Run[int32](context.Background(), c, p, nil)
			return err
		})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
	if err := good.Validate(); err != nil {
		t.Error(err)
	}
	err := mpi.Run(1, func(c *mpi.Comm) error {
		_, err := Run[int32](context.Background(), c, good, nil)
		return err
	})
	if err == nil || !strings.Contains(err.Error(), "one rank has nobody to send messages to") {
		t.Errorf("on one rank: %v", err)
	}
}

// TestCancel has one rank stop between two rows.
func TestCancel(t *testing.T) {
	reason := errors.New("enough")
	err := mpi.Run(3, func(c *mpi.Comm) error {
		ctx, cancel := context.WithCancelCause(context.Background())
		defer cancel(nil)
		rows := 0
		_, err := Run[int32](ctx, c, Problem{Patterns: Names, Sizes: []int{8}, Iterations: 1}, func(Row) {
			if rows++; rows == 3 && c.Rank() == 1 {
				cancel(reason)
			}
		})
		if rows != 3 {
			t.Errorf("%d rows, want 3", rows)
		}
		return err
	})
	if !errors.Is(err, reason) && (err == nil || !strings.Contains(err.Error(), "enough")) {
		t.Errorf("%v, want %v", err, reason)
	}
}
