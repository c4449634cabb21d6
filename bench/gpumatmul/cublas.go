//go:build cuda && linux

package main

/*
#include <stdint.h>

typedef int (*create_t)(void **);
typedef int (*destroy_t)(void *);
typedef int (*version_t)(void *, int *);
typedef int (*mode_t_)(void *, int);
typedef int (*sgemm_t)(void *, int, int, int, int, int, const float *, const void *, int, const void *, int, const float *, void *, int);
typedef int (*dgemm_t)(void *, int, int, int, int, int, const double *, const void *, int, const void *, int, const double *, void *, int);

static int do_create(void *f, void **h) { return ((create_t)f)(h); }
static int do_destroy(void *f, void *h) { return ((destroy_t)f)(h); }
static int do_version(void *f, void *h, int *v) { return ((version_t)f)(h, v); }
static int do_mode(void *f, void *h, int m) { return ((mode_t_)f)(h, m); }

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
	"fmt"
	"runtime"
	"unsafe"

	"hybrid/bench/internal/nvidia"
)

// A blas is cuBLAS, found when the program runs.
type blas struct {
	runtime *nvidia.Runtime
	handle  unsafe.Pointer
	f       map[string]unsafe.Pointer
}

// openBLAS looks for cuBLAS and for the CUDA runtime of the same release.
func openBLAS(device int) (*blas, error) {
	var tried []string
	for _, release := range nvidia.Releases() {
		b, err := open(release, device)
		if err == nil {
			return b, nil
		}
		tried = append(tried, err.Error())
	}
	return nil, nvidia.NotFound("cuBLAS", tried)
}

func open(release string, device int) (b *blas, err error) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	b = &blas{}
	if b.runtime, err = nvidia.OpenRuntime(release, device); err != nil {
		return nil, err
	}
	library := "libcublas.so." + release
	b.f, err = nvidia.Open(library, "cublasCreate_v2", "cublasDestroy_v2", "cublasGetVersion_v2", "cublasSetMathMode", "cublasSgemm_v2", "cublasDgemm_v2")
	if err != nil {
		return nil, err
	}
	if code := C.do_create(b.f["cublasCreate_v2"], &b.handle); code != 0 {
		return nil, fmt.Errorf("%s: cublasCreate answers %d", library, code)
	}
	return b, nil
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
	if err := b.runtime.Use(); err != nil {
		return err
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
	return b.runtime.Synchronize()
}
