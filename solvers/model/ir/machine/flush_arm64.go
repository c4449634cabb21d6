//go:build linux && !noasm

package machine

import "unsafe"

// flush makes code that has been written visible to the processor's fetching of instructions.
func flush(m []byte) {
	flushLines(unsafe.Pointer(&m[0]), uintptr(len(m)))
}

//go:noescape
func flushLines(first unsafe.Pointer, bytes uintptr)
