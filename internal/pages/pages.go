// Package pages makes large arrays: on whole cache lines, and on large pages
// where the system has some, so that passes over them miss the address
// translation caches less often.
package pages

import "unsafe"

// line is the size of a cache line, and of the widest vector.
const line = 64

// worth is the size from which an array is worth the system call: two huge
// pages of 2 MiB.
const worth = 4 << 20

// Make makes n values, of a type whose size divides 64, that begin on a cache
// line.
func Make[T any](n int) []T {
	var v T
	size := int(unsafe.Sizeof(v))
	s := make([]T, n+line/size)
	Huge(s)
	skip := int(-uintptr(unsafe.Pointer(&s[0]))%line) / size
	return s[skip : skip+n : skip+n]
}

// Huge asks for huge pages for what v will hold, best before it is first
// touched. It is a hint: systems without them do nothing.
func Huge[T any](v []T) {
	if len(v) == 0 {
		return
	}
	b := unsafe.Slice((*byte)(unsafe.Pointer(&v[0])), len(v)*int(unsafe.Sizeof(v[0])))
	if len(b) >= worth {
		advise(b)
	}
}

// Release gives the memory of v back, on systems that take it: the whole pages inside
// it then read as 0 until they are written again. What v held is lost.
func Release[T any](v []T) {
	if len(v) == 0 {
		return
	}
	release(unsafe.Slice((*byte)(unsafe.Pointer(&v[0])), len(v)*int(unsafe.Sizeof(v[0]))))
}

// Map makes n bytes, all 0, that no collector gives back: they stay until Unmap. On systems with
// large pages they are fresh ones, where Make may get memory that was used before, which the Go
// runtime clears, page by small page, before anybody can ask for large ones.
func Map(n int) ([]byte, error) {
	if n == 0 {
		return nil, nil
	}
	b, err := reserve(n)
	Huge(b)
	return b, err
}

// Unmap gives back what Map has made, whole.
func Unmap(b []byte) {
	if len(b) > 0 {
		unreserve(b)
	}
}
