//go:build (linux || darwin) && !noasm

package machine

// flush does nothing: the processor sees that code has been written.
func flush([]byte) {}
