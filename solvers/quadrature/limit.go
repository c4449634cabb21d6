package quadrature

import (
	"sync"
	"sync/atomic"
	"time"

	"hybrid/internal/integrand"
)

// Limit is what the threads of a rank could do at most.
type Limit struct {
	Points float64 // values of the function a second
	By     string  // what sets the limit, such as "dividers"
}

// The limits.
const (
	ByDividers = "dividers" // one division a value, and nothing else
	ByFormula  = "formula"  // values of the formula at places in the first-level cache, which nobody asks for
)

// Limit measures for about d what the threads of this rank could do at most. The
// best of several parts of d counts, so that a disturbance does not lower a limit.
func (p Problem) Limit(d time.Duration, o Options) (Limit, error) {
	const parts = 5
	k, err := integrand.New(o.ISA)
	if err != nil {
		return Limit{}, err
	}
	l := Limit{By: ByFormula}
	if p.F.arc {
		l.By = ByDividers
	}
	for range parts {
		var done atomic.Uint64
		var wg sync.WaitGroup
		began := time.Now()
		for range max(o.Threads, 1) {
			wg.Go(func() {
				x, y := make([]float64, batch), make([]float64, batch)
				free := make([]float64, batch*p.F.depth)
				for i := range x {
					x[i] = p.at((float64(i) + 0.5) / batch)
				}
				for time.Since(began) < d/parts {
					if p.F.arc {
						done.Add(uint64(k.Divide(1 << 16)))
						continue
					}
					for range 8 {
						p.F.eval(x, y, free)
					}
					done.Add(8 * batch)
				}
			})
		}
		wg.Wait()
		l.Points = max(l.Points, float64(done.Load())/time.Since(began).Seconds())
	}
	return l, nil
}
