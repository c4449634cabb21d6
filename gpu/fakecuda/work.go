//go:build fakecuda

package main

/*
#include "thread.h"
*/
import "C"

import (
	"context"
	"os"
	"time"
	"unsafe"

	"hybrid/gpu/ptx"
	"hybrid/gpu/ptxsim"
)

//export cuModuleLoadDataEx
func cuModuleLoadDataEx(to *unsafe.Pointer, image *C.char, n C.uint, options *C.int, values *unsafe.Pointer) C.int {
	d.mu.Lock()
	defer d.mu.Unlock()
	dev, code := d.here()
	code = dev.fail(code, "cuModuleLoadDataEx")
	if code != success {
		return code
	}
	text := []byte(C.GoString(image))
	m, err := ptxsim.Load("image", text)
	var entries []*ptx.Function
	if err != nil && os.Getenv("FAKECUDA_PTX") == "any" {
		entries, err = ptx.Entries("image", text)
	}
	wrong := ""
	switch {
	case err != nil:
		wrong = err.Error()
	case m == nil: // to be launched on a real device alone
	case m.Target() > "sm_"+string(rune('0'+capability()/10))+string(rune('0'+capability()%10)):
		wrong = "image is for " + m.Target()
	}
	if wrong == "" {
		*to = handle()
		d.modules[*to] = &module{m, entries}
		return success
	}
	// The log, if there is one, whose size is the next option.
	const errorLog, errorLogBytes = 5, 6
	keys, vs := unsafe.Slice(options, n), unsafe.Slice(values, n)
	if n == 2 && keys[0] == errorLog && keys[1] == errorLogBytes {
		put(vs[0], int(uintptr(vs[1])), wrong[:min(len(wrong), int(uintptr(vs[1]))-1)]+"\x00")
	}
	return invalidPTX
}

//export cuModuleUnload
func cuModuleUnload(module unsafe.Pointer) C.int {
	d.mu.Lock()
	defer d.mu.Unlock()
	if _, code := d.here(); code != success {
		return code
	}
	if d.modules[module] == nil {
		return invalidHandle
	}
	delete(d.modules, module)
	return success
}

//export cuModuleGetFunction
func cuModuleGetFunction(f *unsafe.Pointer, module unsafe.Pointer, name *C.char) C.int {
	d.mu.Lock()
	defer d.mu.Unlock()
	if _, code := d.here(); code != success {
		return code
	}
	m := d.modules[module]
	if m == nil {
		return invalidHandle
	}
	k, ok := m.kernel(C.GoString(name))
	if !ok {
		return notFound
	}
	*f = handle()
	d.kernels[*f] = k
	return success
}

//export cuFuncSetAttribute
func cuFuncSetAttribute(f unsafe.Pointer, attribute, value C.int) C.int {
	d.mu.Lock()
	defer d.mu.Unlock()
	const dynamicShared = 8
	switch {
	case d.kernels[f] == nil:
		return invalidHandle
	case attribute != dynamicShared || value < 0 || d.kernels[f].shared()+int(value) > 99<<10:
		return invalidValue
	}
	d.kernels[f].dynamic = int(value)
	return success
}

//export cuFuncGetAttribute
func cuFuncGetAttribute(v *C.int, attribute C.int, f unsafe.Pointer) C.int {
	d.mu.Lock()
	defer d.mu.Unlock()
	k := d.kernels[f]
	if k == nil {
		return invalidHandle
	}
	const maxThreads, shared, local, registers = 0, 1, 3, 4
	switch attribute {
	case maxThreads:
		*v = 1024
	case shared:
		*v = C.int(k.shared())
	case local:
		*v = 0
	case registers:
		*v = 32
	default:
		return invalidValue
	}
	return success
}

//export cuOccupancyMaxActiveBlocksPerMultiprocessor
func cuOccupancyMaxActiveBlocksPerMultiprocessor(n *C.int, f unsafe.Pointer, threads C.int, shared C.size_t) C.int {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.kernels[f] == nil {
		return invalidHandle
	}
	if threads < 1 {
		return invalidValue
	}
	*n = max(1, 2048/threads)
	return success
}

//export cuLaunchKernel
func cuLaunchKernel(f unsafe.Pointer, gx, gy, gz, bx, by, bz, shared C.uint, stream unsafe.Pointer, params, extra *unsafe.Pointer) C.int {
	d.mu.Lock()
	defer d.mu.Unlock()
	dev, code := d.stream(stream)
	if code != success {
		return code
	}
	k := d.kernels[f]
	if k == nil {
		return invalidHandle
	}
	if extra != nil || fails("launch") {
		return invalidValue
	}
	if k.Kernel == nil {
		return notSupported
	}
	if code := dev.fail(success, "cuLaunchKernel"); code != success {
		if stays(code) {
			code = success // the next call finds it
		}
		return code
	}
	var args []byte
	given := unsafe.Slice(params, len(k.Params()))
	for i, p := range k.Params() {
		args = append(args, make([]byte, p.Offset-len(args))...)
		args = append(args, unsafe.Slice((*byte)(given[i]), p.Size)...)
	}
	l := ptxsim.Launch{Grid: [3]int{int(gx), int(gy), int(gz)}, Block: [3]int{int(bx), int(by), int(bz)}, Shared: int(shared), Args: args}
	if gx == 0 || gx > 1<<31-1 || gy > 65535 || gz > 65535 || bx*by*bz > 1024 || int(shared) > k.dynamic {
		return invalidValue
	}
	d.do(stream, func() {
		if err := k.Run(context.Background(), dev.mem, l); err != nil {
			dev.broken = failed(err)
		}
	})
	return success // an error of a kernel is found by the next call
}

//export cuStreamCreate
func cuStreamCreate(s *unsafe.Pointer, flags C.uint) C.int {
	d.mu.Lock()
	defer d.mu.Unlock()
	dev, code := d.here()
	if code == success {
		*s = handle()
		d.streams[*s] = dev
	}
	return code
}

//export cuStreamSynchronize
func cuStreamSynchronize(s unsafe.Pointer) C.int {
	d.mu.Lock()
	defer d.mu.Unlock()
	dev, code := d.atOnce(s)
	code = dev.fail(code, "cuStreamSynchronize")
	return code
}

//export cuStreamDestroy_v2
func cuStreamDestroy_v2(s unsafe.Pointer) C.int {
	d.mu.Lock()
	defer d.mu.Unlock()
	_, code := d.stream(s)
	if code == success {
		delete(d.streams, s)
	}
	return code
}

//export cuStreamWaitEvent
func cuStreamWaitEvent(s, e unsafe.Pointer, flags C.uint) C.int {
	d.mu.Lock()
	defer d.mu.Unlock()
	_, code := d.atOnce(s)
	if code == success && d.events[e] == nil {
		return invalidHandle
	}
	return code
}

//export cuEventCreate
func cuEventCreate(e *unsafe.Pointer, flags C.uint) C.int {
	d.mu.Lock()
	defer d.mu.Unlock()
	_, code := d.here()
	const withoutTime, shared = 2, 4
	switch {
	case code != success:
		return code
	case flags != 0 && flags != withoutTime|shared:
		return invalidValue
	}
	*e = handle()
	d.events[*e] = &event{shared: flags != 0}
	return success
}

//export cuEventRecord
func cuEventRecord(e, s unsafe.Pointer) C.int {
	d.mu.Lock()
	defer d.mu.Unlock()
	_, code := d.atOnce(s)
	if code != success {
		return code
	}
	if d.events[e] == nil {
		return invalidHandle
	}
	d.events[e].at = time.Now()
	return success
}

//export cuEventSynchronize
func cuEventSynchronize(e unsafe.Pointer) C.int {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.events[e] == nil {
		return invalidHandle
	}
	return success
}

//export cuEventElapsedTime
func cuEventElapsedTime(ms *C.float, from, to unsafe.Pointer) C.int {
	d.mu.Lock()
	defer d.mu.Unlock()
	a, b := d.events[from], d.events[to]
	if a == nil || b == nil || a.shared || b.shared || a.at.IsZero() || b.at.IsZero() {
		return invalidHandle
	}
	*ms = C.float(b.at.Sub(a.at).Seconds() * 1e3)
	return success
}

//export cuEventDestroy_v2
func cuEventDestroy_v2(e unsafe.Pointer) C.int {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.events[e] == nil {
		return invalidHandle
	}
	delete(d.events, e)
	return success
}
