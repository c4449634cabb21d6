//go:build mpi && lazympi && linux

package lazympi

/*
#cgo LDFLAGS: -ldl
#include <stdlib.h>
#include "lazympi.h"
*/
import "C"

import (
	"sync"
	"unsafe"
)

// load is done once in a process: slots that are in use cannot be changed.
var load = sync.OnceValues(func() (string, error) {
	failed := &LoadError{search: newSearch()}
	foreign := C.CString(failed.search.foreign)
	defer C.free(unsafe.Pointer(foreign))
	for _, place := range failed.search.places() {
		if wrong := unloadable(place); wrong != "" {
			failed.wrong = append(failed.wrong, wrong)
			continue
		}
		path := C.CString(place)
		var file *C.char
		wrong := C.lazympi_load(path, foreign, &file)
		C.free(unsafe.Pointer(path))
		if wrong == nil {
			return C.GoString(file), nil
		}
		failed.wrong = append(failed.wrong, C.GoString(wrong))
	}
	return "", failed
})

// Load binds an MPI library, if none is bound yet, and returns its file. The error is a
// *LoadError. It does not start MPI: call MPI_Init_thread.
func Load() (file string, err error) { return load() }
