//go:build fakecuda

package main

/*
#include "thread.h"
*/
import "C"

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"unsafe"

	"hybrid/gpu/ptxsim"
)

//export cuInit
func cuInit(flags C.uint) C.int {
	d.mu.Lock()
	defer d.mu.Unlock()
	if fails("none") {
		return noDevice
	}
	if code := failure("cuInit", 1); code != success {
		return code
	}
	if flags != 0 {
		return invalidValue
	}
	seen := visible(setting("DEVICES", 1))
	if len(seen) == 0 {
		return noDevice
	}
	if !d.started {
		for _, i := range seen {
			d.devices = append(d.devices, &device{index: i, mem: ptxsim.NewMemory(int64(setting("MEMORY", 2<<30))), context: handle(), calls: map[string]int{}, peers: map[*device]bool{}, memories: map[C.ulonglong]*memory{}})
		}
		d.started = true
	}
	return success
}

// visible are the numbers of those of n devices that CUDA_VISIBLE_DEVICES leaves: a
// list of numbers, which ends at the first that no device has.
func visible(n int) []int {
	list, set := os.LookupEnv("CUDA_VISIBLE_DEVICES")
	var seen []int
	if !set {
		for i := range n {
			seen = append(seen, i)
		}
		return seen
	}
	for _, word := range strings.Split(list, ",") {
		i, err := strconv.Atoi(strings.TrimSpace(word))
		if err != nil || i < 0 || i >= n {
			break
		}
		seen = append(seen, i)
	}
	return seen
}

//export cuDriverGetVersion
func cuDriverGetVersion(v *C.int) C.int {
	*v = C.int(setting("VERSION", 12040))
	return success
}

//export cuGetErrorName
func cuGetErrorName(code C.int, s **C.char) C.int { return d.say(code, 0, s) }

//export cuGetErrorString
func cuGetErrorString(code C.int, s **C.char) C.int { return d.say(code, 1, s) }

func (d *driver) say(code C.int, which int, s **C.char) C.int {
	d.mu.Lock()
	defer d.mu.Unlock()
	w, ok := words[code]
	if !ok {
		*s = nil
		return invalidValue
	}
	*s = d.text(w[which])
	return success
}

//export cuDeviceGetCount
func cuDeviceGetCount(n *C.int) C.int {
	d.mu.Lock()
	defer d.mu.Unlock()
	if !d.started {
		return notInitialized
	}
	*n = C.int(len(d.devices))
	return success
}

//export cuDeviceGet
func cuDeviceGet(dev *C.int, ordinal C.int) C.int {
	*dev = ordinal
	return d.known(ordinal)
}

func (d *driver) known(dev C.int) C.int {
	d.mu.Lock()
	defer d.mu.Unlock()
	switch {
	case !d.started:
		return notInitialized
	case dev < 0 || int(dev) >= len(d.devices):
		return invalidDevice
	}
	return success
}

//export cuDeviceGetName
func cuDeviceGetName(name *C.char, length C.int, dev C.int) C.int {
	if code := d.known(dev); code != success {
		return code
	}
	put(unsafe.Pointer(name), int(length), fmt.Sprintf("Fake GPU %d\x00", d.devices[dev].index))
	return success
}

func put(to unsafe.Pointer, room int, text string) {
	copy(unsafe.Slice((*byte)(to), room), text)
}

//export cuDeviceGetUuid_v2
func cuDeviceGetUuid_v2(uuid unsafe.Pointer, dev C.int) C.int {
	if code := d.known(dev); code != success {
		return code
	}
	index := d.devices[dev].index
	if setting("SAME_UUID", 0) == 1 {
		index = 0
	}
	put(uuid, 16, fmt.Sprintf("fake device %04d", index))
	return success
}

//export cuDeviceTotalMem_v2
func cuDeviceTotalMem_v2(bytes *C.size_t, dev C.int) C.int {
	if code := d.known(dev); code != success {
		return code
	}
	_, limit := d.devices[dev].mem.Used()
	*bytes = C.size_t(limit)
	return success
}

//export cuDeviceGetAttribute
func cuDeviceGetAttribute(v *C.int, attribute C.int, dev C.int) C.int {
	if code := d.known(dev); code != success {
		return code
	}
	values := map[C.int]int{
		13: 1000_000, 16: 4, 20: 0, // clock, kHz; multiprocessors; compute mode
		36: 1000_000, 37: 256, 38: 1 << 20, // memory clock, kHz; bus; second-level cache
		75: capability() / 10, 76: capability() % 10,
		81: 100 << 10, 97: 99 << 10, // shared memory of a multiprocessor, of a block
	}
	value, ok := values[attribute]
	if !ok {
		return invalidValue
	}
	*v = C.int(value)
	return success
}

//export cuDevicePrimaryCtxRetain
func cuDevicePrimaryCtxRetain(context *unsafe.Pointer, dev C.int) C.int {
	if code := d.known(dev); code != success {
		return code
	}
	if fails("exclusive") {
		return deviceUnavailable
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	own := d.devices[dev]
	own.retained++
	d.contexts[own.context] = own
	*context = own.context
	return success
}

//export cuDevicePrimaryCtxRelease_v2
func cuDevicePrimaryCtxRelease_v2(dev C.int) C.int {
	if code := d.known(dev); code != success {
		return code
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.devices[dev].retained == 0 {
		return invalidContext
	}
	d.devices[dev].retained--
	return success
}

//export cuCtxSetCurrent
func cuCtxSetCurrent(context unsafe.Pointer) C.int {
	d.mu.Lock()
	defer d.mu.Unlock()
	if _, ok := d.contexts[context]; !ok && context != nil {
		return invalidContext
	}
	C.fake_set_current(context)
	return success
}
