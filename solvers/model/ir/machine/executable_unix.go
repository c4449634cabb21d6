//go:build (((linux || darwin) && amd64) || (linux && arm64)) && !noasm

package machine

import (
	"errors"
	"unsafe"

	"golang.org/x/sys/unix"

	"hybrid/solvers/model/ir"
)

// call runs code. It reads a, and what that points to, without Go's knowledge: the caller keeps it alive.
//
//go:noescape
func call(code *byte, a *ir.Args, scratch unsafe.Pointer)

// executable is memory with such contents that may be executed and not written.
func executable(contents []byte) ([]byte, error) {
	m, err := unix.Mmap(-1, 0, len(contents), unix.PROT_READ|unix.PROT_WRITE, unix.MAP_ANON|unix.MAP_PRIVATE)
	if err != nil {
		return nil, err
	}
	copy(m, contents)
	flush(m)
	if err := unix.Mprotect(m, unix.PROT_READ|unix.PROT_EXEC); err != nil {
		return nil, errors.Join(err, unix.Munmap(m))
	}
	return m, nil
}

func release(m []byte) error { return unix.Munmap(m) }
