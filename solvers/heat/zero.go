package heat

import (
	"math"
	"sync/atomic"
	"unsafe"

	"hybrid/internal/stencil"
)

// A zero says behind which steps values become 0, and which: see the package comment,
// Absolute zero. A value that is not 0 is at least below behind such a step, and each step
// carries it on to its neighbours r times as large at least, r being the lesser of rx and
// ry, so that there is no subnormal number on the rim before the next one. A field of
// zeros is not changed, nor one so small that below is no number: below 2^-574 in
// float64, 2^-69 in float32.
type zero[T Real] struct {
	below  T // 0 where nothing is to become 0
	period int
}

// What below is of S: 2 to that power.
const (
	zeroPower64 = -500
	zeroPower32 = -80
)

// zeroOf is that of a problem, with S as Solver.Fill finds it.
func zeroOf[T Real](p Problem, scale float64) zero[T] {
	power, normal := zeroPower64, -1022
	var v T
	if unsafe.Sizeof(v) == 4 {
		power, normal = zeroPower32, -126
	}
	z := zero[T]{below: T(math.Ldexp(scale, power)), period: 16}
	k := coef[T](p)
	room := math.Ilogb(float64(z.below)) - normal
	for z.period > 1 && z.period*-math.Ilogb(float64(min(k.RX, k.RY))) > room {
		z.period /= 2
	}
	return z
}

// after tells whether values become 0 behind the step of a number.
func (z zero[T]) after(step int) bool { return z.below > 0 && step%z.period == 0 }

// among are those of so many steps, the first being number from+1: bit i is of the
// (i+1)th.
func (z zero[T]) among(from, steps int) uint32 {
	var bits uint32
	for i := range steps {
		if z.after(from + i + 1) {
			bits |= 1 << i
		}
	}
	return bits
}

// magnitude is the largest of a row of numbers.
func magnitude[T Real](row []T) float64 {
	most := 0.0
	for _, v := range row {
		if m := math.Abs(float64(v)); m > most {
			most = m
		}
	}
	return most
}

// largest is that of what several threads see, of numbers of at least 0.
type largest struct{ bits atomic.Uint64 } // which are in the order of the numbers

func (l *largest) see(v float64) {
	for {
		old := l.bits.Load()
		if math.Float64bits(v) <= old || l.bits.CompareAndSwap(old, math.Float64bits(v)) {
			return
		}
	}
}

func (l *largest) value() float64 { return math.Float64frombits(l.bits.Load()) }

// scaleOf is the power of two not above a magnitude, 0 of 0.
func scaleOf(magnitude float64) float64 {
	if magnitude == 0 {
		return 0
	}
	return math.Ldexp(1, math.Ilogb(magnitude))
}

// zero is that of this run.
func (s *State[T]) zero() zero[T] { return zeroOf[T](s.Problem, s.Scale) }

// coefficients are those of the update, with zero.
func coefficients[T Real](p Problem, z zero[T]) stencil.Coef[T] {
	k := coef[T](p)
	k.Zero = z.below
	return k
}
