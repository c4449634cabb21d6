//go:build cuda && linux

package gpu

/*
#include "cuda.h"
*/
import "C"

import (
	"errors"
	"fmt"
	"os"
	"reflect"
)

// initError says why the driver does not start.
func initError(code C.CUresult) error {
	if code == C.CUDA_ERROR_NO_DEVICE {
		return noDevice()
	}
	return driverError("cuInit", code)
}

// cures are what there is to do about errors of the driver that the machine is to
// blame for.
var cures = map[C.CUresult]string{
	C.CUDA_ERROR_JIT_COMPILER_NOT_FOUND: "the driver's compiler, libnvidia-ptxjitcompiler.so.1, is not where the dynamic loader looks: " +
		"it belongs beside libcuda.so.1; in a container mount it too, or name its directory in LD_LIBRARY_PATH",
	C.CUDA_ERROR_SYSTEM_NOT_READY: "machines whose GPUs are joined by NVSwitch need nvidia-fabricmanager to run, in the release of the driver: " +
		"start it, or wait until it has started",
	C.CUDA_ERROR_SYSTEM_DRIVER_MISMATCH: "libcuda.so.1 and the kernel's driver are of different releases: restart the machine after an update",
	C.CUDA_ERROR_COMPAT_NOT_SUPPORTED_ON_DEVICE: "the libcuda.so.1 of a forward-compatibility package works with data centre GPUs alone: " +
		"take its directory (cuda/compat) out of LD_LIBRARY_PATH, or update the driver",
	C.CUDA_ERROR_UNKNOWN: "often the device file /dev/nvidia-uvm is missing, or was lost when the machine slept: " +
		"run nvidia-modprobe -u, or load the module nvidia_uvm anew",
}

// noDevice says why there may be none.
func noDevice() error {
	if v, set := os.LookupEnv("CUDA_VISIBLE_DEVICES"); set {
		return fmt.Errorf("gpu: CUDA_VISIBLE_DEVICES is %q and leaves no GPU visible: unset it, or name GPUs that nvidia-smi -L lists", v)
	}
	return errors.New("gpu: the CUDA driver finds no GPU in this machine, or none that this job was given")
}

// exclusive explains a device that another process has for itself.
func exclusive(i Info, err error) error {
	var e *Error
	if errors.As(err, &e) && e.Code == C.CUDA_ERROR_DEVICE_UNAVAILABLE {
		return fmt.Errorf("gpu: another process holds %s (%s) exclusively: wait for it, choose another GPU by CUDA_VISIBLE_DEVICES, or let processes share it (nvidia-smi -c 0, or MPS): %w", i.Name, i.UUID, err)
	}
	return err
}

// driverError is a code of the driver with the driver's words for it.
func driverError(call string, code C.CUresult) error {
	if code == C.CUDA_SUCCESS {
		return nil
	}
	e := &Error{Call: call, Code: int(code), Name: fmt.Sprintf("error %d", code), Text: "the driver knows no more of it", Cure: cures[code]}
	var s *C.char
	if C.cuGetErrorName(code, &s) == C.CUDA_SUCCESS && s != nil {
		e.Name = C.GoString(s)
	}
	s = nil
	if C.cuGetErrorString(code, &s) == C.CUDA_SUCCESS && s != nil {
		e.Text = C.GoString(s)
	}
	return e
}

// explain is driverError for an error of gorgonia.org/cu, which is the code under a
// type of its own.
func explain(call string, err error) error {
	if err == nil {
		return nil
	}
	if v := reflect.ValueOf(err); v.CanInt() {
		return driverError(call, C.CUresult(v.Int()))
	}
	return fmt.Errorf("gpu: %s: %w", call, err)
}
