package heat

import (
	"time"

	"hybrid/internal/pages"
	"hybrid/internal/stencil"
	"hybrid/internal/threads"
)

// A Limit says what a rank's hardware can do at best, in point updates a second; 0
// is not known.
type Limit struct {
	// Updates is what nothing exceeds, however the steps are blocked: on a processor
	// what its threads do on data in the first-level cache, on a device the smaller
	// of what its arithmetic units do and of what its memory gives at as many steps a
	// pass as the kernels can take.
	Updates float64
	// OnePass is what a device's memory gives if each step reads and writes the whole
	// field; 0 on a processor.
	OnePass float64
}

// Limit measures for about d what this rank's hardware can do, a device that several
// ranks share among it, which is to be counted once. Of a device that has no rows nothing is known.
func (s *Solver[T]) Limit(d time.Duration) (Limit, error) {
	if _, on := s.engine.(*device[T]); s.options.Device != nil && !on {
		return Limit{}, nil
	}
	return s.engine.Limit(d)
}

// Limit measures how many points a second the threads together update where all
// data lie in the first-level cache: what the arithmetic units give, and what no
// blocking can exceed.
func (h *host[T]) Limit(d time.Duration) (Limit, error) {
	const groups, rows = 24, 12
	lanes := stencil.Lanes[T]()
	k := coef[T](h.problem)
	rate := threads.Fastest(h.threads, d, func(int) func() int64 {
		stride := (groups + 2*stencil.Halo) * lanes
		buf := pages.Make[T](stride * (rows + 2))
		b := stencil.Block{At: stencil.Halo * lanes, Stride: stride, Rows: rows, Groups: groups}
		return func() int64 {
			const blocks = 16
			for range blocks {
				h.kernel.Forth(buf, b, &k, nil)
			}
			return int64(blocks * rows * groups * lanes)
		}
	})
	return Limit{Updates: rate}, nil
}
