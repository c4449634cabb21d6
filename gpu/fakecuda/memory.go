//go:build fakecuda

package main

/*
#include "share.h"
#include "thread.h"
*/
import "C"

import (
	"syscall"
	"unsafe"
)

//export cuMemAlloc_v2
func cuMemAlloc_v2(addr *C.ulonglong, bytes C.size_t) C.int {
	d.mu.Lock()
	defer d.mu.Unlock()
	dev, code := d.here()
	if code = dev.fail(code, "cuMemAlloc"); code != success {
		return code
	}
	if bytes == 0 {
		return invalidValue
	}
	p := C.fake_take(bytes)
	if p == nil {
		return outOfMemory
	}
	data := unsafe.Slice((*byte)(p), bytes)
	if dev.mem.Map(data, true) != nil {
		C.fake_give(p, bytes)
		return outOfMemory
	}
	for i := range data {
		data[i] = 0xff // which no kernel should take for numbers
	}
	*addr = C.ulonglong(uintptr(p))
	dev.memories[*addr] = &memory{bytes: int(bytes), descriptor: -1}
	return success
}

//export cuMemFree_v2
func cuMemFree_v2(addr C.ulonglong) C.int {
	d.mu.Lock()
	defer d.mu.Unlock()
	dev, code := d.here()
	m := dev.memoryAt(addr)
	switch {
	case code != success:
		return code
	case m == nil || m.opened || m.inUse(addr) || dev.mem.Unmap(uint64(addr), true) != nil:
		return invalidValue
	}
	delete(dev.memories, addr)
	C.fake_give(pointer(addr), C.size_t(m.bytes))
	if m.descriptor >= 0 {
		syscall.Close(int(m.descriptor))
	}
	return success
}

//export cuMemGetInfo_v2
func cuMemGetInfo_v2(free, total *C.size_t) C.int {
	d.mu.Lock()
	defer d.mu.Unlock()
	dev, code := d.here()
	if code == success {
		used, limit := dev.mem.Used()
		*free, *total = C.size_t(limit-used), C.size_t(limit)
	}
	return code
}

//export cuMemHostAlloc
func cuMemHostAlloc(p *unsafe.Pointer, bytes C.size_t, flags C.uint) C.int {
	d.mu.Lock()
	defer d.mu.Unlock()
	dev, code := d.here()
	code = dev.fail(code, "cuMemHostAlloc")
	if code != success {
		return code
	}
	if bytes == 0 || flags != 0 {
		return invalidValue
	}
	if *p = C.malloc(bytes); *p == nil {
		return outOfMemory
	}
	d.pinned[*p] = uintptr(bytes)
	return success
}

//export cuMemFreeHost
func cuMemFreeHost(p unsafe.Pointer) C.int {
	d.mu.Lock()
	defer d.mu.Unlock()
	_, code := d.here()
	if code != success {
		return code
	}
	if _, ok := d.pinned[p]; !ok {
		return invalidValue
	}
	delete(d.pinned, p)
	C.free(p)
	return success
}

// A location is an end of a copy.
type location struct {
	host unsafe.Pointer
	addr C.ulonglong
}

// bytes are n bytes of a location.
func (d *driver) bytes(dev *device, p location, n int) ([]byte, C.int) {
	if p.host != nil {
		if !d.onHost(p.host, uintptr(n)) {
			return nil, invalidValue
		}
		return unsafe.Slice((*byte)(p.host), n), success
	}
	b, err := dev.mem.Bytes(uint64(p.addr), int64(n))
	if err != nil {
		return nil, invalidValue
	}
	return b, success
}

// move copies rows in a stream.
func (d *driver) move(dst, src location, width, rows, dstPitch, srcPitch int, stream unsafe.Pointer) C.int {
	d.mu.Lock()
	defer d.mu.Unlock()
	dev, code := d.stream(stream)
	code = dev.fail(code, "cuMemcpyAsync")
	if code != success || width == 0 || rows == 0 {
		return code
	}
	to, code := d.bytes(dev, dst, (rows-1)*dstPitch+width)
	if code != success {
		return code
	}
	from, code := d.bytes(dev, src, (rows-1)*srcPitch+width)
	if code != success {
		return code
	}
	d.do(stream, func() {
		for r := range rows {
			copy(to[r*dstPitch:r*dstPitch+width], from[r*srcPitch:])
		}
	})
	return success
}

//export cuMemcpyHtoDAsync_v2
func cuMemcpyHtoDAsync_v2(dst C.ulonglong, src unsafe.Pointer, n C.size_t, stream unsafe.Pointer) C.int {
	return d.move(location{addr: dst}, location{host: src}, int(n), 1, 0, 0, stream)
}

//export cuMemcpyDtoHAsync_v2
func cuMemcpyDtoHAsync_v2(dst unsafe.Pointer, src C.ulonglong, n C.size_t, stream unsafe.Pointer) C.int {
	return d.move(location{host: dst}, location{addr: src}, int(n), 1, 0, 0, stream)
}

//export cuMemcpyDtoDAsync_v2
func cuMemcpyDtoDAsync_v2(dst, src C.ulonglong, n C.size_t, stream unsafe.Pointer) C.int {
	return d.move(location{addr: dst}, location{addr: src}, int(n), 1, 0, 0, stream)
}

//export cuMemcpy2DAsync_v2
func cuMemcpy2DAsync_v2(c *C.struct_rows, stream unsafe.Pointer) C.int {
	const onHost, onDevice = 1, 2
	end := func(kind C.int, host unsafe.Pointer, addr C.ulonglong) (location, bool) {
		switch kind {
		case onHost:
			return location{host: host}, host != nil
		case onDevice:
			return location{addr: addr}, true
		}
		return location{}, false
	}
	dst, ok1 := end(c.dst_type, c.dst_host, c.dst_device)
	src, ok2 := end(c.src_type, c.src_host, c.src_device)
	if !ok1 || !ok2 || c.src_x != 0 || c.src_y != 0 || c.dst_x != 0 || c.dst_y != 0 || c.src_pitch < c.width || c.dst_pitch < c.width {
		return invalidValue
	}
	return d.move(dst, src, int(c.width), int(c.height), int(c.dst_pitch), int(c.src_pitch), stream)
}

//export cuMemsetD8Async
func cuMemsetD8Async(addr C.ulonglong, value C.uchar, n C.size_t, stream unsafe.Pointer) C.int {
	d.mu.Lock()
	defer d.mu.Unlock()
	dev, code := d.stream(stream)
	if code != success {
		return code
	}
	b, code := d.bytes(dev, location{addr: addr}, int(n))
	d.do(stream, func() {
		for i := range b {
			b[i] = byte(value)
		}
	})
	return code
}
