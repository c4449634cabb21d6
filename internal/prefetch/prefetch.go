// Package prefetch asks for memory before it is needed: where a loop steps through an
// array by more than a page, no processor foresees what comes next.
package prefetch

// Read asks for the n bytes from address p on to be read, Write for those to be written. Both
// are hints: the address need not be one of the program's.
func Read(p uintptr, n int)  { lines(p, n, false) }
func Write(p uintptr, n int) { lines(p, n, true) }
