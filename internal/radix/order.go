package radix

import "unsafe"

// Key is what can be sorted.
type Key interface {
	~int32 | ~int64 | ~uint32 | ~uint64 | ~float32 | ~float64
}

// word is a key's bits.
type word interface{ uint32 | uint64 }

// An order turns the bits of a key into its rank, an unsigned integer that orders
// as the keys do:
//
//	rank = bits ^ (bits>>63 & and | or) - sub	(the shift repeats the sign)
//
//	unsigned  and 0         or 0       sub 0
//	signed    and 0         or 2^63    sub 0
//	float     and 2^63 - 1  or 2^63    sub 2^52 - 1
//
// Negative floats have all their bits inverted, the others their sign alone. That
// leaves the NaNs that have a sign at the bottom, below minus infinity; sub turns
// the circle of integers until they are on top, above the NaNs without one. With
// 32 bits it is 2^31 and 2^23 in the place of 2^63 and 2^52.
type order[U word] struct{ and, or, sub U }

func orderOf[T Key, U word]() order[U] {
	var zero T
	sign := U(1) << (8*unsafe.Sizeof(zero) - 1)
	switch {
	case T(1)/2 != 0 && unsafe.Sizeof(zero) == 4:
		return order[U]{sign - 1, sign, 1<<23 - 1}
	case T(1)/2 != 0:
		fraction := 52
		return order[U]{sign - 1, sign, U(1)<<fraction - 1}
	case zero-1 < zero:
		return order[U]{or: sign}
	}
	return order[U]{}
}

// rank is the rank of a key's bits.
func (o order[U]) rank(bits U) U {
	if bits>>(8*unsafe.Sizeof(bits)-1) != 0 {
		return bits ^ (o.and | o.or) - o.sub
	}
	return bits ^ o.or - o.sub
}

// bits is the inverse of rank.
func (o order[U]) bits(rank U) U { return rank + o.sub ^ o.flip(rank) }

// flip is what is left to do to rank + sub.
func (o order[U]) flip(rank U) U {
	top := rank + o.sub
	if (top^o.or)>>(8*unsafe.Sizeof(top)-1) != 0 {
		return o.and | o.or
	}
	return o.or
}

// A decoder turns ranks from low to high back into bits: bits = rank + add ^ flip.
type decoder[U word] struct{ add, flip, low, high U }

// decoder is the way back that all ranks from low to high share, if they do.
func (o order[U]) decoder(low, high U) (decoder[U], bool) {
	flip := o.flip(low)
	return decoder[U]{o.sub, flip, low, high}, low+o.sub <= high+o.sub && flip == o.flip(high)
}

func (o order[U]) toRanks(x []U) {
	for i, v := range x {
		x[i] = o.rank(v)
	}
}

func (o order[U]) toBits(x []U) {
	for i, v := range x {
		x[i] = o.bits(v)
	}
}

// Rank is the place of a key's bits in the order of all of its type, from 0.
func Rank[T Key](v T) uint64 {
	if unsafe.Sizeof(v) == 4 {
		return uint64(orderOf[T, uint32]().rank(*(*uint32)(unsafe.Pointer(&v))))
	}
	return orderOf[T, uint64]().rank(*(*uint64)(unsafe.Pointer(&v)))
}

// OfRank is the key that has a rank.
func OfRank[T Key](rank uint64) T {
	var v T
	if unsafe.Sizeof(v) == 4 {
		*(*uint32)(unsafe.Pointer(&v)) = orderOf[T, uint32]().bits(uint32(rank))
	} else {
		*(*uint64)(unsafe.Pointer(&v)) = orderOf[T, uint64]().bits(rank)
	}
	return v
}

// Order is and, or and sub of the map from the bits of keys to their ranks, for those
// who compute it elsewhere:
//
//	rank = bits ^ (bits>>63 & and | or) - sub	(the shift repeats the sign)
//
// With 32 bits it is a shift by 31, and the numbers are below 2^32.
func Order[T Key]() (and, or, sub uint64) {
	if unsafe.Sizeof(*new(T)) == 4 {
		o := orderOf[T, uint32]()
		return uint64(o.and), uint64(o.or), uint64(o.sub)
	}
	o := orderOf[T, uint64]()
	return o.and, o.or, o.sub
}

// words are keys as their bits.
func words[U word, T Key](x []T) []U {
	return unsafe.Slice((*U)(unsafe.Pointer(unsafe.SliceData(x))), len(x))
}
