package montecarlo

import (
	"time"

	"hybrid/internal/philox"
	"hybrid/internal/threads"
)

// Limit measures for about d how many samples a second the threads of this rank
// would take if the multiplications of Philox, 20 for two samples, were all the
// work and the multipliers never waited. A device is not measured: its limit comes
// from its data sheet, and is 0 where that is not known, as of a simulated one.
func Limit(d time.Duration, o Options) (float64, error) {
	const perSample = 2 * philox.Rounds / 2
	k, err := o.kernel()
	if err != nil {
		return 0, err
	}
	if o.Device != nil {
		return o.Device.Info().PeakIntOps() / perSample, nil
	}
	rate := threads.Fastest(o.threads(), d, func(int) func() int64 {
		return func() int64 { return int64(k.Multiply(1 << 15)) }
	})
	return rate / perSample, nil
}
