//go:build cuda && linux

package gpu

/*
#include "cuda.h"
*/
import "C"

import (
	"unsafe"

	"gorgonia.org/cu"
)

type cudaStream struct {
	d *cudaBackend
	s cu.Stream
}

// newStream makes a stream that does not wait for the default one.
func (d *cudaBackend) newStream(urgent bool) (stream, error) {
	s := &cudaStream{d: d}
	return s, d.call("cuStreamCreate", func() (err error) {
		if urgent {
			if _, greatest, err := cu.StreamPriorityRange(); err == nil {
				s.s, err = cu.MakeStreamWithPriority(greatest, cu.NonBlocking)
				return err
			}
		}
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
	if t.between() {
		return s.copyPeer(t)
	}
	return s.d.call("cuMemcpyAsync", func() error {
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

// copyPeer copies from one device's memory to another's.
func (s *cudaStream) copyPeer(t transfer) error {
	context := func(p location) C.CUcontext { return p.of.(*cudaBackend).raw() }
	return s.d.driverCall("cuMemcpyPeerAsync", func() C.CUresult {
		return C.cuMemcpyPeerAsync(C.CUdeviceptr(t.dst.addr), context(t.dst), C.CUdeviceptr(t.src.addr), context(t.src), C.size_t(t.width), s.handle())
	})
}

// copyRows goes past gorgonia.org/cu, whose parameters of such a copy cannot be set.
func (s *cudaStream) copyRows(t transfer) error {
	if t.between() {
		return errNoRows(t.rows)
	}
	c := (*C.CUDA_MEMCPY2D)(C.calloc(1, C.size_t(unsafe.Sizeof(C.CUDA_MEMCPY2D{}))))
	defer C.free(unsafe.Pointer(c))
	c.srcMemoryType, c.srcHost, c.srcDevice = memoryType(t.src), t.src.host, C.CUdeviceptr(t.src.addr)
	c.dstMemoryType, c.dstHost, c.dstDevice = memoryType(t.dst), t.dst.host, C.CUdeviceptr(t.dst.addr)
	c.srcPitch, c.dstPitch = C.size_t(t.srcPitch), C.size_t(t.dstPitch)
	c.WidthInBytes, c.Height = C.size_t(t.width), C.size_t(t.rows)
	return s.d.driverCall("cuMemcpy2DAsync", func() C.CUresult { return C.cuMemcpy2DAsync_v2(c, s.handle()) })
}

func memoryType(p location) C.CUmemorytype {
	if p.host != nil {
		return C.CU_MEMORYTYPE_HOST
	}
	return C.CU_MEMORYTYPE_DEVICE
}

func (s *cudaStream) fill(addr uint64, bytes int64, value byte) error {
	return s.d.call("cuMemsetD8Async", func() error { return cu.MemsetD8Async(cu.DevicePtr(addr), value, bytes, s.s) })
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
	return s.d.driverCall("cuLaunchKernel", func() C.CUresult {
		return C.cuLaunchKernel(kernel.f, C.uint(grid.X), C.uint(grid.Y), C.uint(grid.Z), C.uint(block.X), C.uint(block.Y), C.uint(block.Z),
			C.uint(shared), s.handle(), (*unsafe.Pointer)(pointers), nil)
	})
}

func (s *cudaStream) wait(e event) error {
	return s.d.driverCall("cuStreamWaitEvent", func() C.CUresult { return C.cuStreamWaitEvent(s.handle(), e.(*cudaEvent).e, 0) })
}

func (s *cudaStream) synchronize() error {
	return s.d.call("cuStreamSynchronize", func() error { return s.s.Synchronize() })
}

func (s *cudaStream) close() error {
	if err := s.synchronize(); err != nil && !s.d.lost.Load() {
		return err
	}
	return s.d.giveBack("cuStreamDestroy", func() error { return s.s.Destroy() })
}

type cudaEvent struct {
	d *cudaBackend
	e C.CUevent
}

func (d *cudaBackend) newEvent(ipc bool) (event, error) {
	e, flags := &cudaEvent{d: d}, C.uint(C.CU_EVENT_DEFAULT)
	if ipc {
		flags = C.CU_EVENT_INTERPROCESS | C.CU_EVENT_DISABLE_TIMING
	}
	return e, d.driverCall("cuEventCreate", func() C.CUresult { return C.cuEventCreate(&e.e, flags) })
}

func (e *cudaEvent) record(s stream) error {
	return e.d.driverCall("cuEventRecord", func() C.CUresult { return C.cuEventRecord(e.e, s.(*cudaStream).handle()) })
}

func (e *cudaEvent) synchronize() error {
	return e.d.driverCall("cuEventSynchronize", func() C.CUresult { return C.cuEventSynchronize(e.e) })
}

func (e *cudaEvent) since(earlier event) (seconds float64, err error) {
	ms := C.float(0)
	err = e.d.driverCall("cuEventElapsedTime", func() C.CUresult { return C.cuEventElapsedTime(&ms, earlier.(*cudaEvent).e, e.e) })
	return float64(ms) / 1e3, err
}

func (e *cudaEvent) close() error {
	return e.d.kept(e.d.driverCall("cuEventDestroy", func() C.CUresult { return C.cuEventDestroy(e.e) }))
}
