package mpi

import (
	"fmt"
	"unsafe"

	"hybrid/internal/addition"
	"hybrid/mpi/pattern"
	"hybrid/simd"
)

// Op is what a reduction combines with. The bit operations are for integers.
// Integer sums and products wrap around. Min and Max of floating-point values
// give NaN where one of them is NaN in the local transport; MPI leaves it open.
type Op int

const (
	Sum  Op = iota // a + b
	Prod           // a b
	Min            // the lesser
	Max            // the greater
	BAnd           // a & b, bit by bit
	BOr            // a | b
	BXor           // a ^ b
	numOps
)

var opNames = [numOps]string{"Sum", "Prod", "Min", "Max", "BAnd", "BOr", "BXor"}

func (op Op) String() string {
	if op < 0 || op >= numOps {
		return fmt.Sprintf("Op(%d)", int(op))
	}
	return opNames[op]
}

// checkFor says whether op is defined on elements of type dt.
func (op Op) checkFor(call string, dt datatype) error {
	if op < 0 || op >= numOps {
		return fail(call, ClassOp, "unknown operation %v; want Sum, Prod, Min, Max, BAnd, BOr or BXor", op)
	}
	if op >= BAnd && dt.float() {
		return fail(call, ClassOp, "%v is not defined on %v; want Sum, Prod, Min or Max", op, dt)
	}
	return nil
}

// Combiner is op on elements of T as package pattern wants it: on bytes that
// start on a multiple of T's size.
func Combiner[T Number](op Op) (pattern.Combine, error) {
	dt := typeOf[T]()
	if err := op.checkFor("Combiner", dt); err != nil {
		return nil, err
	}
	return combiner(dt, op), nil
}

func combiner(dt datatype, op Op) pattern.Combine {
	switch dt {
	case typeInt8:
		return integers[int8](op)
	case typeInt16:
		return integers[int16](op)
	case typeInt32:
		return integers[int32](op)
	case typeInt64:
		return integers[int64](op)
	case typeUint8:
		return integers[uint8](op)
	case typeUint16:
		return integers[uint16](op)
	case typeUint32:
		return integers[uint32](op)
	case typeUint64:
		return integers[uint64](op)
	case typeFloat32:
		return ordered[float32](op)
	}
	return ordered[float64](op)
}

func integers[T int8 | int16 | int32 | int64 | uint8 | uint16 | uint32 | uint64](op Op) pattern.Combine {
	switch op {
	case BAnd:
		return elementwise(func(dst, a, b []T) {
			for i := range dst {
				dst[i] = a[i] & b[i]
			}
		})
	case BOr:
		return elementwise(func(dst, a, b []T) {
			for i := range dst {
				dst[i] = a[i] | b[i]
			}
		})
	case BXor:
		return elementwise(func(dst, a, b []T) {
			for i := range dst {
				dst[i] = a[i] ^ b[i]
			}
		})
	}
	return ordered[T](op)
}

func ordered[T addition.Number](op Op) pattern.Combine {
	switch op {
	case Sum:
		add, err := addition.New[T](simd.Auto)
		if err != nil {
			panic(err) // every processor has some instruction set
		}
		return elementwise(add)
	case Prod:
		return elementwise(func(dst, a, b []T) {
			for i := range dst {
				dst[i] = a[i] * b[i]
			}
		})
	case Min:
		return elementwise(func(dst, a, b []T) {
			for i := range dst {
				dst[i] = min(a[i], b[i])
			}
		})
	}
	return elementwise(func(dst, a, b []T) {
		for i := range dst {
			dst[i] = max(a[i], b[i])
		}
	})
}

// elementwise turns a loop over elements of T into one over their bytes.
func elementwise[T Number](loop func(dst, a, b []T)) pattern.Combine {
	return func(dst, a, b []byte) {
		n := len(dst) / int(unsafe.Sizeof(*new(T)))
		if n > 0 {
			loop(elements[T](dst, n), elements[T](a, n), elements[T](b, n))
		}
	}
}

func elements[T Number](b []byte, n int) []T {
	return unsafe.Slice((*T)(unsafe.Pointer(unsafe.SliceData(b))), n)
}
