// Package addition adds vectors element by element, as fast as they come from the
// cache.
package addition

import (
	"unsafe"

	"hybrid/simd"
)

// Number is every type whose vectors can be added.
type Number interface {
	int8 | int16 | int32 | int64 | uint8 | uint16 | uint32 | uint64 | float32 | float64
}

// A kernel adds whole blocks of block bytes: dst = a + b.
type kernel func(dst, a, b *byte, blocks int)

const block = 128 // bytes

// New returns a function that sets dst[i] = a[i] + b[i] for every element of dst,
// on an instruction set that this processor has. a and b are as long as dst, which
// may be one of them but not overlap them otherwise. Integers wrap around.
func New[T Number](isa simd.ISA) (func(dst, a, b []T), error) {
	isa, err := isa.Resolve()
	if err != nil {
		return nil, err
	}
	k := kernelOf[T](isa)
	if k == nil {
		return addGo[T], nil
	}
	size := int(unsafe.Sizeof(*new(T)))
	return func(dst, a, b []T) {
		a, b = a[:len(dst)], b[:len(dst)]
		n := len(dst) * size / block
		if n > 0 {
			k(first(dst), first(a), first(b), n)
		}
		done := n * block / size
		addGo(dst[done:], a[done:], b[done:])
	}, nil
}

func first[T any](v []T) *byte { return (*byte)(unsafe.Pointer(unsafe.SliceData(v))) }

// addGo is the reference of every kernel.
func addGo[T Number](dst, a, b []T) {
	a, b = a[:len(dst)], b[:len(dst)]
	for i := range dst {
		dst[i] = a[i] + b[i]
	}
}
