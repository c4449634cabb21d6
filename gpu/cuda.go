//go:build cuda && linux

package gpu

/*
#include "cuda.h"
*/
import "C"

import (
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync/atomic"
	"unsafe"

	"gorgonia.org/cu"

	"hybrid/gpu/lazycuda"
	"hybrid/gpu/ptx"
	"hybrid/internal/plain"
)

// leastDriver is the oldest driver that takes the PTX of this program, ISA 7.8: that
// of CUDA 11.8, release 520 (NVIDIA, PTX ISA, release notes).
const leastDriver = 11080

// leastCapability is the compute capability, times ten, that the kernels are
// compiled for: that of the GTX 1080 Ti.
const leastCapability = 61

// Open opens one of the GPUs that this process can see: that with the number n modulo
// how many there are. The error says why there is none: no driver and where it was
// looked for, a driver that is too old, no device, or one that another process has
// for itself.
func Open(n int) (*Device, error) {
	if err := lazycuda.Load(); err != nil {
		return nil, fmt.Errorf("gpu: %w", err)
	}
	if code := C.cuInit(0); code != C.CUDA_SUCCESS {
		return nil, initError(code)
	}
	if v := cu.Version(); v < leastDriver {
		return nil, fmt.Errorf("gpu: the CUDA driver is of CUDA %s, the kernels need that of CUDA %s or later (release 520): update it", version(v), version(leastDriver))
	}
	count, err := cu.NumDevices()
	switch {
	case err != nil:
		return nil, explain("cuDeviceGetCount", err)
	case count == 0:
		return nil, noDevice()
	}
	handle, err := cu.GetDevice(n % count)
	if err != nil {
		return nil, explain("cuDeviceGet", err)
	}
	info, err := describe(handle, n%count)
	if err != nil {
		return nil, err
	}
	if 10*info.Major+info.Minor < leastCapability {
		return nil, fmt.Errorf("gpu: %s has compute capability %d.%d, and the kernels need %d.%d or later", info.Name, info.Major, info.Minor, leastCapability/10, leastCapability%10)
	}
	d := &cudaBackend{handle: handle, info: info, entries: map[string][]*ptx.Function{}}
	if d.context, err = handle.RetainPrimaryCtx(); err != nil {
		return nil, exclusive(info, explain("cuDevicePrimaryCtxRetain", err))
	}
	return &Device{info: info, b: d}, nil
}

func version(v int) string { return fmt.Sprintf("%d.%d", v/1000, v%1000/10) }

// identifier is the device's UUID as nvidia-smi prints it. The parts that a GPU is
// cut into by MIG have UUIDs of their own, which only the second version of the call
// tells, and the one that gorgonia.org/cu makes does not.
func identifier(d cu.Device, name string) (string, error) {
	var id C.CUuuid
	if code := C.cuDeviceGetUuid_v2(&id, C.CUdevice(d)); code != C.CUDA_SUCCESS {
		return "", driverError("cuDeviceGetUuid_v2", code)
	}
	b := C.GoBytes(unsafe.Pointer(&id), 16)
	prefix := "GPU"
	if strings.Contains(name, " MIG ") {
		prefix = "MIG"
	}
	return fmt.Sprintf("%s-%x-%x-%x-%x-%x", prefix, b[:4], b[4:6], b[6:8], b[8:10], b[10:]), nil
}

// describe asks what a device is.
func describe(d cu.Device, index int) (Info, error) {
	i := Info{Index: index, Kind: KindCUDA, Driver: version(cu.Version())}
	name, err := d.Name()
	if err != nil {
		return i, explain("cuDeviceGetName", err)
	}
	i.Name = plain.Text(name)
	if i.UUID, err = identifier(d, i.Name); err != nil {
		return i, err
	}
	if i.Memory, err = d.TotalMem(); err != nil {
		return i, explain("cuDeviceTotalMem", err)
	}
	known := func(a C.CUdevice_attribute) (int, C.CUresult) {
		v := C.int(0)
		code := C.cuDeviceGetAttribute(&v, a, C.CUdevice(d))
		return int(v), code
	}
	get := func(a C.CUdevice_attribute) int {
		v, code := known(a)
		if err == nil {
			err = driverError("cuDeviceGetAttribute", code)
		}
		return v
	}
	i.Major, i.Minor = get(C.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR), get(C.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR)
	i.SMs = get(C.CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT)
	// Virtual GPUs and such do not tell all of these.
	for _, rate := range []struct {
		to *float64
		of C.CUdevice_attribute
	}{{&i.ClockHz, C.CU_DEVICE_ATTRIBUTE_CLOCK_RATE}, {&i.MemoryClockHz, C.CU_DEVICE_ATTRIBUTE_MEMORY_CLOCK_RATE}} {
		kHz, _ := known(rate.of)
		*rate.to = 1e3 * float64(kHz)
	}
	i.BusBits, _ = known(C.CU_DEVICE_ATTRIBUTE_GLOBAL_MEMORY_BUS_WIDTH)
	i.L2Bytes, _ = known(C.CU_DEVICE_ATTRIBUTE_L2_CACHE_SIZE)
	i.SharedPerSM = get(C.CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_MULTIPROCESSOR)
	i.SharedPerBlock = get(C.CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_BLOCK_OPTIN)
	return i, err
}

// A cudaBackend is a device through the CUDA driver, in its primary context, which
// libraries such as MPI share.
//
// Calls belong to the context that is current on the operating system's thread.
// The goroutine of a rank may move from one thread to another, so each call makes
// the context current first and keeps the thread until it is done, which costs some
// 0.1 us, where a thread of the device's own would cost a switch of threads.
type cudaBackend struct {
	handle  cu.Device
	context cu.CUContext
	info    Info
	entries map[string][]*ptx.Function // kernels of the PTX that it has loaded, by its text
	lost    atomic.Bool
}

// judge makes an error that of a lost device, if it is one.
func (d *cudaBackend) judge(err error) error {
	err = d.info.judge(err)
	var lost *LostError
	if errors.As(err, &lost) {
		d.lost.Store(true)
	}
	return err
}

// giveBack is call where something is given back: of a device that is lost nothing can be, and
// nothing is left to give.
func (d *cudaBackend) giveBack(call string, f func() error) error {
	return d.kept(d.call(call, f))
}

// call calls f with the device's context.
func (d *cudaBackend) call(call string, f func() error) error {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	if err := cu.SetCurrentContext(d.context); err != nil {
		return d.judge(explain("cuCtxSetCurrent", err))
	}
	return d.judge(explain(call, f()))
}

// driverCall is call for a call of the driver that gorgonia.org/cu does not have, or not so
// that it can be used.
func (d *cudaBackend) driverCall(call string, f func() C.CUresult) error {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	if err := cu.SetCurrentContext(d.context); err != nil {
		return d.judge(explain("cuCtxSetCurrent", err))
	}
	return d.judge(driverError(call, f()))
}

func (d *cudaBackend) alloc(bytes int64) (addr uint64, err error) {
	err = d.call("cuMemAlloc", func() error {
		p, err := cu.MemAlloc(bytes)
		addr = uint64(p)
		return err
	})
	return addr, d.memoryError(d.info.Name, bytes, err)
}

// memoryError says how much memory there was, if there was too little.
func (d *cudaBackend) memoryError(where string, bytes int64, err error) error {
	var e *Error
	if !errors.As(err, &e) || e.Code != C.CUDA_ERROR_OUT_OF_MEMORY {
		return err
	}
	m := &MemoryError{Where: where, Want: bytes}
	if where == d.info.Name {
		m.Free, m.Total, _ = d.available()
	}
	return m
}

func (d *cudaBackend) free(addr uint64) error {
	return d.giveBack("cuMemFree", func() error { return cu.MemFree(cu.DevicePtr(addr)) })
}

func (d *cudaBackend) allocHost(bytes int64) (p unsafe.Pointer, err error) {
	err = d.driverCall("cuMemHostAlloc", func() C.CUresult { return C.cuMemHostAlloc(&p, C.size_t(bytes), 0) })
	return p, d.memoryError("the host, for pinned memory,", bytes, err)
}

func (d *cudaBackend) freeHost(p unsafe.Pointer) error {
	return d.giveBack("cuMemFreeHost", func() error { return cu.MemFreeHost(p) })
}

func (d *cudaBackend) available() (free, total int64, err error) {
	err = d.call("cuMemGetInfo", func() (err error) {
		free, total, err = cu.MemInfo()
		return err
	})
	return free, total, err
}

func (d *cudaBackend) close() error {
	err := explain("cuDevicePrimaryCtxRelease", d.handle.ReleasePrimaryCtx())
	if d.lost.Load() {
		return nil
	}
	return err
}
