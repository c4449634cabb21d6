package prefetch

import (
	"testing"
	"unsafe"
)

// TestNothingChanges asks for memory that is there, at any place in a line, and for some
// that is not.
func TestNothingChanges(t *testing.T) {
	b := make([]byte, 300)
	for i := range b {
		b[i] = byte(i)
	}
	at := uintptr(unsafe.Pointer(&b[0]))
	for i := range uintptr(65) {
		for _, n := range []int{0, 1, 64, 200} {
			Read(at+i, n)
			Write(at+i, n)
		}
	}
	Read(0, 100)
	Write(1<<47, 100)
	for i := range b {
		if b[i] != byte(i) {
			t.Fatalf("byte %d is %d", i, b[i])
		}
	}
}
