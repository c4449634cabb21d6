//go:build fakecuda

package main

/*
#include "thread.h"
*/
import "C"

import "unsafe"

// A graph is work of a device; made can be launched.
type graph struct {
	dev  *device
	work []func()
	made bool
}

// do does a stream's work, or keeps it for the graph that is being made of it.
func (d *driver) do(stream unsafe.Pointer, work func()) {
	if g := d.recorded[stream]; g != nil {
		g.work = append(g.work, work)
		return
	}
	work()
}

// atOnce is stream for what a graph cannot have here.
func (d *driver) atOnce(s unsafe.Pointer) (*device, C.int) {
	dev, code := d.stream(s)
	if code == success && d.recorded[s] != nil {
		code = notWhileRecorded
	}
	return dev, code
}

//export cuStreamBeginCapture_v2
func cuStreamBeginCapture_v2(s unsafe.Pointer, mode C.int) C.int {
	d.mu.Lock()
	defer d.mu.Unlock()
	dev, code := d.atOnce(s)
	const relaxed = 2 // the only mode in which another thread may end it
	if code == success && mode != relaxed {
		return invalidValue
	}
	if code = dev.fail(code, "cuStreamBeginCapture"); code == success {
		d.recorded[s] = &graph{dev: dev}
	}
	return code
}

//export cuStreamEndCapture
func cuStreamEndCapture(s unsafe.Pointer, to *unsafe.Pointer) C.int {
	d.mu.Lock()
	defer d.mu.Unlock()
	_, code := d.stream(s)
	g := d.recorded[s]
	if code == success && g == nil {
		return invalidValue
	}
	delete(d.recorded, s)
	if code == success {
		*to = handle()
		d.graphs[*to] = g
	}
	return code
}

//export cuGraphInstantiateWithFlags
func cuGraphInstantiateWithFlags(to *unsafe.Pointer, from unsafe.Pointer, flags C.ulonglong) C.int {
	d.mu.Lock()
	defer d.mu.Unlock()
	_, code := d.here()
	g := d.graphs[from]
	switch {
	case code != success:
		return code
	case g == nil || g.made || flags != 0:
		return invalidValue
	}
	*to = handle()
	d.graphs[*to] = &graph{dev: g.dev, work: g.work, made: true}
	return success
}

//export cuGraphLaunch
func cuGraphLaunch(of, s unsafe.Pointer) C.int {
	d.mu.Lock()
	defer d.mu.Unlock()
	dev, code := d.atOnce(s)
	g := d.graphs[of]
	if code == success && (g == nil || !g.made || g.dev != dev) {
		return invalidValue
	}
	if code = dev.fail(code, "cuGraphLaunch"); code != success {
		return code
	}
	for _, work := range g.work {
		if dev.broken == success {
			work()
		}
	}
	return success
}

// drop forgets a graph, which is one that can be launched or is not.
func drop(of unsafe.Pointer, made bool) C.int {
	d.mu.Lock()
	defer d.mu.Unlock()
	if g := d.graphs[of]; g == nil || g.made != made {
		return invalidValue
	}
	delete(d.graphs, of)
	return success
}

//export cuGraphDestroy
func cuGraphDestroy(of unsafe.Pointer) C.int { return drop(of, false) }

//export cuGraphExecDestroy
func cuGraphExecDestroy(of unsafe.Pointer) C.int { return drop(of, true) }
