package quadrature

import (
	"fmt"
	"math"
)

// kronrod are the 15 nodes of Kronrod's rule and the 7 of Gauss's, which are every
// second of them (Piessens et al., QUADPACK, 1983, routine QK15).
func kronrod() pair {
	// On [-1, 1], from the outermost to the middle.
	nodes := [8]float64{
		0.991455371120812639206854697526329, 0.949107912342758524526189684047851,
		0.864864423359769072789712788640926, 0.741531185599394439863864773280788,
		0.586087235467691130294144691693315, 0.405845151377397166906606412076961,
		0.207784955007898467600689403773245, 0,
	}
	fine := [8]float64{
		0.022935322010529224963732008058970, 0.063092092629978553290700663189204,
		0.104790010322250183839876322541518, 0.140653259715525918745189590510238,
		0.169004726639267902826583426598550, 0.190350578064785409913256402421014,
		0.204432940075298892414161999234649, 0.209482141084727828012999174891714,
	}
	coarse := [8]float64{
		0, 0.129484966168869693270611432679082, 0, 0.279705391489276667901467771423780,
		0, 0.381830050505118944950369775488975, 0, 0.417959183673469387755102040816327,
	}
	var p pair
	for i := range 15 {
		k, sign := i, -1.0
		if i > 7 {
			k, sign = 14-i, 1
		}
		p.nodes = append(p.nodes, (1+sign*nodes[k])/2)
		p.fine = append(p.fine, fine[k]/2)
		p.coarse = append(p.coarse, coarse[k]/2)
	}
	return p.withEdges(0, 1)
}

// adaptive integrates by Gauss's and Kronrod's rule. Its first points lie less than
// 1/35,000 of the interval, or 1/300 of the distance from 0 and the ends, apart.
func (t *engine) adaptive(p Problem) (Result, error) {
	lo, hi, sign := p.bounds()
	r, err := t.refine(p.F, lo, hi, refinement{
		pair: kronrod(), grid: grid{even: 1 << 11, octave: 1 << 5}, tolerance: p.Tolerance,
	})
	if err != nil {
		return Result{}, err
	}
	if r.worst != nil && r.err > p.Tolerance {
		place, none, err := t.pole(p.F, lo, hi, *r.worst)
		switch {
		case err != nil:
			return Result{}, err
		case none:
			return Result{}, &NoIntegralError{p.F.short(), place}
		case r.crowded:
			return Result{}, fmt.Errorf("quadrature: %s is known to within %.2g after halving %d parts: give a tolerance above that, not %v", p.F.short(), r.err, maxHalved, p.Tolerance)
		}
		return Result{}, fmt.Errorf("quadrature: %s does not come within the tolerance of %v near x = %.12g, where float64 has no more places: give one above %.2g, or leave that place out",
			p.F.short(), p.Tolerance, place, r.err)
	}
	return Result{Value: sign * r.value, Error: r.err, Points: r.points}, nil
}

// bounds are the ends in order, and the sign that this gives the integral.
func (p Problem) bounds() (lo, hi, sign float64) {
	if p.B < p.A {
		return p.B, p.A, -1
	}
	return p.A, p.B, 1
}

// pole is about where a cell lies, and whether the function has a pole there. It is
// collective.
func (t *engine) pole(f *Function, lo, hi float64, c cell) (place float64, found bool, err error) {
	s := segments(lo, hi)[c.segment]
	// Found on one rank: in the last bit, functions differ from machine to machine.
	at, err := t.all(1, 2, func(_ int, out []float64) error {
		if s.infinite && c.left == 0 {
			out[0] = math.Inf(int(math.Copysign(1, s.scale)))
			g, from, to := mapped(f, lo, hi)
			end := from
			if s.scale > 0 {
				end = to
			}
			if _, found := g.pole(end, 0x1p-12, min(from, to), max(from, to)); found {
				out[1] = 1
			}
			return nil
		}
		x := s.at(c.left + c.width/2)
		if c.left == 0 {
			x = s.origin
		}
		near := func(v float64) float64 { return max(-2*math.Abs(x)-1, min(v, 2*math.Abs(x)+1)) }
		lo, hi := near(lo), near(hi)
		out[0] = x
		if at, found := f.pole(x, (hi-lo)*0x1p-12, lo, hi); found {
			out[0], out[1] = at, 1
		}
		return nil
	})
	if err != nil {
		return 0, false, err
	}
	return at[0], at[1] > 0, nil
}
