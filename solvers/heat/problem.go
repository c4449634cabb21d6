package heat

import (
	"fmt"
	"math"

	"hybrid/internal/stencil"
)

// Real is a floating-point type that a field can have.
type Real interface{ float32 | float64 }

// Boundary says what the ring, the outermost rows and columns of the array, is.
type Boundary int

const (
	// Dirichlet: the ring keeps its initial values.
	Dirichlet Boundary = iota
	// Neumann: no heat passes the edge of the interior. Each point of the ring
	// mirrors its neighbour in the interior.
	Neumann
	// Periodic: the interior goes on, behind each of its edges, with its
	// opposite edge.
	Periodic
)

// Boundaries are the names of the boundaries.
var Boundaries = []string{"dirichlet", "neumann", "periodic"}

func (b Boundary) String() string {
	if b < 0 || int(b) >= len(Boundaries) {
		return fmt.Sprintf("Boundary(%d)", int(b))
	}
	return Boundaries[b]
}

// MarshalText is the name.
func (b Boundary) MarshalText() ([]byte, error) { return []byte(b.String()), nil }

// UnmarshalText is the inverse of String.
func (b *Boundary) UnmarshalText(name []byte) error {
	for i, n := range Boundaries {
		if n == string(name) {
			*b = Boundary(i)
			return nil
		}
	}
	return fmt.Errorf("heat: boundary %q is not one of dirichlet, neumann, periodic", name)
}

// A Problem is the equation u_t = Alpha (u_xx + u_yy) on an array of NY rows and
// NX columns, the ring included, at time steps of DT.
type Problem struct {
	NX, NY   int     // points, at least 3 each
	Alpha    float64 // thermal diffusivity, length²/time
	DX, DY   float64 // distance between columns and between rows
	DT       float64 // time step
	Boundary Boundary
}

// StableDT is the largest time step for which forward Euler with the 5-point
// stencil is stable, 1 / (2 alpha (1/dx² + 1/dy²)): there the weight of the
// centre reaches zero, and every new value is still a mean of old ones (LeVeque,
// Finite Difference Methods, 2007, section 9.6 and its extension to 2-D).
func StableDT(alpha, dx, dy float64) float64 {
	return 1 / (2 * alpha * (1/(dx*dx) + 1/(dy*dy)))
}

// Validate reports what makes p unusable.
func (p Problem) Validate() error {
	switch {
	case p.NX < 3 || p.NY < 3:
		return fmt.Errorf("heat: a grid of %d x %d points has no interior: nx and ny must be at least 3, the ring included", p.NX, p.NY)
	case p.Boundary < Dirichlet || p.Boundary > Periodic:
		return fmt.Errorf("heat: unknown boundary %v", p.Boundary)
	}
	for _, v := range []struct {
		name  string
		value float64
	}{{"alpha", p.Alpha}, {"dx", p.DX}, {"dy", p.DY}} {
		if !(v.value > 0) || math.IsInf(v.value, 0) {
			return fmt.Errorf("heat: %s is %g: it must be a positive number", v.name, v.value)
		}
	}
	limit := p.StableDT()
	if math.IsInf(limit, 0) || !(limit > 0) {
		return &RangeError{p, limit}
	}
	if !(p.DT > 0) || math.IsInf(p.DT, 0) {
		return fmt.Errorf("heat: dt is %g: it must be a positive number", p.DT)
	}
	// The limit itself is allowed however its last bit was rounded.
	if p.DT > limit*(1+4*0x1p-52) {
		return &UnstableError{p, limit}
	}
	return nil
}

// StableDT is that of the problem, see the function.
func (p Problem) StableDT() float64 { return StableDT(p.Alpha, p.DX, p.DY) }

// An UnstableError is a time step above the stability limit.
type UnstableError struct {
	Problem Problem
	Limit   float64
}

func (e *UnstableError) Error() string {
	p := e.Problem
	return fmt.Sprintf("heat: dt %g exceeds the stability limit %g: with alpha %g, dx %g and dy %g the solution would grow without bound; take a dt of at most that",
		p.DT, e.Limit, p.Alpha, p.DX, p.DY)
}

// A RangeError is constants whose stability limit is no number to compute with.
type RangeError struct {
	Problem Problem
	Limit   float64
}

func (e *RangeError) Error() string {
	p := e.Problem
	return fmt.Sprintf("heat: alpha %g, dx %g and dy %g give a stability limit of %g, outside the range of numbers", p.Alpha, p.DX, p.DY, e.Limit)
}

// Interior is the number of points that are updated in a step.
func (p Problem) Interior() int { return (p.NX - 2) * (p.NY - 2) }

// coef rounds the coefficients of the update to T, from float64.
func coef[T Real](p Problem) stencil.Coef[T] {
	rx := p.Alpha * p.DT / (p.DX * p.DX)
	ry := p.Alpha * p.DT / (p.DY * p.DY)
	// Two roundings in each product and difference, on every architecture.
	k := float64(1-float64(2*rx)) - float64(2*ry)
	return stencil.Coef[T]{RX: T(rx), RY: T(ry), K: T(max(k, 0))}
}
