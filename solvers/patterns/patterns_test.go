package patterns

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"hybrid/mpi"
)

// TestEveryPattern runs all on so many ranks, powers of two and others, and finds
// nothing wrong.
func TestEveryPattern(t *testing.T) {
	for _, ranks := range []int{1, 2, 3, 4, 5, 7, 8} {
		t.Run(fmt.Sprint(ranks), func(t *testing.T) {
			run(t, ranks, Run[float64])
			run(t, ranks, Run[float32])
			run(t, ranks, Run[int64])
			run(t, ranks, Run[int32])
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
			if err := trial.ours(); err != nil {
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
	if same([]int32{1, 2}, []int32{1, 3}) == nil {
		t.Error("2 and 3 are the same")
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
