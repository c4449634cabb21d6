// Package npy reads and writes arrays of numbers in NumPy's .npy format, versions 1.0, 2.0 and 3.0, a block at a time: a
// rank reads or writes its own rows and columns and never holds the rest.
//
//	"\x93NUMPY" | major minor | length | {'descr': '<f8', 'fortran_order': False, 'shape': (3, 4), }  \n | data
//	 6 bytes      2 bytes       2 or 4   spaces fill up to a multiple of 64 bytes                          C order
//
// The first index counts rows; all others together count columns, so a line of n numbers has n rows of one column and a
// single number is one row of one column.
//
// A header is written exactly as numpy.save does. A file that is not what its header says, or that holds no little-endian,
// C-ordered numbers, is refused with what to do about it.
//
// Source: "NEP 1: A simple file format for NumPy arrays", and the documentation and text of numpy.lib.format.
package npy

import (
	"fmt"
	"strings"

	"hybrid/internal/rowio"
)

// Number is what the elements of an array can be.
type Number interface {
	~int8 | ~int16 | ~int32 | ~int64 | ~uint8 | ~uint16 | ~uint32 | ~uint64 | ~float32 | ~float64
}

// DType is an element type, as NumPy writes it in the header.
type DType string

// The element types that this package reads and writes.
const (
	Int8    DType = "|i1"
	Int16   DType = "<i2"
	Int32   DType = "<i4"
	Int64   DType = "<i8"
	Uint8   DType = "|u1"
	Uint16  DType = "<u2"
	Uint32  DType = "<u4"
	Uint64  DType = "<u8"
	Float32 DType = "<f4"
	Float64 DType = "<f8"
)

// Size returns the bytes of one element.
func (d DType) Size() int { return int(d[2] - '0') }

// kind returns 'i', 'u' or 'f'.
func (d DType) kind() byte { return d[1] }

// DTypeOf returns T's element type.
func DTypeOf[T Number]() DType {
	kind, order := byte('u'), byte('<')
	var zero T
	switch {
	case T(1)/2 != 0:
		kind = 'f'
	case zero-1 < 0:
		kind = 'i'
	}
	if rowio.Size[T]() == 1 {
		order = '|'
	}
	return DType([]byte{order, kind, '0' + byte(rowio.Size[T]())})
}

// FitsIn reports whether every value of d is exactly a value of to.
func (d DType) FitsIn(to DType) bool {
	switch {
	case d.kind() == 'f' && to.kind() != 'f', d.kind() == 'i' && to.kind() == 'u':
		return false
	}
	return d.digits() <= to.digits()
}

// digits returns the binary digits of a value, its sign left out.
func (d DType) digits() int {
	switch {
	case d == Float32:
		return 24
	case d == Float64:
		return 53
	case d.kind() == 'i':
		return 8*d.Size() - 1
	}
	return 8 * d.Size()
}

// parseDType reads the descr of a header.
func parseDType(descr string) (DType, error) {
	if d, ok := known(descr); ok {
		return d, nil
	}
	if rest, ok := strings.CutPrefix(descr, ">"); ok {
		if d, ok := known("<" + rest); ok {
			return "", fmt.Errorf("its numbers are big-endian (dtype %s): save a.astype('%s')", quote(descr), d)
		}
	}
	if descr == "|b1" {
		return "", fmt.Errorf("its elements are booleans (dtype '|b1'), not numbers: save a.astype('|u1')")
	}
	advice := "save a.astype('<f8')"
	switch kind := strings.TrimLeft(descr, "<>|="); {
	case strings.HasPrefix(kind, "c"):
		advice = "save a.real, a.imag or abs(a)"
	case strings.IndexAny(kind, "fiu") != 0:
		advice = "save an array of numbers"
	}
	return "", fmt.Errorf("its elements have dtype %s: allowed are f4, f8, i1, i2, i4, i8, u1, u2, u4, u8: %s", quote(descr), advice)
}

// known finds the element type; the byte order of single bytes may be '|' or '<'.
func known(descr string) (DType, bool) {
	if descr == "<i1" || descr == "<u1" {
		descr = "|" + descr[1:]
	}
	switch d := DType(descr); d {
	case Int8, Int16, Int32, Int64, Uint8, Uint16, Uint32, Uint64, Float32, Float64:
		return d, true
	}
	return "", false
}

// quote shows s, which comes from a file and may hold anything, in an error message.
func quote(s string) string {
	q := fmt.Sprintf("%q", clip(s))
	return "'" + strings.ReplaceAll(q[1:len(q)-1], `\"`, `"`) + "'"
}

func clip(s string) string {
	const most = 40
	if len(s) > most {
		return s[:most] + "..."
	}
	return s
}
