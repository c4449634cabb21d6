// Package peak measures the most floating-point operations a second that cores do
// with an instruction set: fused multiply-adds from registers alone, in more
// independent chains than the units have multiply-adds under way at once.
//
//	x[i] = fma(m, b, x[i])     for every i, again and again
//
// Nothing that computes with the same instructions exceeds it. A fused multiply-add
// is two operations.
package peak

import (
	"fmt"
	"math"
	"time"
	"unsafe"

	"hybrid/internal/fma"
	"hybrid/internal/threads"
	"hybrid/simd"
)

//go:generate go run ./gen/neon -out kernels_arm64.s -stubs kernels_arm64.go -pkg peak

// Real is a floating-point type.
type Real interface{ float32 | float64 }

// A Kernel is the loop for one instruction set.
type Kernel[T Real] struct {
	isa   simd.ISA
	chain func(rounds int, x *T, m, b T)
	n     int // values that are under way at once
}

// New returns the kernel for an instruction set, which must be one that this
// processor has.
func New[T Real](isa simd.ISA) (*Kernel[T], error) {
	isa, err := isa.Resolve()
	if err != nil {
		return nil, fmt.Errorf("peak: %w", err)
	}
	return kernel[T](isa), nil
}

// ISA returns the instruction set of the kernel.
func (k *Kernel[T]) ISA() simd.ISA { return k.isa }

// What the chains multiply: no sum of it is subnormal.
const multiplier, multiplicand = 0.5, 1

// Flops is the floating-point operations of a round.
func (k *Kernel[T]) Flops() int { return 2 * k.n }

// Do does so many rounds, on one core.
func (k *Kernel[T]) Do(rounds int) {
	x := make([]T, k.n)
	k.chain(rounds, &x[0], multiplier, multiplicand)
}

// Rounds is how many rounds take about so long, on one core.
func (k *Kernel[T]) Rounds(d time.Duration) int {
	n, _ := threads.Times(d, func(n int) (time.Duration, error) { // there is nothing to fail
		began := time.Now()
		k.Do(n)
		return time.Since(began), nil
	})
	return n
}

// Measure returns the operations a second of a number of cores together, in each of
// the given number of parts of about the time d.
func (k *Kernel[T]) Measure(cores, parts int, d time.Duration) []float64 {
	team := threads.New(cores)
	defer team.Close()
	rounds, rates := k.Rounds(d), make([]float64, parts)
	for i := range rates {
		took := team.Run(func(int) { k.Do(rounds) })
		rates[i] = float64(cores) * float64(rounds) * float64(k.Flops()) / took.Seconds()
	}
	return rates
}

// plain is the kernel in Go.
func plain[T Real]() *Kernel[T] {
	k := &Kernel[T]{isa: simd.Go, n: chains}
	switch k := any(k).(type) {
	case *Kernel[float64]:
		k.chain = chainGo64
	case *Kernel[float32]:
		k.chain = chainGo32
	}
	return k
}

// chains of the kernel in Go are enough for four units of a latency of four cycles.
const chains = 16

// chainGo64 is the reference of the kernels, for 16 values.
//
//	for rounds:
//		for every i: x[i] = fma(m, b, x[i])
func chainGo64(rounds int, x *float64, m, b float64) {
	to := (*[chains]float64)(unsafe.Pointer(x))
	x0, x1, x2, x3, x4, x5, x6, x7 := to[0], to[1], to[2], to[3], to[4], to[5], to[6], to[7]
	x8, x9, xa, xb, xc, xd, xe, xf := to[8], to[9], to[10], to[11], to[12], to[13], to[14], to[15]
	for range rounds {
		x0, x1, x2, x3 = math.FMA(m, b, x0), math.FMA(m, b, x1), math.FMA(m, b, x2), math.FMA(m, b, x3)
		x4, x5, x6, x7 = math.FMA(m, b, x4), math.FMA(m, b, x5), math.FMA(m, b, x6), math.FMA(m, b, x7)
		x8, x9, xa, xb = math.FMA(m, b, x8), math.FMA(m, b, x9), math.FMA(m, b, xa), math.FMA(m, b, xb)
		xc, xd, xe, xf = math.FMA(m, b, xc), math.FMA(m, b, xd), math.FMA(m, b, xe), math.FMA(m, b, xf)
	}
	*to = [chains]float64{x0, x1, x2, x3, x4, x5, x6, x7, x8, x9, xa, xb, xc, xd, xe, xf}
}

// chainGo32 is the same in float32, whose fused multiply-add takes Go several
// operations.
func chainGo32(rounds int, x *float32, m, b float32) {
	to := (*[chains]float32)(unsafe.Pointer(x))
	for range rounds {
		for i, v := range to {
			to[i] = fma.FMA32(m, b, v)
		}
	}
}
