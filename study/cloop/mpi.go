//go:build mpi

package cloop

/*
#cgo pkg-config: ompi
#cgo noescape hy_loop
#cgo nocallback hy_loop
#include "loop.h"
*/
import "C"

import (
	"fmt"
	"unsafe"
)

func repeat(handle int32, l Loop, out, in []byte, many, n int) (float64, error) {
	var seconds C.double
	code := C.hy_loop(C.int(handle), C.int(l), chars(out), chars(in), C.int(len(out)), C.int(many), C.longlong(n), &seconds)
	if code != C.MPI_SUCCESS {
		var text [C.MPI_MAX_ERROR_STRING]C.char
		var length C.int
		C.MPI_Error_string(code, &text[0], &length)
		return 0, fmt.Errorf("cloop: loop %d: %s", l, C.GoStringN(&text[0], length))
	}
	return float64(seconds), nil
}

func chars(b []byte) *C.char { return (*C.char)(unsafe.Pointer(unsafe.SliceData(b))) }
