package main

import (
	"fmt"
	"math"
	"math/rand/v2"
	"time"

	"hybrid/internal/fma"
	"hybrid/internal/gemm"
	"hybrid/internal/pages"
	"hybrid/internal/simd"
)

// A contestant multiplies matrices of one shape.
type contestant interface {
	measure(seconds float64) float64 // seconds of the fastest call
	peak() float64                   // floating-point operations a second of one core
	check() error                    // of the last product
}

type ours[T gemm.Real] struct {
	shape
	x       *gemm.Multiplier[T]
	a, b, c []T
}

func newContestant(s shape, isa simd.ISA, threads int) (contestant, error) {
	if s.dtype == "float32" {
		return newOurs[float32](s, isa, threads)
	}
	return newOurs[float64](s, isa, threads)
}

func newOurs[T gemm.Real](s shape, isa simd.ISA, threads int) (contestant, error) {
	x, err := gemm.New[T](isa, threads)
	if err != nil {
		return nil, err
	}
	rng := rand.New(rand.NewPCG(1, 2))
	matrix := func(n int) []T {
		v := pages.Make[T](n)
		for i := range v {
			v[i] = T(rng.NormFloat64())
		}
		return v
	}
	o := &ours[T]{s, x, matrix(s.m * s.k), matrix(s.k * s.n), matrix(s.m * s.n)}
	o.call()
	return o, nil
}

func (o *ours[T]) call() {
	o.x.Gemm(false, false, o.m, o.n, o.k, 1, o.a, o.k, o.b, o.n, 0, o.c, o.n)
}

func (o *ours[T]) measure(seconds float64) float64 {
	best, end := math.Inf(1), time.Now().Add(time.Duration(seconds*1e9))
	for {
		began := time.Now()
		o.call()
		now := time.Now()
		best = min(best, now.Sub(began).Seconds())
		if now.After(end) {
			return best
		}
	}
}

func (o *ours[T]) peak() float64 { return o.x.Peak(5 * time.Millisecond) }

// check computes some elements again.
func (o *ours[T]) check() error {
	rng := rand.New(rand.NewPCG(3, 4))
	for range 100 {
		i, j := rng.IntN(o.m), rng.IntN(o.n)
		var x T
		for p := range o.k {
			x = fma.FMA(o.a[i*o.k+p], o.b[p*o.n+j], x)
		}
		if got := o.c[i*o.n+j]; got != x {
			return fmt.Errorf("%v: C[%d, %d] is %v, want %v", o.shape, i, j, got, x)
		}
	}
	return nil
}
