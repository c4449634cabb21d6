//go:build mpi && lazympi && linux

package lazympi

/*
#cgo LDFLAGS: -ldl
#include <stdlib.h>
#include "lazympi.h"
*/
import "C"

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"sync"
	"unsafe"

	"hybrid/internal/launchers"
)

// load is done once in a process: slots that are in use cannot be changed.
var load = sync.OnceValues(func() (string, error) {
	own, cannot := newSearch()
	failed := &LoadError{search: own}
	foreign := C.CString(cannot)
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

// newSearch is the search of this process, and a word in the version of a library that cannot be the
// launcher's.
func newSearch() (s search, foreign string) {
	s = search{exactly: os.Getenv(Variable), beside: launchers.Above()}
	s.names, foreign = wanted(os.LookupEnv)
	if s.exactly != "" {
		foreign = ""
	}
	for _, name := range []string{"mpirun", "mpiexec"} {
		if path, err := exec.LookPath(name); err == nil {
			if real, err := filepath.EvalSymlinks(path); err == nil && !slices.Contains(s.onPath, real) {
				s.onPath = append(s.onPath, real)
			}
		}
	}
	return s, foreign
}
