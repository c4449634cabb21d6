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

	"gorgonia.org/cu"

	"hybrid/gpu/ptx"
)

type cudaModule struct {
	d       *cudaDevice
	m       C.CUmodule
	entries []*ptx.Function
}

// load lets the driver compile PTX. gorgonia.org/cu has no way to get at what the
// compiler says.
func (d *cudaDevice) load(name string, text []byte) (module, error) {
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
	err := d.direct("cuModuleLoadDataEx", func() C.CUresult {
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
func (d *cudaDevice) kernels(name string, text []byte) ([]*ptx.Function, error) {
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
	return m.d.direct("cuModuleUnload", func() C.CUresult { return C.cuModuleUnload(m.m) })
}

type cudaKernel struct {
	d       *cudaDevice
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
	if err := m.d.direct("cuModuleGetFunction", func() C.CUresult { return C.cuModuleGetFunction(&k.f, m.m, text) }); err != nil {
		return nil, err
	}
	err := m.d.direct("cuFuncGetAttribute", k.ask)
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
	err := k.d.direct("cuFuncSetAttribute", func() C.CUresult {
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
	err := k.d.direct("cuOccupancyMaxActiveBlocksPerMultiprocessor", func() C.CUresult {
		return C.cuOccupancyMaxActiveBlocksPerMultiprocessor(&n, k.f, C.int(threads), C.size_t(shared))
	})
	return int(n), err
}

type cudaStream struct {
	d *cudaDevice
	s cu.Stream
}

// newStream makes a stream that does not wait for the default one.
func (d *cudaDevice) newStream() (stream, error) {
	s := &cudaStream{d: d}
	return s, d.in("cuStreamCreate", func() (err error) {
		s.s, err = cu.MakeStream(cu.NonBlocking)
		return err
	})
}

// handle is the stream's for calls that go directly to the driver: cgo gives every
// package types of its own.
func (s *cudaStream) handle() C.CUstream { return C.CUstream(unsafe.Pointer(s.s.C())) }

func (s *cudaStream) copy(t transfer) error {
	if t.rows > 1 {
		return s.copyRows(t)
	}
	return s.d.in("cuMemcpyAsync", func() error {
		n := int64(t.width)
		switch {
		case t.src.host != nil:
			return cu.MemcpyHtoDAsync(cu.DevicePtr(t.dst.addr), t.src.host, n, s.s)
		case t.dst.host != nil:
			return cu.MemcpyDtoHAsync(t.dst.host, cu.DevicePtr(t.src.addr), n, s.s)
		}
		return cu.MemcpyDtoDAsync(cu.DevicePtr(t.dst.addr), cu.DevicePtr(t.src.addr), n, s.s)
	})
}

// copyRows goes past gorgonia.org/cu, whose parameters of such a copy cannot be set.
func (s *cudaStream) copyRows(t transfer) error {
	c := (*C.CUDA_MEMCPY2D)(C.calloc(1, C.size_t(unsafe.Sizeof(C.CUDA_MEMCPY2D{}))))
	defer C.free(unsafe.Pointer(c))
	c.srcMemoryType, c.srcHost, c.srcDevice = memoryType(t.src), t.src.host, C.CUdeviceptr(t.src.addr)
	c.dstMemoryType, c.dstHost, c.dstDevice = memoryType(t.dst), t.dst.host, C.CUdeviceptr(t.dst.addr)
	c.srcPitch, c.dstPitch = C.size_t(t.srcPitch), C.size_t(t.dstPitch)
	c.WidthInBytes, c.Height = C.size_t(t.width), C.size_t(t.rows)
	return s.d.direct("cuMemcpy2DAsync", func() C.CUresult { return C.cuMemcpy2DAsync_v2(c, s.handle()) })
}

func memoryType(p place) C.CUmemorytype {
	if p.host != nil {
		return C.CU_MEMORYTYPE_HOST
	}
	return C.CU_MEMORYTYPE_DEVICE
}

func (s *cudaStream) fill(addr uint64, bytes int64, value byte) error {
	return s.d.in("cuMemsetD8Async", func() error { return cu.MemsetD8Async(cu.DevicePtr(addr), value, bytes, s.s) })
}

// launch passes every argument by its own size, where gorgonia.org/cu reads eight
// bytes of each.
func (s *cudaStream) launch(k kernel, grid, block Dim, shared int, args []byte, offsets []int) error {
	kernel := k.(*cudaKernel)
	if err := kernel.allow(shared); err != nil {
		return err
	}
	// The driver copies the arguments before it returns.
	packed := C.CBytes(append(args, 0))
	defer C.free(packed)
	pointers := C.calloc(C.size_t(len(offsets)+1), C.size_t(unsafe.Sizeof(packed)))
	defer C.free(pointers)
	for i, at := range offsets {
		*(*unsafe.Pointer)(unsafe.Add(pointers, i*int(unsafe.Sizeof(packed)))) = unsafe.Add(packed, at)
	}
	return s.d.direct("cuLaunchKernel", func() C.CUresult {
		return C.cuLaunchKernel(kernel.f, C.uint(grid.X), C.uint(grid.Y), C.uint(grid.Z), C.uint(block.X), C.uint(block.Y), C.uint(block.Z),
			C.uint(shared), s.handle(), (*unsafe.Pointer)(pointers), nil)
	})
}

func (s *cudaStream) wait(e event) error {
	return s.d.in("cuStreamWaitEvent", func() error { return s.s.Wait(e.(*cudaEvent).e, 0) })
}

func (s *cudaStream) synchronize() error {
	return s.d.in("cuStreamSynchronize", func() error { return s.s.Synchronize() })
}

func (s *cudaStream) close() error {
	if err := s.synchronize(); err != nil {
		return err
	}
	return s.d.in("cuStreamDestroy", func() error { return s.s.Destroy() })
}

type cudaEvent struct {
	d *cudaDevice
	e cu.Event
}

func (d *cudaDevice) newEvent() (event, error) {
	e := &cudaEvent{d: d}
	return e, d.in("cuEventCreate", func() (err error) {
		e.e, err = cu.MakeEvent(cu.DefaultEvent)
		return err
	})
}

func (e *cudaEvent) record(s stream) error {
	return e.d.in("cuEventRecord", func() error { return e.e.Record(s.(*cudaStream).s) })
}

func (e *cudaEvent) synchronize() error {
	return e.d.in("cuEventSynchronize", func() error { return e.e.Synchronize() })
}

func (e *cudaEvent) since(earlier event) (seconds float64, err error) {
	err = e.d.in("cuEventElapsedTime", func() error {
		ms, err := earlier.(*cudaEvent).e.Elapsed(e.e)
		seconds = ms / 1e3
		return err
	})
	return seconds, err
}

func (e *cudaEvent) close() error {
	return e.d.in("cuEventDestroy", func() error { return cu.DestroyEvent(&e.e) })
}
