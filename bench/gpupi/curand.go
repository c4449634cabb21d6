//go:build cuda && linux

package main

/*
#include <stdint.h>

typedef int (*create_t)(void **, int);
typedef int (*destroy_t)(void *);
typedef int (*seed_t)(void *, unsigned long long);
typedef int (*version_t)(int *);
typedef int (*generate_t)(void *, unsigned *, size_t);

static int do_create(void *f, void **g, int kind) { return ((create_t)f)(g, kind); }
static int do_destroy(void *f, void *g) { return ((destroy_t)f)(g); }
static int do_seed(void *f, void *g, unsigned long long s) { return ((seed_t)f)(g, s); }
static int do_version(void *f, int *v) { return ((version_t)f)(v); }
static int do_generate(void *f, void *g, uint64_t to, size_t n) { return ((generate_t)f)(g, (unsigned *)to, n); }
*/
import "C"

import (
	"fmt"
	"runtime"
	"unsafe"

	"hybrid/bench/internal/nvidia"
)

// A generator is cuRAND's of hybrid's kind, found when the program runs.
type generator struct {
	runtime *nvidia.Runtime
	handle  unsafe.Pointer
	f       map[string]unsafe.Pointer
}

// philox4x32 is CURAND_RNG_PSEUDO_PHILOX4_32_10.
const philox4x32 = 161

// openRand looks for cuRAND, whose release is 10 with every CUDA from 11 on, and for a CUDA
// runtime.
func openRand(device int) (g *generator, err error) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	g = &generator{}
	var tried []string
	for _, release := range nvidia.Releases() {
		if g.runtime, err = nvidia.OpenRuntime(release, device); err == nil {
			break
		}
		tried = append(tried, err.Error())
	}
	if err == nil {
		g.f, err = nvidia.Open("libcurand.so.10", "curandCreateGenerator", "curandDestroyGenerator", "curandSetPseudoRandomGeneratorSeed", "curandGetVersion", "curandGenerate")
		tried = append(tried, fmt.Sprint(err))
	}
	if err != nil {
		return nil, nvidia.NotFound("cuRAND", tried)
	}
	if code := C.do_create(g.f["curandCreateGenerator"], &g.handle, philox4x32); code != 0 {
		return nil, fmt.Errorf("curandCreateGenerator answers %d", code)
	}
	if code := C.do_seed(g.f["curandSetPseudoRandomGeneratorSeed"], g.handle, 1); code != 0 {
		return nil, fmt.Errorf("curandSetPseudoRandomGeneratorSeed answers %d", code)
	}
	return g, nil
}

func (g *generator) close() { C.do_destroy(g.f["curandDestroyGenerator"], g.handle) }

func (g *generator) version() string {
	var v C.int
	C.do_version(g.f["curandGetVersion"], &v)
	return fmt.Sprintf("cuRAND %d", int(v))
}

// generate makes so many words at an address of the device, several times, and waits.
func (g *generator) generate(to uint64, words, times int) error {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	if err := g.runtime.Use(); err != nil {
		return err
	}
	for range times {
		if code := C.do_generate(g.f["curandGenerate"], g.handle, C.uint64_t(to), C.size_t(words)); code != 0 {
			return fmt.Errorf("curandGenerate answers %d", code)
		}
	}
	return g.runtime.Synchronize()
}
