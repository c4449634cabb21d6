//go:build !cgo

package cores

// threadSpace returns nothing: without C, the runtime makes stacks in memory that it has.
func threadSpace() (stack, heap uint64) { return 0, 0 }
