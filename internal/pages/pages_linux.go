package pages

import (
	"os"
	"unsafe"

	"golang.org/x/sys/unix"
)

// advise asks for huge pages for the whole pages inside b. An error means that the
// kernel was built without them, which changes nothing but speed.
func advise(b []byte) error { return unix.Madvise(inside(b), unix.MADV_HUGEPAGE) }

// release drops the whole pages inside b. An error means that they stay.
func release(b []byte) error {
	if b = inside(b); len(b) == 0 {
		return nil
	}
	return unix.Madvise(b, unix.MADV_DONTNEED)
}

func reserve(n int) ([]byte, error) {
	return unix.Mmap(-1, 0, n, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_PRIVATE|unix.MAP_ANON)
}

// unreserve gives b back. An error would mean that it is no mapping of reserve's.
func unreserve(b []byte) {
	if err := unix.Munmap(b); err != nil {
		panic(err)
	}
}

// inside is the part of b that is whole pages.
func inside(b []byte) []byte {
	page := os.Getpagesize()
	head := int(-uintptr(unsafe.Pointer(&b[0])) & uintptr(page-1))
	if head >= len(b) {
		return nil
	}
	return b[head : len(b)-(len(b)-head)%page]
}
