//go:build cuda && linux

package gpu

/*
#include "cuda.h"
*/
import "C"

import (
	"fmt"
	"unsafe"
)

// raw is the context for calls that go directly to the driver: gorgonia.org/cu wraps it in
// a structure.
func (d *cudaBackend) raw() C.CUcontext { return *(*C.CUcontext)(unsafe.Pointer(&d.context)) }

// kept is the error of giving something back, see giveBack.
func (d *cudaBackend) kept(err error) error {
	if d.lost.Load() {
		return nil
	}
	return err
}

// reach turns peer access on, which is for all memory of a device that it takes from now
// on too, and stays on. Two ranks on one device have one context.
func (d *cudaBackend) reach(owner backend) error {
	other, ok := owner.(*cudaBackend)
	if !ok {
		return fmt.Errorf("gpu: %s does not reach a simulated device", d.info.Name)
	}
	if other.context == d.context {
		return nil
	}
	can := C.int(0)
	err := d.driverCall("cuDeviceCanAccessPeer", func() C.CUresult {
		return C.cuDeviceCanAccessPeer(&can, C.CUdevice(d.handle), C.CUdevice(other.handle))
	})
	if err != nil {
		return err
	}
	if can == 0 {
		return fmt.Errorf("gpu: the driver gives device %d no access to the memory of device %d (nvidia-smi topo -p2p r shows who has)", d.info.Index, other.info.Index)
	}
	return d.driverCall("cuCtxEnablePeerAccess", func() C.CUresult {
		code := C.cuCtxEnablePeerAccess(other.raw(), 0)
		if code == C.CUDA_ERROR_PEER_ACCESS_ALREADY_ENABLED {
			return C.CUDA_SUCCESS
		}
		return code
	})
}

func (d *cudaBackend) exportMemory(addr uint64) (handle [ipcBytes]byte, err error) {
	var h C.CUipcMemHandle
	err = d.driverCall("cuIpcGetMemHandle", func() C.CUresult { return C.cuIpcGetMemHandle(&h, C.CUdeviceptr(addr)) })
	return *(*[ipcBytes]byte)(unsafe.Pointer(&h)), err
}

func (d *cudaBackend) importMemory(handle [ipcBytes]byte) (uint64, error) {
	h, addr := *(*C.CUipcMemHandle)(unsafe.Pointer(&handle)), C.CUdeviceptr(0)
	err := d.driverCall("cuIpcOpenMemHandle", func() C.CUresult {
		return C.cuIpcOpenMemHandle_v2(&addr, h, C.CU_IPC_MEM_LAZY_ENABLE_PEER_ACCESS)
	})
	return uint64(addr), err
}

func (d *cudaBackend) closeMemory(addr uint64) error {
	return d.kept(d.driverCall("cuIpcCloseMemHandle", func() C.CUresult { return C.cuIpcCloseMemHandle(C.CUdeviceptr(addr)) }))
}

func (e *cudaEvent) export() (handle [ipcBytes]byte, err error) {
	var h C.CUipcEventHandle
	err = e.d.driverCall("cuIpcGetEventHandle", func() C.CUresult { return C.cuIpcGetEventHandle(&h, e.e) })
	return *(*[ipcBytes]byte)(unsafe.Pointer(&h)), err
}

func (d *cudaBackend) importEvent(handle [ipcBytes]byte) (event, error) {
	e, h := &cudaEvent{d: d}, *(*C.CUipcEventHandle)(unsafe.Pointer(&handle))
	return e, d.driverCall("cuIpcOpenEventHandle", func() C.CUresult { return C.cuIpcOpenEventHandle(&e.e, h) })
}
