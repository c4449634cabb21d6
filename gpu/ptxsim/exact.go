package ptxsim

import (
	"math"
	"math/big"
	"unsafe"
)

// The rounding modes other than to nearest, by exact rational arithmetic: rare
// enough to be slow.

func finite[T float32 | float64](v ...T) bool {
	for _, x := range v {
		if x-x != 0 {
			return false
		}
	}
	return true
}

func rat[T float32 | float64](x T) *big.Rat { return new(big.Rat).SetFloat64(float64(x)) }

// directed rounds an exact value: near is the value rounded to nearest, which
// also decides the sign of an exact zero.
func directed[T float32 | float64](x *big.Rat, mode string, zero T) T {
	if x.Sign() == 0 {
		return zero
	}
	var near T
	if unsafe.Sizeof(near) == 4 {
		f, _ := x.Float32()
		near = T(f)
	} else {
		f, _ := x.Float64()
		near = T(f)
	}
	order := x.Sign() // of x against near
	if !math.IsInf(float64(near), 0) {
		order = x.Cmp(rat(near))
	} else {
		order = -order
	}
	switch {
	case order > 0 && (mode == "rp" || mode == "rz" && near < 0 && x.Sign() < 0):
		return step(near, 1)
	case order < 0 && (mode == "rm" || mode == "rz" && x.Sign() > 0):
		return step(near, -1)
	case order > 0 && mode == "rz" && x.Sign() < 0:
		return step(near, 1)
	}
	if near == 0 && x.Sign() < 0 {
		return T(math.Copysign(0, -1))
	}
	return near
}

// step is the next number up or down.
func step[T float32 | float64](x T, dir float64) T {
	if unsafe.Sizeof(x) == 4 {
		return T(math.Nextafter32(float32(x), float32(math.Inf(int(dir)))))
	}
	return T(math.Nextafter(float64(x), math.Inf(int(dir))))
}

// zeroSum is the sign of an exact zero that two opposite numbers give.
func zeroSum[T float32 | float64](near T, mode string, opposite bool) T {
	if opposite && mode == "rm" {
		return T(math.Copysign(0, -1))
	}
	return near
}

func negative[T float32 | float64](x T) bool { return math.Signbit(float64(x)) }

func exactAdd[T float32 | float64](a, b, _ T, mode string) T {
	if !finite(a, b) {
		return a + b
	}
	return directed(new(big.Rat).Add(rat(a), rat(b)), mode, zeroSum(a+b, mode, negative(a) != negative(b)))
}

func exactMul[T float32 | float64](a, b, _ T, mode string) T {
	if !finite(a, b) {
		return a * b
	}
	return directed(new(big.Rat).Mul(rat(a), rat(b)), mode, a*b)
}

func exactFMA[T float32 | float64](a, b, c T, mode string) T {
	near := T(math.FMA(float64(a), float64(b), float64(c)))
	if !finite(a, b, c) {
		return near
	}
	x := new(big.Rat).Mul(rat(a), rat(b))
	return directed(x.Add(x, rat(c)), mode, zeroSum(near, mode, (negative(a) != negative(b)) != negative(c)))
}

func exactDiv[T float32 | float64](a, b, _ T, mode string) T {
	if !finite(a, b) || a == 0 || b == 0 {
		return a / b
	}
	return directed(new(big.Rat).Quo(rat(a), rat(b)), mode, T(0))
}

func exactSqrt[T float32 | float64](a, _, _ T, mode string) T {
	if !finite(a) || a <= 0 {
		return T(math.Sqrt(float64(a)))
	}
	// 120 bits of the root and, if it goes on, a little more: enough to tell on
	// which side of any number of 53 bits it lies.
	f := new(big.Float).SetPrec(120).SetMode(big.ToZero).Sqrt(big.NewFloat(float64(a)).SetPrec(120))
	x, _ := f.Rat(nil)
	for new(big.Rat).Mul(x, x).Cmp(rat(a)) > 0 {
		x.Sub(x, ulp120(f))
	}
	if new(big.Rat).Mul(x, x).Cmp(rat(a)) < 0 {
		x.Add(x, new(big.Rat).Mul(ulp120(f), big.NewRat(1, 2)))
	}
	return directed(x, mode, T(0))
}

func ulp120(f *big.Float) *big.Rat {
	e := f.MantExp(nil) - 120
	r, _ := new(big.Float).SetMantExp(big.NewFloat(1), e).Rat(nil)
	return r
}
