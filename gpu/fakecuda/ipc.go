//go:build fakecuda

package main

/*
#include "share.h"
#include "thread.h"
*/
import "C"

import (
	"fmt"
	"os"
	"unsafe"
)

// A memory is an allocation of a device or, opened, one of another process's.
type memory struct {
	bytes      int
	descriptor C.int  // -1: it is not shared
	opens      *C.int // how many other processes have it open
	opened     bool
}

// An ipcHandle is what 64 bytes of a handle hold: of an event the last three are 0.
type ipcHandle struct {
	magic               uint64
	process, descriptor int32
	bytes               uint64
	event               uint64
}

const ipcMagic = 0x66616b6563756461

//export cuIpcGetMemHandle
func cuIpcGetMemHandle(to unsafe.Pointer, addr C.ulonglong) C.int {
	d.mu.Lock()
	defer d.mu.Unlock()
	dev, code := d.here()
	code = dev.fail(code, "cuIpcGetMemHandle")
	m := dev.memoryAt(addr)
	switch {
	case code != success:
		return code
	case m == nil || m.opened: // another process's, or none
		return invalidValue
	case m.descriptor < 0:
		if m.descriptor = C.fake_share(pointer(addr), C.size_t(m.bytes), &m.opens); m.descriptor < 0 {
			return outOfMemory
		}
	}
	*(*ipcHandle)(to) = ipcHandle{ipcMagic, int32(os.Getpid()), int32(m.descriptor), uint64(m.bytes), 0}
	return success
}

// memoryAt is what begins at an address, nil where nothing does.
func (dev *device) memoryAt(addr C.ulonglong) *memory {
	if dev == nil {
		return nil
	}
	return dev.memories[addr]
}

// pointer is an address of a device, which is one of the process.
func pointer(addr C.ulonglong) unsafe.Pointer { return *(*unsafe.Pointer)(unsafe.Pointer(&addr)) }

//export cuIpcOpenMemHandle_v2
func cuIpcOpenMemHandle_v2(addr *C.ulonglong, handle C.struct_ipc, flags C.uint) C.int {
	d.mu.Lock()
	defer d.mu.Unlock()
	dev, code := d.here()
	code = dev.fail(code, "cuIpcOpenMemHandle")
	h := *(*ipcHandle)(unsafe.Pointer(&handle))
	const lazyEnablePeerAccess = 1
	switch {
	case code != success:
		return code
	case h.magic != ipcMagic || h.bytes == 0 || int(h.process) == os.Getpid() || flags != lazyEnablePeerAccess:
		return invalidValue
	}
	m := &memory{bytes: int(h.bytes), opened: true}
	p := C.fake_open(C.int(h.process), C.int(h.descriptor), C.size_t(h.bytes), &m.opens)
	if p == nil || dev.mem.Map(unsafe.Slice((*byte)(p), h.bytes), false) != nil {
		return invalidHandle
	}
	*addr = C.ulonglong(uintptr(p))
	dev.memories[*addr] = m
	return success
}

//export cuIpcCloseMemHandle
func cuIpcCloseMemHandle(addr C.ulonglong) C.int {
	d.mu.Lock()
	defer d.mu.Unlock()
	dev, code := d.here()
	m := dev.memoryAt(addr)
	switch {
	case code != success:
		return code
	case m == nil || !m.opened || dev.mem.Unmap(uint64(addr), false) != nil:
		return invalidValue
	}
	delete(dev.memories, addr)
	C.fake_close(pointer(addr), C.size_t(m.bytes), m.opens)
	return success
}

// inUse tells whether other processes have memory that is to be freed open, which is
// undefined for a driver, and told on standard error. Where a fault was asked for, it is no
// reason to refuse: one whose device is lost cannot give anything back.
func (m *memory) inUse(addr C.ulonglong) bool {
	if m.descriptor < 0 || *m.opens == 0 {
		return false
	}
	fmt.Fprintf(os.Stderr, "fakecuda: %d other processes have the memory at %#x open that is freed\n", int(*m.opens), uint64(addr))
	return os.Getenv("FAKECUDA_FAIL") == ""
}

//export cuIpcGetEventHandle
func cuIpcGetEventHandle(to, e unsafe.Pointer) C.int {
	d.mu.Lock()
	defer d.mu.Unlock()
	dev, code := d.here()
	code = dev.fail(code, "cuIpcGetEventHandle")
	switch {
	case code != success:
		return code
	case d.events[e] == nil || !d.events[e].shared:
		return invalidHandle
	}
	*(*ipcHandle)(to) = ipcHandle{ipcMagic, int32(os.Getpid()), 0, 0, uint64(uintptr(e))}
	return success
}

//export cuIpcOpenEventHandle
func cuIpcOpenEventHandle(e *unsafe.Pointer, handle C.struct_ipc) C.int {
	d.mu.Lock()
	defer d.mu.Unlock()
	dev, code := d.here()
	code = dev.fail(code, "cuIpcOpenEventHandle")
	h := *(*ipcHandle)(unsafe.Pointer(&handle))
	switch {
	case code != success:
		return code
	case h.magic != ipcMagic || h.event == 0 || int(h.process) == os.Getpid():
		return invalidHandle
	}
	*e = C.malloc(1)
	d.events[*e] = &event{shared: true}
	return success
}
