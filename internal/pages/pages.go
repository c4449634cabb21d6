// Package pages asks the system for large pages under large arrays, so that a
// pass over them misses the address translation caches less often.
package pages

import "unsafe"

// worth is the size from which an array is worth the system call: two huge
// pages of 2 MiB.
const worth = 4 << 20

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
