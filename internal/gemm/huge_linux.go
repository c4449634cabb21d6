package gemm

import (
	"unsafe"

	"golang.org/x/sys/unix"
)

// advise asks for large pages where s covers some of them. The kernel may do as
// it likes, so its answer does not count.
func advise[T Real](s []T) {
	const page = 2 << 20
	start := uintptr(unsafe.Pointer(unsafe.SliceData(s)))
	bytes := unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(s))), len(s)*int(unsafe.Sizeof(s[0])))
	if skip := int(-start % page); len(bytes) >= skip+page {
		_ = unix.Madvise(bytes[skip:skip+(len(bytes)-skip)/page*page], unix.MADV_HUGEPAGE)
	}
}
