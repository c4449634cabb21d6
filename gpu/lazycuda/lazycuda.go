//go:build cuda && linux

package lazycuda

/*
#cgo LDFLAGS: -ldl
#include <stdlib.h>
#include "table.h"
*/
import "C"

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"unsafe"
)

// Variable names the driver's library where it is not libcuda.so.1: a path, or a
// name that the dynamic loader looks for.
const Variable = "HYBRID_LIBCUDA"

// A LoadError says that there is no driver, and where it was looked for.
type LoadError struct {
	Tried []string // what the dynamic loader says of each place
}

func (e *LoadError) Error() string {
	return fmt.Sprintf("no CUDA driver: %s (install NVIDIA's driver, or name its library in %s or its directory in LD_LIBRARY_PATH)",
		strings.Join(e.Tried, "; "), Variable)
}

// load is done once in a process: slots that are in use cannot be changed.
var load = sync.OnceValue(func() error {
	places := []string{os.Getenv(Variable)}
	if places[0] == "" {
		places = defaultPlaces()
	}
	failed := &LoadError{}
	for _, place := range places {
		path := C.CString(place)
		wrong := C.lazycuda_load(path)
		C.free(unsafe.Pointer(path))
		if wrong == nil {
			beside(place)
			return nil
		}
		failed.Tried = append(failed.Tried, C.GoString(wrong))
	}
	return failed
})

// defaultPlaces are where the driver is looked for. The dynamic loader knows
// LD_LIBRARY_PATH, /etc/ld.so.cache and the system's directories; that leaves where
// Kubernetes mounts the driver in containers, and where Windows puts it for its Linux.
// A message about a file that is not there would say nothing that the first one does not.
func defaultPlaces() []string {
	places := []string{"libcuda.so.1"}
	for _, path := range []string{"/usr/local/nvidia/lib64/libcuda.so.1", "/usr/lib/wsl/lib/libcuda.so.1"} {
		if _, err := os.Lstat(path); err == nil {
			places = append(places, path)
		}
	}
	return places
}

// beside loads the driver's compiler of PTX from the directory of a driver that was
// named by its path. The driver asks the dynamic loader for it by name alone, which
// does not look there but takes one that is loaded already.
func beside(driver string) {
	if dir := filepath.Dir(driver); dir != "." {
		path := C.CString(filepath.Join(dir, "libnvidia-ptxjitcompiler.so.1"))
		C.lazycuda_keep(path)
		C.free(unsafe.Pointer(path))
	}
}

// Load binds the driver, if it is not bound yet. The error is a *LoadError. It does
// not initialize the driver: call cuInit.
func Load() error { return load() }

// Missing are the functions that the driver, once it is loaded, does not have.
func Missing() []string {
	var names []string
	for n := C.int(0); ; n++ {
		name := C.lazycuda_missing(n)
		if name == nil {
			return names
		}
		names = append(names, C.GoString(name))
	}
}
