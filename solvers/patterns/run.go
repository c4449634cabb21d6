package patterns

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"hybrid/mpi"
	"hybrid/mpi/memcheck"
	"hybrid/mpi/pattern"
	"hybrid/solvers/task"
)

// Problem is what to run.
type Problem struct {
	Patterns []string // of Names
	// Sizes are those of messages, in bytes: of the vector that is reduced or
	// broadcast, of what one rank sends to one other, of an edge. Each is cut to
	// whole elements, of which there is one at least.
	Sizes      []int
	Iterations int // that are timed; 0 for 200 up to 8 KiB and 50 above
	Warmup     int // that are not, before them
	Segment    int // bytes of a part of the pipeline; 0 for 64 KiB
}

// Limits of a problem.
const (
	MaxSize       = 1 << 30
	MaxIterations = 1_000_000
)

// Times are those of an operation, in microseconds: over the iterations, each the
// time of its slowest rank.
type Times struct {
	Min    float64 `json:"min"`
	Avg    float64 `json:"avg"`
	Max    float64 `json:"max"`
	Median float64 `json:"median"`
	// Bandwidth is the size of the message over Avg, in MB/s, 10^6 bytes a second.
	Bandwidth float64 `json:"bandwidth"`
}

// A Row is one pattern at one size.
type Row struct {
	Pattern    string `json:"pattern"`
	Against    string `json:"against"` // what of the library
	Bytes      int    `json:"bytes"`
	Iterations int    `json:"iterations"`
	Times             // of the pattern
	Library    Times  `json:"library"`
	// Ratio is the pattern's median over the library's: above 1 the library is
	// faster.
	Ratio float64 `json:"ratio"`
	// Wrong says what the check has found; empty if all is well.
	Wrong string `json:"wrong,omitempty"`
}

// Verdict is that on all rows: the first one that is wrong says what is.
func Verdict(rows []Row) task.Verdict {
	for _, row := range rows {
		if row.Wrong != "" {
			return task.Wrong("%s of %d bytes: %s", row.Pattern, row.Bytes, row.Wrong)
		}
	}
	if len(rows) == 0 {
		return task.Unknown("no pattern was run")
	}
	return task.Right("the library's results, and the documented order of floating-point sums")
}

// Validate reports whether p can be run.
func (p Problem) Validate() error {
	if len(p.Patterns) == 0 || len(p.Sizes) == 0 {
		return fmt.Errorf("patterns: %d patterns and %d sizes: want at least one of both", len(p.Patterns), len(p.Sizes))
	}
	for _, name := range p.Patterns {
		if !slices.Contains(Names, name) {
			return fmt.Errorf("patterns: unknown pattern %q: want some of %v", name, Names)
		}
	}
	for _, n := range p.Sizes {
		if n < 1 || n > MaxSize {
			return fmt.Errorf("patterns: messages of %d bytes: want 1 to %d", n, MaxSize)
		}
	}
	if p.Iterations < 0 || p.Iterations > MaxIterations || p.Warmup < 0 || p.Warmup > MaxIterations {
		return fmt.Errorf("patterns: %d iterations and %d before them: want 0 to %d of both", p.Iterations, p.Warmup, MaxIterations)
	}
	if p.Segment < 0 || p.Segment > MaxSize {
		return fmt.Errorf("patterns: parts of %d bytes: want 1 to %d, or 0 for %d", p.Segment, MaxSize, segment)
	}
	return nil
}

const (
	segment      = 64 << 10
	shortMessage = 8 << 10 // the longest that is sent more often
)

func (p Problem) iterations(size int) int {
	switch {
	case p.Iterations > 0:
		return p.Iterations
	case size <= shortMessage:
		return 200
	}
	return 50
}

// Run checks and times every pattern at every size, with elements of T, and calls
// done with each row as it is ready. It is collective and gives every rank the
// rows. There must be two ranks or more, for one has nobody to send to. A pattern that gives a wrong result is no error but has its row say so. The
// error is that of the problem, on every rank, a *memcheck.Error where a node has not
// the memory, or that of the context of any rank, between two rows.
func Run[T Element](ctx context.Context, c *mpi.Comm, p Problem, done func(Row)) ([]Row, error) {
	err := p.Validate()
	if err == nil && c.Size() < 2 {
		err = errors.New("patterns: one rank has nobody to send messages to: want 2 or more")
	}
	if err := c.Agree(err); err != nil {
		return nil, err
	}
	need := memcheck.Need{What: "patterns: messages of these sizes need", Instead: "smaller ones, fewer ranks or more nodes", Bytes: p.memory(c.Rank(), c.Size()),
		Fits: func(part float64) string {
			return "messages of " + strconv.Itoa(int(part*float64(slices.Max(p.Sizes)))) + " bytes"
		}}
	if err := memcheck.Check(c, need); err != nil {
		return nil, err
	}
	end, free, err := c.Endpoint()
	if err != nil {
		return nil, err
	}
	sum, err := mpi.Combiner[T](mpi.Sum)
	if err != nil {
		return nil, err
	}
	b := &bench[T]{comm: c, end: end, sum: sum, segment: p.Segment}
	if b.segment == 0 {
		b.segment = segment
	}
	var rows []Row
	for _, name := range p.Patterns {
		for _, size := range p.Sizes {
			if err := c.Agree(context.Cause(ctx)); err != nil {
				return nil, err
			}
			n := max(1, size/b.elem())
			row := Row{Pattern: name, Against: About[name][1], Bytes: n * b.elem(), Iterations: p.iterations(size)}
			if err := b.run(&row, n, p.Warmup); err != nil {
				return nil, err
			}
			rows = append(rows, row)
			if done != nil {
				done(row)
			}
		}
	}
	return rows, free()
}

// memory is about the most that a rank of so many takes, in bytes: what it sends,
// what comes to the pattern and to the library, what is on its way, and what they are
// compared with, as it is made.
func (p Problem) memory(rank, ranks int) float64 {
	messages := 0 // of the greatest size
	for _, name := range p.Patterns {
		n := 6
		switch {
		case name == "alltoall", name == "scatter-gather" && rank == 0:
			n *= ranks
		case name == "halo-1d":
			n *= 2
		case name == "halo-2d":
			n *= 4
		}
		messages = max(messages, n)
	}
	return float64(messages) * float64(slices.Max(p.Sizes))
}

// run fills in a row.
func (b *bench[T]) run(row *Row, n, warmup int) error {
	t, err := b.trial(row.Pattern, n)
	if err := b.comm.Agree(err); err != nil {
		return err
	}
	if err := t.pattern(); err != nil {
		return err
	}
	if err := t.library(); err != nil {
		return err
	}
	if row.Wrong, err = b.verdict(t.check()); err != nil {
		return err
	}
	times := [2][]float64{make([]float64, row.Iterations), make([]float64, row.Iterations)}
	for i := -warmup; i < row.Iterations; i++ {
		for k, f := range []func() error{t.pattern, t.library} {
			if err := pattern.BarrierDissemination(b.end); err != nil {
				return err
			}
			began := time.Now()
			if err := f(); err != nil {
				return err
			}
			if i >= 0 {
				times[k][i] = float64(time.Since(began).Nanoseconds()) / 1e3
			}
		}
	}
	for k, to := range []*Times{&row.Times, &row.Library} {
		if err := mpi.Allreduce(b.comm, times[k], times[k], mpi.Max); err != nil {
			return err
		}
		*to = newTimes(times[k], row.Bytes)
	}
	row.Ratio = row.Median / row.Library.Median
	return nil
}

// verdict is what the first rank that has a complaint says. It is collective.
func (b *bench[T]) verdict(own error) (string, error) {
	if own != nil {
		own = fmt.Errorf("rank %d: %w", b.comm.Rank(), own)
	}
	err := b.comm.Agree(own)
	var remote *mpi.RemoteError
	switch {
	case err == nil:
		return "", nil
	case errors.As(err, &remote):
		return remote.Msg, nil
	case err == own:
		return own.Error(), nil
	}
	return "", err
}

func newTimes(micros []float64, bytes int) Times {
	slices.Sort(micros)
	sum := 0.0
	for _, t := range micros {
		sum += t
	}
	n := len(micros)
	t := Times{Min: micros[0], Avg: sum / float64(n), Max: micros[n-1], Median: (micros[(n-1)/2] + micros[n/2]) / 2}
	if t.Avg > 0 {
		t.Bandwidth = float64(bytes) / t.Avg
	}
	return t
}
