package mandelbrot

import (
	"math"
	"math/bits"
	"time"

	"hybrid/internal/threads"
	"hybrid/mpi"
)

// A Summary is what a run has found and what it cost.
type Summary struct {
	Iterations int64 // the sum of the counts
	Inside     int64 // points that have the greatest count
	Computed   int64 // iterations that were computed; the others are known, see package escape
	Tiles      int

	Busy []float64 // seconds that each rank has counted, the mean of its threads
	// Imbalance is the largest of Busy over their mean. Static is what it would
	// have been if every rank had counted one run of tiles, of the costs that they
	// had in this run.
	Imbalance, Static float64
	TileSeconds       []float64 // cost of each tile
}

// Summary adds up what all ranks have done. It is collective.
func (s *Solver[T]) Summary() (Summary, error) {
	p, rank := s.comm.Size(), s.comm.Rank()
	n := s.tiling.tiles()
	sum := Summary{Tiles: n, Busy: make([]float64, p), TileSeconds: make([]float64, n)}
	counted := make([]int64, 3)
	copy(sum.TileSeconds, s.before)
	for _, r := range s.done {
		counted[2] += r.steps
		sum.TileSeconds[r.tile] = r.seconds
	}
	h := s.histogram()
	counted[0], counted[1], counted[2] = h.iterations, h.inside, counted[2]+h.computed
	sum.Busy[rank] = s.busy.Seconds() / float64(s.counting())
	if err := mpi.Allreduce(s.comm, counted, counted, mpi.Sum); err != nil {
		return sum, err
	}
	// Each element has one rank that is not zero, so the sums are exact.
	for _, v := range [][]float64{sum.Busy, sum.TileSeconds} {
		if err := mpi.Allreduce(s.comm, v, v, mpi.Sum); err != nil {
			return sum, err
		}
	}
	sum.Iterations, sum.Inside, sum.Computed = counted[0], counted[1], counted[2]
	sum.Imbalance = imbalance(sum.Busy)
	sum.Static = imbalance(sums(sum.TileSeconds, p))
	return sum, nil
}

// A histogram is how many pixels have how many iterations.
type histogram struct {
	iterations, inside int64     // the sum of the counts, and how many are the greatest
	computed           int64     // iterations, for the tiles of a checkpoint
	from               [32]int64 // pixels with counts from 2^i on
}

// histogram is that of the tiles that this rank has counted and, on rank 0, of those of a
// checkpoint.
func (s *Solver[T]) histogram() histogram {
	h := s.seen
	for _, r := range s.done[s.counted:] {
		s.tileRows(r, func(row []int32) {
			for _, k := range row {
				h.iterations += int64(k)
				h.from[bits.Len32(uint32(k))-1]++
				if k == s.Problem.MaxIter {
					h.inside++
				}
			}
		})
	}
	return h
}

// imbalance is the largest value over the mean, 1 where all are zero.
func imbalance(v []float64) float64 {
	most, all := 0.0, 0.0
	for _, x := range v {
		most, all = max(most, x), all+x
	}
	if all == 0 {
		return 1
	}
	return most * float64(len(v)) / all
}

// sums are those of p runs of equal length.
func sums(v []float64, p int) []float64 {
	s := make([]float64, p)
	for i := range s {
		lo, hi := part(len(v), i, p)
		for _, x := range v[lo:hi] {
			s[i] += x
		}
	}
	return s
}

// Limit measures for about d how many iterations a second the threads of this rank
// would compute if every lane were busy and nothing had to be looked for. For a
// device it is computed, and not a number where that cannot be done.
func (s *Solver[T]) Limit(d time.Duration) float64 {
	if s.device != nil {
		if peak := s.device.peak(); peak > 0 {
			return peak
		}
		return math.NaN()
	}
	return threads.Fastest(s.threads, d, func(int) func() int64 {
		return func() int64 { return s.kernel.Peak(1 << 17) }
	})
}
