package quadrature

import (
	"math"
	"time"

	"hybrid/internal/integrand"
	"hybrid/internal/threads"
)

// Limit is what the threads of a rank could do at most.
type Limit struct {
	Points float64 // values of the function a second
	By     string  // what sets the limit, such as "dividers"
}

// The limits.
const (
	ByDividers = "dividers" // the divisions, and nothing else
	ByFormula  = "formula"  // values of the formula at places in the first-level cache, which nobody asks for
)

// Limit measures for about d what the threads of this rank could do at most.
func (p Problem) Limit(d time.Duration, o Options) (Limit, error) {
	k, err := integrand.New(o.ISA)
	if err != nil {
		return Limit{}, err
	}
	l := Limit{By: ByFormula}
	if p.F.arc {
		l.By = ByDividers
	}
	l.Points = threads.Fastest(max(o.Threads, 1), d, func(int) func() int64 {
		if p.F.arc {
			return func() int64 { return int64(k.PerDivision() * k.Divide(1<<13)) }
		}
		x, y := make([]float64, batch), make([]float64, batch)
		free := make([]float64, batch*p.F.depth)
		f, a, b := mapped(p.F, p.A, p.B)
		for i := range x {
			x[i] = math.FMA(b-a, (float64(i)+0.5)/batch, a)
			if f.place != nil {
				x[i] = f.place(x[i])
			}
		}
		return func() int64 {
			p.F.eval(x, y, free)
			return batch
		}
	})
	return l, nil
}
