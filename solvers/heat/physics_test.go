package heat

import (
	"math"
	"testing"

	"hybrid/internal/neumaier"
)

// eigenmode returns a field that every step multiplies by one factor, and its
// wave numbers: the solution of the continuous problem decays at the rate
// alpha (kx² + ky²).
func eigenmode(p Problem) (field []float64, kx, ky float64) {
	// Dirichlet: the ring is the edge. Neumann: the edge is half way between the
	// ring and the interior. Periodic: the interior is one period.
	kx, ky = math.Pi/(float64(p.NX-1)*p.DX), math.Pi/(float64(p.NY-1)*p.DY)
	f := func(i, j float64) float64 { return math.Sin(kx*j*p.DX) * math.Sin(ky*i*p.DY) }
	switch p.Boundary {
	case Neumann:
		kx, ky = math.Pi/(float64(p.NX-2)*p.DX), 2*math.Pi/(float64(p.NY-2)*p.DY)
		f = func(i, j float64) float64 { return math.Cos(kx*(j-0.5)*p.DX) * math.Cos(ky*(i-0.5)*p.DY) }
	case Periodic:
		kx, ky = 2*math.Pi/(float64(p.NX-2)*p.DX), 4*math.Pi/(float64(p.NY-2)*p.DY)
		f = func(i, j float64) float64 { return math.Sin(kx*j*p.DX) * math.Cos(ky*i*p.DY) }
	}
	field = make([]float64, p.NX*p.NY)
	for i := range p.NY {
		for j := range p.NX {
			field[i*p.NX+j] = f(float64(i), float64(j))
		}
	}
	return field, kx, ky
}

// TestEigenmodes compares with the factor that the discrete equation gives an
// eigenmode in a step, 1 - 4rx sin²(kx dx/2) - 4ry sin²(ky dy/2).
func TestEigenmodes(t *testing.T) {
	for _, b := range []Boundary{Dirichlet, Neumann, Periodic} {
		p := problem(42, 31, b)
		u, kx, ky := eigenmode(p)
		const steps = 200
		got, err := solve(p, u, 3, Options{Threads: 2}, steps)
		if err != nil {
			t.Fatal(err)
		}
		sx, sy := math.Sin(kx*p.DX/2), math.Sin(ky*p.DY/2)
		factor := 1 - 4*p.Alpha*p.DT*(sx*sx/(p.DX*p.DX)+sy*sy/(p.DY*p.DY))
		want := math.Pow(factor, steps)
		for i := 1; i < p.NY-1; i++ {
			for j := 1; j < p.NX-1; j++ {
				k := i*p.NX + j
				if e := math.Abs(got[k] - want*u[k]); e > 1e-13 {
					t.Fatalf("%v: [%d, %d] is %g, want %g", b, i, j, got[k], want*u[k])
				}
			}
		}
	}
}

// TestOrder halves the distance of the points, and the time step with its
// square, and sees the error against the continuous solution fall to a quarter.
func TestOrder(t *testing.T) {
	for _, b := range []Boundary{Dirichlet, Neumann, Periodic} {
		var errors []float64
		for _, n := range []int{16, 32, 64} {
			p := Problem{NX: n + 1, NY: n + 1, Alpha: 1, DX: 1 / float64(n), DY: 1 / float64(n), Boundary: b}
			if b != Dirichlet {
				p.NX, p.NY = n+2, n+2
			}
			p.DT = 0.2 * p.DX * p.DX
			end := 0.2 * (1.0 / 256) * 20 // 20 steps of the coarsest grid
			steps := int(math.Round(end / p.DT))
			u, kx, ky := eigenmode(p)
			got, err := solve(p, u, 2, Options{}, steps)
			if err != nil {
				t.Fatal(err)
			}
			worst := 0.0
			for i := 1; i < p.NY-1; i++ {
				for j := 1; j < p.NX-1; j++ {
					k := i*p.NX + j
					worst = max(worst, math.Abs(got[k]-u[k]*math.Exp(-p.Alpha*(kx*kx+ky*ky)*end)))
				}
			}
			errors = append(errors, worst)
		}
		for i := 1; i < len(errors); i++ {
			if order := math.Log2(errors[i-1] / errors[i]); order < 1.9 || order > 2.1 {
				t.Errorf("%v: errors %g, order of convergence %.3f, want 2", b, errors, order)
			}
		}
	}
}

// TestConservation adds up the interior, whose heat has nowhere to go.
func TestConservation(t *testing.T) {
	for _, b := range []Boundary{Neumann, Periodic} {
		p := problem(67, 45, b)
		u := randomField[float64](p, 5)
		total := func(u []float64) float64 {
			var s neumaier.Sum
			for i := 1; i < p.NY-1; i++ {
				for _, v := range u[i*p.NX+1 : (i+1)*p.NX-1] {
					s.Add(v)
				}
			}
			return s.Value()
		}
		got, err := solve(p, u, 3, Options{Threads: 2}, 500)
		if err != nil {
			t.Fatal(err)
		}
		if e := math.Abs(total(got)/total(u) - 1); e > 1e-14 {
			t.Errorf("%v: heat changed by %g of itself", b, e)
		}
	}
}

// TestMaximumPrinciple looks for values outside the range of the initial ones,
// at the very limit of stability too.
func TestMaximumPrinciple(t *testing.T) {
	for _, b := range []Boundary{Dirichlet, Neumann, Periodic} {
		p := problem(50, 41, b)
		p.DT = StableDT(p.Alpha, p.DX, p.DY)
		u := randomField[float64](p, 6)
		lo, hi := math.Inf(1), math.Inf(-1)
		for _, v := range u {
			lo, hi = min(lo, v), max(hi, v)
		}
		got, err := solve(p, u, 2, Options{}, 300)
		if err != nil {
			t.Fatal(err)
		}
		for k, v := range got {
			if v < lo-1e-12 || v > hi+1e-12 {
				t.Fatalf("%v: [%d, %d] is %g, outside [%g, %g]", b, k/p.NX, k%p.NX, v, lo, hi)
			}
		}
	}
}
