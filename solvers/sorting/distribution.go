package sorting

import (
	"fmt"
	"math"
	"math/bits"
	"unsafe"

	"hybrid/internal/philox"
)

// Distributions are the names that Values knows.
var Distributions = []string{"uniform", "normal", "zipf", "equal", "sorted", "reversed", "few"}

// Values returns n keys of a named distribution, as Solver.Fill asks for them. Key
// i is made from the seed and i alone: r is 64 bits of block i/2 of the seed's
// stream, of which word 0 or 2 has the upper half, and u = (r>>12 + 1/2) / 2^52.
//
//	uniform   integers: r, or its upper half, all values of the type;
//	          floats: the upper 53 or 24 bits of r as a number in [0, 1)
//	normal    z = the normal quantile of u; integers: z 2^24 or z 2^56, rounded,
//	          uint64 above 2^63
//	zipf      floor(2^20u): k of 1 to 2^20-1 with probability lb(1+1/k)/20, which
//	          falls as 1/k: Zipf's law
//	equal     42
//	sorted    the index; of types with less room, the upper bits of the index
//	reversed  n-1 minus the index, the same way
//	few       0 to 15, each as likely
//
// The keys are the same bits on every architecture.
func Values[K Key](distribution string, seed uint64, n int) (func(first int, dst []K) error, error) {
	stream := philox.New(seed, philox.Sort)
	random := func(of func(r uint64) K) (func(first int, dst []K) error, error) {
		return func(first int, dst []K) error {
			var w [4]uint32
			for j := range dst {
				i := first + j
				if j == 0 || i%2 == 0 {
					w[0], w[1], w[2], w[3] = stream.Words(uint64(i)/2, 0)
				}
				k := i % 2 * 2
				dst[j] = of(uint64(w[k])<<32 | uint64(w[k+1]))
			}
			return nil
		}, nil
	}
	index := func(of func(i int) int) (func(first int, dst []K) error, error) {
		spare := max(bits.Len(uint(max(n-1, 0)))-indexBits[K](), 0)
		return func(first int, dst []K) error {
			for j := range dst {
				dst[j] = K(of(first+j) >> spare)
			}
			return nil
		}, nil
	}
	switch distribution {
	case "uniform":
		return random(uniform[K]())
	case "normal":
		scale, middle := normalScale[K]()
		if integer[K]() {
			return random(func(r uint64) K { return K(int64(math.RoundToEven(quantile(unit(r))*scale))) + middle })
		}
		return random(func(r uint64) K { return K(quantile(unit(r))) })
	case "zipf":
		return random(func(r uint64) K { return K(math.Floor(exp2(20 * unit(r)))) })
	case "equal":
		return random(func(uint64) K { return 42 })
	case "sorted":
		return index(func(i int) int { return i })
	case "reversed":
		return index(func(i int) int { return n - 1 - i })
	case "few":
		return random(func(r uint64) K { return K(r >> 60) })
	}
	return nil, fmt.Errorf("sorting: distribution %q is not one of uniform, normal, zipf, equal, sorted, reversed, few", distribution)
}

func integer[K Key]() bool { return K(1)/2 == 0 }

func unsigned[K Key]() bool { var zero K; return zero-1 > zero }

func width[K Key]() int { var v K; return 8 * int(unsafe.Sizeof(v)) }

// indexBits is how many bits of an index a key can have.
func indexBits[K Key]() int {
	switch {
	case integer[K]():
		return width[K]() - 1
	case width[K]() == 32:
		return 24
	}
	return 53
}

// unit is the midpoint of r's cell of the interval (0, 1).
func unit(r uint64) float64 { return (float64(r>>12) + 0.5) * 0x1p-52 }

func uniform[K Key]() func(r uint64) K {
	switch {
	case integer[K]() && width[K]() == 32:
		return func(r uint64) K { return K(int32(r >> 32)) }
	case integer[K]():
		return func(r uint64) K { return K(r) }
	case width[K]() == 32:
		return func(r uint64) K { return K(float32(r>>40) * 0x1p-24) }
	}
	return func(r uint64) K { return K(float64(r>>11) * 0x1p-53) }
}

// normalScale is the standard deviation and the mean of integers.
func normalScale[K Key]() (scale float64, middle K) {
	switch {
	case width[K]() == 32:
		return 0x1p24, 0
	case unsigned[K]():
		half := uint64(1) << 63
		return 0x1p56, K(half)
	}
	return 0x1p56, 0
}
