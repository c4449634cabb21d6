//go:build cgo

package cores

// threadSpace returns the address space that a thread takes, in bytes: its stack, and what the GNU C library sets aside
// for a heap of its own where it can.
func threadSpace() (stack, heap uint64) { return 8 << 20, 64 << 20 }
