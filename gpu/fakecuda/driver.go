//go:build fakecuda

package main

/*
#include "thread.h"
*/
import "C"

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
	"unsafe"

	"hybrid/gpu/ptx"
	"hybrid/gpu/ptxsim"
)

// Codes of the driver.
const (
	success           = 0
	invalidValue      = 1
	outOfMemory       = 2
	notInitialized    = 3
	noDevice          = 100
	invalidDevice     = 101
	deviceUnavailable = 46
	invalidContext    = 201
	invalidPTX        = 218
	invalidHandle     = 400
	notFound          = 500
	notReady          = 600
	illegalAddress    = 700
	launchFailed      = 719
	notSupported      = 801
	notWhileRecorded  = 900
)

var words = map[C.int][2]string{
	success: {"CUDA_SUCCESS", "no error"}, invalidValue: {"CUDA_ERROR_INVALID_VALUE", "invalid argument"},
	outOfMemory: {"CUDA_ERROR_OUT_OF_MEMORY", "out of memory"}, notInitialized: {"CUDA_ERROR_NOT_INITIALIZED", "initialization error"},
	noDevice:      {"CUDA_ERROR_NO_DEVICE", "no CUDA-capable device is detected"},
	invalidDevice: {"CUDA_ERROR_INVALID_DEVICE", "invalid device ordinal"}, deviceUnavailable: {"CUDA_ERROR_DEVICE_UNAVAILABLE", "CUDA-capable device(s) is/are busy or unavailable"},
	invalidContext: {"CUDA_ERROR_INVALID_CONTEXT", "invalid device context"}, invalidPTX: {"CUDA_ERROR_INVALID_PTX", "a PTX JIT compilation failed"},
	invalidHandle: {"CUDA_ERROR_INVALID_HANDLE", "invalid resource handle"}, notFound: {"CUDA_ERROR_NOT_FOUND", "named symbol not found"},
	214:      {"CUDA_ERROR_ECC_UNCORRECTABLE", "uncorrectable ECC error encountered"},
	notReady: {"CUDA_ERROR_NOT_READY", "device not ready"}, illegalAddress: {"CUDA_ERROR_ILLEGAL_ADDRESS", "an illegal memory access was encountered"},
	217:              {"CUDA_ERROR_PEER_ACCESS_UNSUPPORTED", "peer access is not supported between these two devices"},
	704:              {"CUDA_ERROR_PEER_ACCESS_ALREADY_ENABLED", "peer access is already enabled"},
	705:              {"CUDA_ERROR_PEER_ACCESS_NOT_ENABLED", "peer access has not been enabled"},
	221:              {"CUDA_ERROR_JIT_COMPILER_NOT_FOUND", "PTX JIT compiler library not found"},
	802:              {"CUDA_ERROR_SYSTEM_NOT_READY", "system not yet initialized"},
	803:              {"CUDA_ERROR_SYSTEM_DRIVER_MISMATCH", "system has unsupported display driver / cuda driver combination"},
	804:              {"CUDA_ERROR_COMPAT_NOT_SUPPORTED_ON_DEVICE", "forward compatibility was attempted on non supported HW"},
	999:              {"CUDA_ERROR_UNKNOWN", "unknown error"},
	notWhileRecorded: {"CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED", "operation not permitted when stream is capturing"},
	launchFailed:     {"CUDA_ERROR_LAUNCH_FAILED", "unspecified launch failure"}, notSupported: {"CUDA_ERROR_NOT_SUPPORTED", "operation not supported"},
}

// A driver is all that the library knows, behind one lock.
type driver struct {
	mu      sync.Mutex
	started bool
	devices []*device
	texts   map[string]*C.char

	contexts map[unsafe.Pointer]*device
	modules  map[unsafe.Pointer]*module
	kernels  map[unsafe.Pointer]*function
	streams  map[unsafe.Pointer]*device
	recorded map[unsafe.Pointer]*graph // by stream, of which one is being made
	graphs   map[unsafe.Pointer]*graph
	events   map[unsafe.Pointer]*event
	pinned   map[unsafe.Pointer]uintptr // bytes of each allocation
}

type device struct {
	index    int
	mem      *ptxsim.Memory
	context  unsafe.Pointer
	retained int
	broken   C.int          // an error of a kernel stays
	calls    map[string]int // so far, by name
	peers    map[*device]bool
	memories map[C.ulonglong]*memory
}

type event struct {
	at     time.Time
	shared bool // with other processes, and without a time
}

// A module is PTX as the interpreter runs it, or else, where that is nil, the kernels
// that it declares.
type module struct {
	*ptxsim.Module
	entries []*ptx.Function
}

// kernel is that of a name, as a function of its own.
func (m *module) kernel(name string) (*function, bool) {
	if m.Module == nil {
		known := slices.ContainsFunc(m.entries, func(e *ptx.Function) bool { return e.Name == name })
		return &function{dynamic: smallShared}, known
	}
	k, ok := m.Kernel(name)
	if !ok {
		return nil, false
	}
	return &function{k, max(0, smallShared-k.SharedBytes())}, true
}

// smallShared is what a block may have of shared memory without asking.
const smallShared = 48 << 10

// A function is a kernel, nil where the interpreter does not know it, and how much
// dynamic shared memory it was allowed.
type function struct {
	*ptxsim.Kernel
	dynamic int
}

// shared is the static shared memory of a block.
func (f *function) shared() int {
	if f.Kernel == nil {
		return 0
	}
	return f.SharedBytes()
}

var d = &driver{
	texts: map[string]*C.char{}, contexts: map[unsafe.Pointer]*device{}, modules: map[unsafe.Pointer]*module{}, kernels: map[unsafe.Pointer]*function{},
	streams: map[unsafe.Pointer]*device{}, recorded: map[unsafe.Pointer]*graph{}, graphs: map[unsafe.Pointer]*graph{}, events: map[unsafe.Pointer]*event{}, pinned: map[unsafe.Pointer]uintptr{},
}

func setting(name string, otherwise int) int {
	if n, err := strconv.Atoi(os.Getenv("FAKECUDA_" + name)); err == nil {
		return n
	}
	return otherwise
}

func fails(what string) bool { return os.Getenv("FAKECUDA_FAIL") == what }

// failure is the code that a call was told to fail with, success if it was not. It is given a
// call's number among those of its name.
func failure(call string, number int) C.int {
	words := strings.Split(os.Getenv("FAKECUDA_FAIL"), ":")
	if len(words) < 2 || words[0] != call {
		return success
	}
	code, err := strconv.Atoi(words[1])
	if err != nil {
		return success
	}
	if len(words) > 2 {
		if from, err := strconv.Atoi(words[2]); err != nil || number < from {
			return success
		}
	}
	return C.int(code)
}

// stays tells whether a code is that of a device or a context that is broken for good.
func stays(code C.int) bool {
	return code >= 700 && code < 720 || slices.Contains([]C.int{46, 100, 201, 214, 220, 226, 802}, code)
}

// fail is the code that a call on a device is to end with: the one that it has or, if that is
// success, the one that was asked for. One that stays breaks the device.
func (dev *device) fail(code C.int, call string) C.int {
	if code != success {
		return code
	}
	if only := setting("FAIL_DEVICE", dev.index); only != dev.index {
		return success
	}
	dev.calls[call]++
	code = failure(call, dev.calls[call])
	if stays(code) {
		dev.broken = code
	}
	return code
}

// capability is the compute capability, times ten.
func capability() int {
	major, minor, ok := strings.Cut(os.Getenv("FAKECUDA_CAPABILITY"), ".")
	a, err1 := strconv.Atoi(major)
	b, err2 := strconv.Atoi(minor)
	if !ok || err1 != nil || err2 != nil {
		return 90
	}
	return 10*a + b
}

// handle is an address that nothing else has.
func handle() unsafe.Pointer { return C.malloc(1) }

// text is a string that the caller need not free.
func (d *driver) text(s string) *C.char {
	if d.texts[s] == nil {
		d.texts[s] = C.CString(s)
	}
	return d.texts[s]
}

// here is the device of the context that is current on this thread.
func (d *driver) here() (*device, C.int) {
	dev, ok := d.contexts[C.fake_current()]
	switch {
	case !d.started:
		return nil, notInitialized
	case !ok || dev.retained == 0:
		return nil, invalidContext
	}
	return dev, dev.broken
}

// stream is the device of a stream, which must be that of the thread's context.
func (d *driver) stream(s unsafe.Pointer) (*device, C.int) {
	dev, code := d.here()
	if code == success && d.streams[s] != dev {
		return nil, invalidHandle
	}
	return dev, code
}

// onHost reports whether n bytes at p are pinned.
func (d *driver) onHost(p unsafe.Pointer, n uintptr) bool {
	for base, size := range d.pinned {
		if off := uintptr(p) - uintptr(base); uintptr(p) >= uintptr(base) && off <= size && n <= size-off {
			return true
		}
	}
	return false
}

// failed is the code for an error of a kernel, which is told on standard error.
func failed(err error) C.int {
	fmt.Fprintln(os.Stderr, "fakecuda:", err)
	var fault *ptxsim.Fault
	if errors.As(err, &fault) {
		return illegalAddress
	}
	return launchFailed
}

func main() {}
