//go:build fakecuda

package main

/*
#include "thread.h"
*/
import "C"

import "unsafe"

const (
	peerUnsupported    = 217
	peerAlreadyEnabled = 704
	peerNotEnabled     = 705
)

//export cuDeviceCanAccessPeer
func cuDeviceCanAccessPeer(can *C.int, dev, peer C.int) C.int {
	for _, n := range []C.int{dev, peer} {
		if code := d.known(n); code != success {
			return code
		}
	}
	*can = 1
	if dev == peer || fails("peer") {
		*can = 0
	}
	return success
}

//export cuCtxEnablePeerAccess
func cuCtxEnablePeerAccess(context unsafe.Pointer, flags C.uint) C.int {
	d.mu.Lock()
	defer d.mu.Unlock()
	dev, code := d.here()
	code = dev.fail(code, "cuCtxEnablePeerAccess")
	peer := d.contexts[context]
	switch {
	case code != success:
		return code
	case peer == nil || flags != 0:
		return invalidValue
	case peer == dev || fails("peer"):
		return peerUnsupported
	case dev.peers[peer]:
		return peerAlreadyEnabled
	}
	dev.peers[peer] = true
	return success
}

// cuMemcpyPeerAsync wants peer access to be on, without which a driver's takes the way
// through the host.
//
//export cuMemcpyPeerAsync
func cuMemcpyPeerAsync(dst C.ulonglong, dstContext unsafe.Pointer, src C.ulonglong, srcContext unsafe.Pointer, n C.size_t, stream unsafe.Pointer) C.int {
	d.mu.Lock()
	defer d.mu.Unlock()
	dev, code := d.stream(stream)
	code = dev.fail(code, "cuMemcpyPeerAsync")
	if code != success {
		return code
	}
	ends := [2]*device{d.contexts[dstContext], d.contexts[srcContext]}
	var memory [2][]byte
	for i, addr := range []C.ulonglong{dst, src} {
		if ends[i] == nil {
			return invalidContext
		}
		if ends[i] != dev && !dev.peers[ends[i]] {
			return peerNotEnabled
		}
		if memory[i], code = d.bytes(ends[i], location{addr: addr}, int(n)); code != success {
			return code
		}
	}
	copy(memory[0], memory[1])
	return success
}

//export cuCtxGetStreamPriorityRange
func cuCtxGetStreamPriorityRange(least, greatest *C.int) C.int {
	d.mu.Lock()
	defer d.mu.Unlock()
	_, code := d.here()
	*least, *greatest = 0, -5
	return code
}

//export cuStreamCreateWithPriority
func cuStreamCreateWithPriority(s *unsafe.Pointer, flags C.uint, priority C.int) C.int {
	if priority < -5 || priority > 0 {
		return invalidValue
	}
	return cuStreamCreate(s, flags)
}
