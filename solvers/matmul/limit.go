package matmul

import (
	"slices"
	"sync"
	"time"
)

// Limit measures for about d how many floating-point operations a second this
// rank's threads do together on data in registers, all at once: what no product
// exceeds.
func (s *Solver[T]) Limit(d time.Duration) float64 {
	rates := make([]float64, s.threads)
	var wg sync.WaitGroup
	for t := range rates {
		wg.Go(func() { rates[t] = s.gemm.Peak(d) })
	}
	wg.Wait()
	// The slowest: threads that share a core are fast one after the other.
	return slices.Min(rates) * float64(s.threads)
}
