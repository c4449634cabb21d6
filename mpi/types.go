package mpi

import "unsafe"

// Number is every element type that a message can carry: the fixed-size
// integers and floating-point numbers, and types defined over them. int and
// uint are left out because their size differs between machines.
type Number interface {
	~int8 | ~int16 | ~int32 | ~int64 | ~uint8 | ~uint16 | ~uint32 | ~uint64 | ~float32 | ~float64
}

// datatype numbers the element types. The order is known to the table of
// MPI_Datatype in cgo.go.
type datatype int32

const (
	typeInt8 datatype = iota
	typeInt16
	typeInt32
	typeInt64
	typeUint8
	typeUint16
	typeUint32
	typeUint64
	typeFloat32
	typeFloat64
	numTypes
)

var typeSizes = [numTypes]int{1, 2, 4, 8, 1, 2, 4, 8, 4, 8}

var typeNames = [numTypes]string{
	"int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "float32", "float64",
}

func (d datatype) size() int      { return typeSizes[d] }
func (d datatype) String() string { return typeNames[d] }
func (d datatype) float() bool    { return d == typeFloat32 || d == typeFloat64 }

// typeOf finds T's number from its arithmetic, so that types defined over a
// Number are known too; the compiler folds it to a constant.
func typeOf[T Number]() datatype {
	var zero T
	half := T(1)
	half /= 2
	small := unsafe.Sizeof(zero) == 1
	switch {
	case half != 0 && unsafe.Sizeof(zero) == 4:
		return typeFloat32
	case half != 0:
		return typeFloat64
	}
	base := typeInt8
	if zero-1 > zero {
		base = typeUint8
	}
	switch {
	case small:
		return base
	case unsafe.Sizeof(zero) == 2:
		return base + 1
	case unsafe.Sizeof(zero) == 4:
		return base + 2
	}
	return base + 3
}

// A buffer is a slice with its element type as a value: what the transports
// see of a message.
type buffer struct {
	ptr unsafe.Pointer
	n   int // elements
	dt  datatype
}

func view[T Number](s []T) buffer {
	return buffer{unsafe.Pointer(unsafe.SliceData(s)), len(s), typeOf[T]()}
}

func (b buffer) size() int { return b.n * b.dt.size() }

func (b buffer) bytes() []byte {
	if b.n == 0 {
		return nil
	}
	return unsafe.Slice((*byte)(b.ptr), b.size())
}

// same says whether both buffers start at the same element: the way to ask
// for a reduction in place.
func (b buffer) same(o buffer) bool { return b.n > 0 && o.n > 0 && b.ptr == o.ptr }

// overlaps says whether the buffers share a byte.
func (b buffer) overlaps(o buffer) bool {
	x, y := uintptr(b.ptr), uintptr(o.ptr)
	return b.n > 0 && o.n > 0 && x < y+uintptr(o.size()) && y < x+uintptr(b.size())
}
