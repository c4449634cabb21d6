package montecarlo

import (
	"sync"
	"sync/atomic"
	"time"

	"hybrid/internal/philox"
)

// Limit measures for about d how many samples a second the threads of this rank
// would take if the multiplications of Philox, 20 for two samples, were all the
// work and the multipliers never waited. The best of several parts of d counts,
// so that a disturbance does not lower a limit. A device is not measured: its limit
// comes from its data sheet, and is 0 where that is not known, as of a simulated
// one.
func Limit(d time.Duration, o Options) (float64, error) {
	const (
		parts     = 5
		perSample = 2 * philox.Rounds / 2
	)
	k, err := o.kernel()
	if err != nil {
		return 0, err
	}
	if o.Device != nil {
		return o.Device.Info().PeakIntOps() / perSample, nil
	}
	best := 0.0
	for range parts {
		var done atomic.Uint64
		var wg sync.WaitGroup
		began := time.Now()
		for range o.threads() {
			wg.Go(func() {
				for time.Since(began) < d/parts {
					done.Add(k.Multiply(1 << 20))
				}
			})
		}
		wg.Wait()
		best = max(best, float64(done.Load())/time.Since(began).Seconds())
	}
	return best / perSample, nil
}
