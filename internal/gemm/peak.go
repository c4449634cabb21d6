package gemm

import "time"

// Peak measures the most floating-point operations a second that one core does
// with the instruction set: a loop of independent multiply-adds, for about as
// long as it is told, the fastest of ten parts.
func (x *Multiplier[T]) Peak(d time.Duration) float64 {
	rounds, best := 1, 0.0
	part := func() time.Duration {
		began := time.Now()
		x.kernel.peak(rounds)
		return time.Since(began)
	}
	for part() < d/10 {
		rounds *= 2
	}
	for range 10 {
		best = max(best, float64(rounds)*12*2*float64(x.kernel.lanes)/part().Seconds())
	}
	return best
}
