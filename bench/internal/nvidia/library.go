//go:build cuda && linux

package nvidia

/*
#cgo LDFLAGS: -ldl
#include <dlfcn.h>
#include <stdlib.h>

typedef int (*set_t)(int);
typedef int (*sync_t)(void);
static int do_set(void *f, int n) { return ((set_t)f)(n); }
static int do_sync(void *f) { return ((sync_t)f)(); }
*/
import "C"

import (
	"errors"
	"fmt"
	"unsafe"
)

// Open opens a library, by its name or, where the loader does not find it, in one of the places
// where people have it, and finds functions of it. What it needs of its own kind lies
// beside it.
func Open(library string, functions ...string) (map[string]unsafe.Pointer, error) {
	h, err := load(library)
	if err != nil {
		return nil, err
	}
	found := map[string]unsafe.Pointer{}
	for _, f := range functions {
		name := C.CString(f)
		found[f] = C.dlsym(h, name)
		C.free(unsafe.Pointer(name))
		if found[f] == nil {
			return nil, fmt.Errorf("%s has no %s", library, f)
		}
	}
	return found, nil
}

func load(name string) (unsafe.Pointer, error) {
	first := ""
	for _, path := range append([]string{name}, besides(name)...) {
		text := C.CString(path)
		h := C.dlopen(text, C.RTLD_NOW|C.RTLD_GLOBAL)
		C.free(unsafe.Pointer(text))
		if h != nil {
			return h, nil
		}
		if first == "" {
			first = C.GoString(C.dlerror())
		}
	}
	return nil, errors.New(first)
}

// A Runtime is the CUDA runtime, whose context on a device is the driver's primary one, which
// hybrid uses too.
type Runtime struct {
	device C.int
	f      map[string]unsafe.Pointer
}

// Releases are those of the CUDA runtime that are looked for.
func Releases() []string { return []string{"13", "12", "11"} }

// OpenRuntime opens that of a release for a device.
func OpenRuntime(release string, device int) (*Runtime, error) {
	name := "libcudart.so." + release
	if release == "11" {
		name = "libcudart.so.11.0"
	}
	f, err := Open(name, "cudaSetDevice", "cudaDeviceSynchronize")
	if err != nil {
		return nil, err
	}
	r := &Runtime{C.int(device), f}
	return r, r.Use()
}

// Use makes the device that of the calling thread, to which the caller keeps.
func (r *Runtime) Use() error {
	if code := C.do_set(r.f["cudaSetDevice"], r.device); code != 0 {
		return fmt.Errorf("cudaSetDevice(%d) answers %d", int(r.device), int(code))
	}
	return nil
}

// Synchronize waits for all that the device was given.
func (r *Runtime) Synchronize() error {
	if code := C.do_sync(r.f["cudaDeviceSynchronize"]); code != 0 {
		return fmt.Errorf("cudaDeviceSynchronize answers %d", int(code))
	}
	return nil
}
