//go:build cgo

package cores

// threadSpace returns the address space that a thread takes, in bytes: its stack, and what the GNU C library sets aside
// for a heap of its own, twice the 64 MiB that it keeps of it.
func threadSpace() (stack, heap uint64) { return 8 << 20, 128 << 20 }
