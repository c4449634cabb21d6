package patterns

import (
	"hybrid/mpi/pattern"
)

// Element is what patterns move and add.
type Element interface {
	int32 | int64 | float32 | float64
}

// value is element i of what a rank gives to a sum: from 1 to 2 in steps of
// 2^-20, or integers from 0 to 2^20.
func value[T Element](rank, i int) T {
	x := uint64(rank+1)*0x9e3779b97f4a7c15 + uint64(i+1)*0xd1b54a32d192ed03
	x = (x ^ x>>29) * 0xbf58476d1ce4e5b9
	steps := x >> 44
	if half := T(1) / 2; half == 0 {
		return T(steps)
	}
	return 1 + T(steps)/(1<<20)
}

// values are the first n elements that a rank gives.
func values[T Element](rank, n int) []T {
	v := make([]T, n)
	for i := range v {
		v[i] = value[T](rank, i)
	}
	return v
}

// ringOrder is the sum of n elements of p ranks as AllreduceRing adds them.
func ringOrder[T Element](n, p int) []T {
	sum := make([]T, n)
	for c, part := range pattern.Even(n, 1, p) {
		for i := part.Off; i < part.Off+part.Len; i++ {
			sum[i] = value[T](c, i)
			for k := 1; k < p; k++ {
				sum[i] += value[T]((c+k)%p, i)
			}
		}
	}
	return sum
}

// treeOrder is the sum as the butterflies add it.
func treeOrder[T Element](n, p int) []T {
	power := 1
	for 2*power <= p {
		power *= 2
	}
	extra := p - power
	sum, of := make([]T, n), make([]T, power)
	for i := range sum {
		for k := range of {
			if k < extra {
				of[k] = value[T](2*k, i) + value[T](2*k+1, i)
			} else {
				of[k] = value[T](k+extra, i)
			}
		}
		for left := power / 2; left > 0; left /= 2 {
			for k := range left {
				of[k] = of[2*k] + of[2*k+1]
			}
		}
		sum[i] = of[0]
	}
	return sum
}

// lineOrder is the sum as a loop over the ranks adds it.
func lineOrder[T Element](n, p int) []T {
	sum := values[T](0, n)
	for r := 1; r < p; r++ {
		for i := range sum {
			sum[i] += value[T](r, i)
		}
	}
	return sum
}
