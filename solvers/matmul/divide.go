package matmul

import (
	"context"
	"fmt"
	"hash/fnv"
	"time"

	"hybrid/internal/share"
	"hybrid/mpi"
)

// enoughGain is how many times as fast a product must be promised to be on rows by speed,
// on a grid of one column that sends more, as on even blocks.
const enoughGain = 1.1

// deviceRows are the fewest rows that a device is given: its kernels take as long for fewer.
const deviceRows = 64

// arrange puts the ranks on a grid, with such rows of A and C.
func (s *Solver[T]) arrange(g Grid, rows []int) {
	s.grid, s.rows = g, rows
	s.p, s.q = s.comm.Rank()/g.Cols, s.comm.Rank()%g.Cols
}

// Rows is how many rows of A and C a rank has.
func (s *Solver[T]) Rows(rank int) int {
	p := rank / s.grid.Cols
	return s.rows[p+1] - s.rows[p]
}

// divide gives ranks of several kinds rows by their speed, each measured on a small
// product. It is collective.
func (s *Solver[T]) divide() error {
	if !s.bySpeed {
		return nil
	}
	if differ, err := s.kindsDiffer(); err != nil || !differ {
		return err
	}
	seconds, err := s.probe()
	if err = s.comm.Agree(err); err != nil {
		return err
	}
	least := 1.0
	if s.options.Device != nil {
		least = deviceRows
	}
	var all []float64
	if s.comm.Rank() == 0 {
		all = make([]float64, 2*s.comm.Size())
	}
	if err := mpi.Gather(s.comm, []float64{seconds, least}, all, 0); err != nil {
		return err
	}
	rows := make([]int64, s.comm.Size())
	if s.comm.Rank() == 0 {
		s.byTime(rows, all)
	}
	if err := mpi.Bcast(s.comm, rows, 0); err != nil || rows[0] < 0 {
		return err
	}
	begin := make([]int, len(rows)+1)
	for r, n := range rows {
		begin[r+1] = begin[r] + int(n)
	}
	s.arrange(Grid{Rows: len(rows), Cols: 1}, begin)
	return nil
}

// byTime gives each rank rows, by two numbers of each: seconds for a multiply-add and the
// fewest rows. The first is -1 where even blocks are as good.
func (s *Solver[T]) byTime(rows []int64, all []float64) {
	lines, sum, slowest := make([]share.Line, len(rows)), 0.0, 0.0
	for r := range lines {
		t := all[2*r]
		lines[r] = share.Line{Slope: t, Least: int(all[2*r+1]), Most: s.Problem.M}
		sum += 1 / t
		slowest = max(slowest, t)
	}
	parts := share.Divide(s.Problem.M, lines)
	if parts == nil || slowest*sum/float64(len(rows)) < enoughGain {
		rows[0] = -1
		return
	}
	for r, n := range parts {
		rows[r] = int64(n)
	}
}

// kindsDiffer tells whether ranks compute on different things: devices or processors,
// instruction sets, numbers of threads. It is collective.
func (s *Solver[T]) kindsDiffer() (bool, error) {
	kind := fmt.Sprintf("%v %d", s.options.ISA, s.threads)
	if h, ok := s.engine.(*cpuEngine[T]); ok {
		kind = fmt.Sprintf("%v %d", h.gemm.ISA(), s.threads)
	} else if d := s.options.Device; d != nil {
		kind = d.Info().Kind + " " + d.Info().Name
	}
	h := fnv.New32a()
	h.Write([]byte(kind))
	extremes := []int64{int64(h.Sum32()), -int64(h.Sum32())}
	err := mpi.Allreduce(s.comm, extremes, extremes, mpi.Min)
	return extremes[0] != -extremes[1], err
}

// probe measures how long a multiply-add of a product takes on this rank, on square ones
// that grow until they take long enough.
func (s *Solver[T]) probe() (float64, error) {
	const least, most, enough = 16, 2048, 4 * time.Millisecond
	alone, err := s.comm.Split(s.comm.Rank(), 0)
	if err != nil {
		return 0, err
	}
	defer alone.Free()
	o := s.options
	o.Grid, o.Progress = Grid{1, 1}, nil
	for n := least; ; n *= 2 {
		took, err := timed[T](alone, Problem{n, n, n}, o, enough)
		if err != nil {
			return 0, err
		}
		if took >= enough || n == most {
			return took.Seconds() / (float64(n) * float64(n) * float64(n)), nil
		}
	}
}

// timed is how long a product takes: the shorter of two times, but for the first where
// that is long enough.
func timed[T Real](c *mpi.Comm, p Problem, o Options, enough time.Duration) (took time.Duration, err error) {
	s, err := New[T](c, p, o)
	if err != nil {
		return 0, err
	}
	for range 2 {
		began := time.Now()
		if err = s.Multiply(context.Background()); err != nil {
			break
		}
		if d := time.Since(began); took == 0 || d < took {
			took = d
		}
		if took > 4*enough {
			break
		}
	}
	if e := s.Free(); err == nil {
		err = e
	}
	return took, err
}
