//go:build cuda && linux

package main

/*
#cgo LDFLAGS: -ldl
#include <dlfcn.h>
#include <stdint.h>
#include <stdlib.h>

typedef int (*create_t)(void **);
typedef int (*destroy_t)(void *);
typedef int (*version_t)(void *, int *);
typedef int (*mode_t_)(void *, int);
typedef int (*sgemm_t)(void *, int, int, int, int, int, const float *, const void *, int, const void *, int, const float *, void *, int);
typedef int (*dgemm_t)(void *, int, int, int, int, int, const double *, const void *, int, const void *, int, const double *, void *, int);
typedef int (*set_t)(int);
typedef int (*sync_t)(void);

static int do_create(void *f, void **h) { return ((create_t)f)(h); }
static int do_destroy(void *f, void *h) { return ((destroy_t)f)(h); }
static int do_version(void *f, void *h, int *v) { return ((version_t)f)(h, v); }
static int do_mode(void *f, void *h, int m) { return ((mode_t_)f)(h, m); }
static int do_set(void *f, int n) { return ((set_t)f)(n); }
static int do_sync(void *f) { return ((sync_t)f)(); }

static int do_sgemm(void *f, void *h, int m, int n, int k, uint64_t a, int lda, uint64_t b, int ldb, uint64_t c, int ldc) {
	const float one = 1, zero = 0;
	return ((sgemm_t)f)(h, 0, 0, m, n, k, &one, (void *)a, lda, (void *)b, ldb, &zero, (void *)c, ldc);
}
static int do_dgemm(void *f, void *h, int m, int n, int k, uint64_t a, int lda, uint64_t b, int ldb, uint64_t c, int ldc) {
	const double one = 1, zero = 0;
	return ((dgemm_t)f)(h, 0, 0, m, n, k, &one, (void *)a, lda, (void *)b, ldb, &zero, (void *)c, ldc);
}
*/
import "C"

import (
	"errors"
	"fmt"
	"runtime"
	"strings"
	"unsafe"
)

// A blas is cuBLAS, found when the program runs.
type blas struct {
	device C.int
	handle unsafe.Pointer
	f      map[string]unsafe.Pointer
}

// openBLAS looks for cuBLAS and for the CUDA runtime of the same release, whose
// context on a device is the driver's primary one, which hybrid uses too.
func openBLAS(device int) (*blas, error) {
	var tried []string
	for _, release := range []string{"13", "12", "11"} {
		runtimeName := "libcudart.so." + release
		if release == "11" {
			runtimeName = "libcudart.so.11.0"
		}
		b, err := open("libcublas.so."+release, runtimeName, device)
		if err == nil {
			return b, nil
		}
		tried = append(tried, err.Error())
	}
	return nil, fmt.Errorf("no cuBLAS: %s (looked for on the loader's path and in %s; name its directory in LD_LIBRARY_PATH, or leave it out with -peer none)",
		strings.Join(tried, "; "), strings.Join(libraryPatterns(), ", "))
}

func open(library, runtimeName string, device int) (*blas, error) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	b := &blas{device: C.int(device), f: map[string]unsafe.Pointer{}}
	for _, l := range []struct {
		name      string
		functions []string
	}{
		{runtimeName, []string{"cudaSetDevice", "cudaDeviceSynchronize"}},
		{library, []string{"cublasCreate_v2", "cublasDestroy_v2", "cublasGetVersion_v2", "cublasSetMathMode", "cublasSgemm_v2", "cublasDgemm_v2"}},
	} {
		h, err := load(l.name)
		if err != nil {
			return nil, err
		}
		for _, f := range l.functions {
			name := C.CString(f)
			b.f[f] = C.dlsym(h, name)
			C.free(unsafe.Pointer(name))
			if b.f[f] == nil {
				return nil, fmt.Errorf("%s has no %s", l.name, f)
			}
		}
	}
	if code := C.do_set(b.f["cudaSetDevice"], b.device); code != 0 {
		return nil, fmt.Errorf("%s: cudaSetDevice(%d) answers %d", runtimeName, device, code)
	}
	if code := C.do_create(b.f["cublasCreate_v2"], &b.handle); code != 0 {
		return nil, fmt.Errorf("%s: cublasCreate answers %d", library, code)
	}
	return b, nil
}

// load opens a library by its name or, where the loader does not find it, in one of
// the places where people have it. What it needs of its own kind lies beside it.
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

func (b *blas) close() { C.do_destroy(b.f["cublasDestroy_v2"], b.handle) }

func (b *blas) version() string {
	var v C.int
	C.do_version(b.f["cublasGetVersion_v2"], b.handle, &v)
	return fmt.Sprintf("cuBLAS %d", int(v))
}

// multiply multiplies n times and waits. To cuBLAS, whose matrices are in columns,
// ours are their transposes: it makes the transpose of C.
func (b *blas) multiply(p product, n int) error {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	if code := C.do_set(b.f["cudaSetDevice"], b.device); code != 0 { // the thread's
		return fmt.Errorf("cudaSetDevice answers %d", code)
	}
	if code := C.do_mode(b.f["cublasSetMathMode"], b.handle, C.int(p.mode)); code != 0 {
		return fmt.Errorf("cublasSetMathMode answers %d", code)
	}
	for range n {
		var code C.int
		if p.size == 4 {
			code = C.do_sgemm(b.f["cublasSgemm_v2"], b.handle, C.int(p.n), C.int(p.m), C.int(p.k), C.uint64_t(p.b), C.int(p.ld[1]), C.uint64_t(p.a), C.int(p.ld[0]), C.uint64_t(p.c), C.int(p.ld[2]))
		} else {
			code = C.do_dgemm(b.f["cublasDgemm_v2"], b.handle, C.int(p.n), C.int(p.m), C.int(p.k), C.uint64_t(p.b), C.int(p.ld[1]), C.uint64_t(p.a), C.int(p.ld[0]), C.uint64_t(p.c), C.int(p.ld[2]))
		}
		if code != 0 {
			return fmt.Errorf("cuBLAS answers %d", code)
		}
	}
	if code := C.do_sync(b.f["cudaDeviceSynchronize"]); code != 0 {
		return fmt.Errorf("cudaDeviceSynchronize answers %d", code)
	}
	return nil
}
