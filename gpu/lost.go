package gpu

import (
	"fmt"
	"strings"
)

// A LostError is a device that this process cannot use any more: it was taken away, it has
// failed, or a kernel has broken its context, which the driver ends for good then. What is in
// its memory is lost. Work can go on elsewhere, from what the host has.
type LostError struct {
	Device Info
	Err    error // of the call that found it
}

func (e *LostError) Error() string {
	return fmt.Sprintf("gpu: device %d, %s (%s), is lost: %s", e.Device.Index, e.Device.Name, e.Device.UUID, strings.TrimPrefix(e.Err.Error(), "gpu: "))
}

func (e *LostError) Unwrap() error { return e.Err }

// The driver's codes after which nothing can be done with a device, or with its context, as
// cuda.h describes them.
var lost = map[int]string{
	46:  "CUDA_ERROR_DEVICE_UNAVAILABLE",
	100: "CUDA_ERROR_NO_DEVICE",
	201: "CUDA_ERROR_INVALID_CONTEXT",
	214: "CUDA_ERROR_ECC_UNCORRECTABLE",
	220: "CUDA_ERROR_NVLINK_UNCORRECTABLE",
	226: "CUDA_ERROR_CONTAINED",
	700: "CUDA_ERROR_ILLEGAL_ADDRESS",
	702: "CUDA_ERROR_LAUNCH_TIMEOUT",
	709: "CUDA_ERROR_CONTEXT_IS_DESTROYED",
	710: "CUDA_ERROR_ASSERT",
	714: "CUDA_ERROR_HARDWARE_STACK_ERROR",
	715: "CUDA_ERROR_ILLEGAL_INSTRUCTION",
	716: "CUDA_ERROR_MISALIGNED_ADDRESS",
	717: "CUDA_ERROR_INVALID_ADDRESS_SPACE",
	718: "CUDA_ERROR_INVALID_PC",
	719: "CUDA_ERROR_LAUNCH_FAILED",
	802: "CUDA_ERROR_SYSTEM_NOT_READY",
	999: "CUDA_ERROR_UNKNOWN",
}

// lostCures are what there is to do about a device that is lost.
var lostCures = map[int]string{
	46:  "another process has taken it, or it was switched off: see nvidia-smi",
	100: "it has fallen off the bus, or was taken from this job: see nvidia-smi and the kernel's log (dmesg | grep Xid)",
	214: "its memory is damaged: nvidia-smi -q -d ECC,PAGE_RETIREMENT; have the node drained, and take another GPU",
	220: "a link between GPUs fails: nvidia-smi nvlink -e; take another GPU",
	226: "its memory is damaged, and the error was kept to this process: start the run again",
	702: "a display's watchdog ended the kernel: take a GPU without a display",
	802: "nvidia-fabricmanager has stopped: start it again",
}

const kernelFault = "a kernel went wrong: a bug in hybrid or in the driver, or a fault of the hardware; start the run again on another GPU or with --gpu off, and report it if it comes again"

// judge makes the error of a call a *LostError where the device is lost.
func (i Info) judge(err error) error {
	e, ok := err.(*Error)
	if !ok || lost[e.Code] == "" {
		return err
	}
	told := *e
	switch {
	case told.Cure != "":
	case lostCures[e.Code] != "":
		told.Cure = lostCures[e.Code]
	case e.Code >= 700 && e.Code < 720:
		told.Cure = kernelFault
	}
	return &LostError{i, &told}
}
