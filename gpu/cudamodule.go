//go:build cuda && linux

package gpu

/*
#include "cuda.h"
*/
import "C"

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unsafe"

	"hybrid/gpu/ptx"
)

type cudaModule struct {
	d       *cudaBackend
	m       C.CUmodule
	entries []*ptx.Function
}

// load lets the driver compile PTX. gorgonia.org/cu has no way to get at what the
// compiler says.
func (d *cudaBackend) load(name string, text []byte) (module, error) {
	const logBytes = 1 << 14
	image := C.CString(string(text))
	defer C.free(unsafe.Pointer(image))
	log := (*C.char)(C.calloc(logBytes, 1))
	defer C.free(unsafe.Pointer(log))
	// The values of options are passed in place of pointers, and so must not lie in
	// Go's memory, which checks them.
	options := (*[2]C.CUjit_option)(C.calloc(2, C.size_t(unsafe.Sizeof(C.CUjit_option(0)))))
	defer C.free(unsafe.Pointer(options))
	values := (*[2]uintptr)(C.calloc(2, C.size_t(unsafe.Sizeof(uintptr(0)))))
	defer C.free(unsafe.Pointer(values))
	options[0], values[0] = C.CU_JIT_ERROR_LOG_BUFFER, uintptr(unsafe.Pointer(log))
	options[1], values[1] = C.CU_JIT_ERROR_LOG_BUFFER_SIZE_BYTES, logBytes
	m := &cudaModule{d: d}
	err := d.driverCall("cuModuleLoadDataEx", func() C.CUresult {
		return C.cuModuleLoadDataEx(&m.m, unsafe.Pointer(image), 2, &options[0], (*unsafe.Pointer)(unsafe.Pointer(values)))
	})
	if text := strings.TrimSpace(C.GoString(log)); err != nil && text != "" {
		err = fmt.Errorf("%w: %s", err, text)
	}
	if err != nil {
		return nil, err
	}
	if m.entries, err = d.kernels(name, text); err != nil {
		return nil, errors.Join(err, m.unload())
	}
	return m, nil
}

// kernels are those that PTX declares, which the device reads once.
func (d *cudaBackend) kernels(name string, text []byte) ([]*ptx.Function, error) {
	if all, ok := d.entries[string(text)]; ok {
		return all, nil
	}
	all, err := ptx.Entries(name, text)
	if err == nil {
		d.entries[string(text)] = all
	}
	return all, err
}

func (m *cudaModule) unload() error {
	if err := m.d.driverCall("cuModuleUnload", func() C.CUresult { return C.cuModuleUnload(m.m) }); !m.d.lost.Load() {
		return err
	}
	return nil
}

type cudaKernel struct {
	d       *cudaBackend
	f       C.CUfunction
	entry   *ptx.Function
	a       Attributes
	dynamic int // shared memory that it was allowed
}

func (m *cudaModule) kernel(name string) (kernel, error) {
	i := slices.IndexFunc(m.entries, func(e *ptx.Function) bool { return e.Name == name })
	if i < 0 {
		return nil, errNoKernel
	}
	text := C.CString(name)
	defer C.free(unsafe.Pointer(text))
	k := &cudaKernel{d: m.d, entry: m.entries[i]}
	if err := m.d.driverCall("cuModuleGetFunction", func() C.CUresult { return C.cuModuleGetFunction(&k.f, m.m, text) }); err != nil {
		return nil, err
	}
	err := m.d.driverCall("cuFuncGetAttribute", k.ask)
	k.dynamic = max(0, smallShared-k.a.Shared)
	return k, err
}

// ask has the driver tell the attributes.
func (k *cudaKernel) ask() C.CUresult {
	for _, one := range []struct {
		attribute C.CUfunction_attribute
		to        *int
	}{
		{C.CU_FUNC_ATTRIBUTE_NUM_REGS, &k.a.Registers},
		{C.CU_FUNC_ATTRIBUTE_SHARED_SIZE_BYTES, &k.a.Shared},
		{C.CU_FUNC_ATTRIBUTE_LOCAL_SIZE_BYTES, &k.a.Local},
		{C.CU_FUNC_ATTRIBUTE_MAX_THREADS_PER_BLOCK, &k.a.MaxThreads},
	} {
		v := C.int(0)
		if code := C.cuFuncGetAttribute(&v, one.attribute, k.f); code != C.CUDA_SUCCESS {
			return code
		}
		*one.to = int(v)
	}
	return C.CUDA_SUCCESS
}

func (k *cudaKernel) params() []*ptx.Variable { return k.entry.Params }

func (k *cudaKernel) attributes() Attributes { return k.a }

// smallShared is what a block may have of shared memory, static and dynamic, without
// asking.
const smallShared = 48 << 10

// allow asks for more shared memory where it is needed.
func (k *cudaKernel) allow(shared int) error {
	if shared <= k.dynamic {
		return nil
	}
	err := k.d.driverCall("cuFuncSetAttribute", func() C.CUresult {
		return C.cuFuncSetAttribute(k.f, C.CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES, C.int(shared))
	})
	if err == nil {
		k.dynamic = shared
	}
	return err
}

func (k *cudaKernel) occupancy(threads, shared int) (int, error) {
	if err := k.allow(shared); err != nil {
		return 0, err
	}
	n := C.int(0)
	err := k.d.driverCall("cuOccupancyMaxActiveBlocksPerMultiprocessor", func() C.CUresult {
		return C.cuOccupancyMaxActiveBlocksPerMultiprocessor(&n, k.f, C.int(threads), C.size_t(shared))
	})
	return int(n), err
}
