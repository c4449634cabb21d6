package pages

import (
	"os"
	"unsafe"

	"golang.org/x/sys/unix"
)

// advise covers the whole pages inside b. An error means that the kernel was
// built without huge pages, which changes nothing but speed.
func advise(b []byte) error {
	page := os.Getpagesize()
	head := int(-uintptr(unsafe.Pointer(&b[0])) & uintptr(page-1))
	return unix.Madvise(b[head:len(b)-(len(b)-head)%page], unix.MADV_HUGEPAGE)
}
