package heat

import (
	"math"
	"strings"

	"hybrid/internal/neumaier"
	"hybrid/mpi"
	"hybrid/solvers/task"
)

// A mode is a weight for each point of the interior, x(j) y(i), that a step takes to
// a multiple of itself: the weighted sum P of a field, its amplitude, becomes
// l P + S, and behind n steps it is
//
//	l^n P + S (1 - l^n)/(1 - l)
//
// which the beginning and the end of a run tell alone. What is lost or spoilt anywhere,
// at any step, shows in P as long as it has not decayed there, which is as long as
// it does in the field, for these are the slowest modes:
//
//	             x(j), of n = NX-2 columns     l = k + 2 rx c(x) + 2 ry c(y)
//	dirichlet    sin(pi j/(n+1))               c = cos(pi/(n+1)); S comes from the ring
//	neumann      1 and cos(pi (j-1/2)/n)       c = 1 and cos(pi/n)
//	periodic     1 and cos(2 pi (j-1/2)/n)     c = 1 and cos(2 pi/n)
type mode struct {
	name   string
	x, y   []float64 // of all columns and rows, the ring included
	l      float64
	source bool // the ring adds to the amplitude
}

func (s *Solver[T]) modes() []mode {
	p := s.Problem
	rx, ry, k := float64(s.coef.RX), float64(s.coef.RY), float64(s.coef.K)
	of := func(name string, weight func(i int, n float64) float64, c func(n float64) float64) mode {
		m := mode{name: name, source: p.Boundary == Dirichlet}
		for j := range p.NX {
			m.x = append(m.x, weight(j, float64(p.NX-2)))
		}
		for i := range p.NY {
			m.y = append(m.y, weight(i, float64(p.NY-2)))
		}
		m.l = k + 2*rx*c(float64(p.NX-2)) + 2*ry*c(float64(p.NY-2))
		return m
	}
	if p.Boundary == Dirichlet {
		return []mode{of("slowest mode", func(i int, n float64) float64 { return math.Sin(math.Pi * float64(i) / (n + 1)) },
			func(n float64) float64 { return math.Cos(math.Pi / (n + 1)) })}
	}
	turn := math.Pi
	if p.Boundary == Periodic {
		turn = 2 * math.Pi
	}
	return []mode{
		of("mean", func(int, float64) float64 { return 1 }, func(float64) float64 { return 1 }),
		of("slowest mode", func(i int, n float64) float64 { return math.Cos(turn * (float64(i) - 0.5) / n) },
			func(n float64) float64 { return math.Cos(turn / n) }),
	}
}

// An amplitude is that of a mode, and what the ring adds to it with every step.
type amplitude struct{ value, source float64 }

// amplitudes is collective.
func (s *Solver[T]) amplitudes(modes []mode) ([]amplitude, error) {
	p := s.Problem
	rx, ry := float64(s.coef.RX), float64(s.coef.RY)
	lo, hi := s.wholeRows()
	all := make([]float64, 2*len(modes))
	for k, m := range modes {
		values, sources := make([]float64, hi-lo), make([]float64, hi-lo)
		err := s.visit(func(_, i int, row []T) error {
			var sum neumaier.Sum
			for j := 1; j < p.NX-1; j++ {
				sum.Add(m.x[j] * float64(row[j]))
			}
			if i == 0 || i == p.NY-1 {
				sources[i-lo] = ry * m.y[1] * sum.Value()
				return nil
			}
			values[i-lo] = m.y[i] * sum.Value()
			sources[i-lo] = rx * m.y[i] * m.x[1] * (float64(row[0]) + float64(row[p.NX-1]))
			return nil
		})
		if err != nil {
			return nil, err
		}
		all[2*k] = sumOf(values)
		if m.source {
			all[2*k+1] = sumOf(sources)
		}
	}
	if err := mpi.Allreduce(s.comm, all, all, mpi.Sum); err != nil {
		return nil, err
	}
	found := make([]amplitude, len(modes))
	for k := range found {
		found[k] = amplitude{all[2*k], all[2*k+1]}
	}
	return found, nil
}

func sumOf(values []float64) float64 {
	var sum neumaier.Sum
	for _, v := range values {
		sum.Add(v)
	}
	return sum.Value()
}

// decay holds amplitudes after so many steps against what the steps make of those
// before, of a field below most in magnitude. They may be off by what all updates
// may round, in one direction.
func (v *Verification) decay(modes []mode, before, after []amplitude, most float64, steps int, epsilon float64) {
	var names []string
	for k, m := range modes {
		power, lasting := math.Pow(m.l, float64(steps)), float64(steps) // steps whose roundings have not decayed
		want := power * before[k].value
		if m.source {
			want += before[k].source * (1 - power) / (1 - m.l)
			lasting = min(lasting, 1/(1-m.l))
		}
		points := float64(len(m.x)) * float64(len(m.y))
		allowed := most * points * (2*epsilon*lasting + 0x1p-52*(lasting+float64(len(m.y))))
		if v.Answer == task.Yes && !(math.Abs(after[k].value-want) <= allowed) {
			v.Verdict = task.Wrong("the amplitude of the field's %s is %.17g after %d steps, which make %.17g of what it was", m.name, after[k].value, steps, want)
		}
		names = append(names, m.name)
	}
	if v.Answer == task.Yes {
		v.Verdict = task.Right("%s; the %s of the whole field, after all %d steps, within rounding", v.Detail, strings.Join(names, " and the "), steps)
	}
}
