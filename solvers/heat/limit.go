package heat

import (
	"sync/atomic"
	"time"

	"hybrid/internal/pages"
	"hybrid/internal/stencil"
)

// Limit measures for about d how many points a second this rank's threads
// together update where all data lie in the first-level cache: what the
// arithmetic units give, and what no blocking can exceed. The best of several
// parts of d counts, so that a disturbance does not lower a limit.
func (s *Solver[T]) Limit(d time.Duration) float64 {
	const (
		groups, rows = 24, 12
		parts        = 5
	)
	n := s.Threads()
	best := 0.0
	for range parts {
		var points atomic.Int64
		began := time.Now()
		s.each(0, n, func(int, int, int) {
			lanes := stencil.Lanes[T]()
			stride := (groups + 2*stencil.Halo) * lanes
			buf := pages.Make[T](stride * (rows + 2))
			b := stencil.Block{At: stencil.Halo * lanes, Stride: stride, Rows: rows, Groups: groups}
			blocks := int64(0)
			for time.Since(began) < d/parts {
				for range 64 {
					s.kernel.Forth(buf, b, &s.coef, nil)
				}
				blocks += 64
			}
			points.Add(blocks * rows * groups * int64(lanes))
		})
		best = max(best, float64(points.Load())/time.Since(began).Seconds())
	}
	return best
}
