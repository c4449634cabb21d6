package gpu

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"unsafe"

	"hybrid/gpu/ptx"
	"hybrid/gpu/ptxsim"
	"hybrid/internal/pages"
)

// SimOptions say what a simulated device looks like.
type SimOptions struct {
	Index        int
	Major, Minor int   // compute capability; zero is 9.0
	Memory       int64 // bytes; 0 is 4 GiB, which are taken of the host as they are used

	// Fail, if set, is asked before each call that a driver's would be, by the name of that: its
	// error is the call's. It is for tests of what becomes of a run whose device fails. It may
	// be called from several goroutines.
	Fail func(call string) error

	// OnShared, if set, is told of what kernels touch of shared memory; see ptxsim.Launch.
	OnShared func(ptxsim.SharedAccess)
}

// Sim returns a simulated device: it executes kernels in package ptxsim, with the
// same order of streams and events as a real one, and finds the mistakes that
// package describes.
func Sim(o SimOptions) *Device {
	if o.Major == 0 {
		o.Major, o.Minor = 9, 0
	}
	if o.Memory == 0 {
		o.Memory = 4 << 30
	}
	shared := 48 << 10
	switch {
	case o.Major >= 9:
		shared = 227 << 10
	case o.Major == 8 && o.Minor == 0:
		shared = 163 << 10
	case o.Major == 8:
		shared = 99 << 10
	case o.Major == 7 && o.Minor == 0:
		shared = 96 << 10
	case o.Major == 7:
		shared = 64 << 10
	}
	info := Info{
		Index: o.Index, Kind: KindSim, Name: fmt.Sprintf("simulated %d.%d", o.Major, o.Minor),
		UUID: fmt.Sprintf("SIM-%d", o.Index), Memory: o.Memory, Major: o.Major, Minor: o.Minor,
		SMs: 4, SharedPerBlock: shared, SharedPerSM: shared, Driver: "simulated",
	}
	return &Device{info: info, b: &simBackend{mem: ptxsim.NewMemory(o.Memory), info: info, fail: o.Fail, onShared: o.OnShared}}
}

type simBackend struct {
	mem  *ptxsim.Memory
	info Info

	fail     func(call string) error // nil: never
	onShared func(ptxsim.SharedAccess)
	lost     atomic.Pointer[LostError]
}

// check is the error that a call is to have: of a lost device every one has.
func (d *simBackend) check(call string) error {
	if e := d.lost.Load(); e != nil {
		return e
	}
	if d.fail == nil {
		return nil
	}
	err := d.info.judge(d.fail(call))
	var e *LostError
	if errors.As(err, &e) {
		d.lost.Store(e)
	}
	return err
}

func (d *simBackend) alloc(bytes int64) (uint64, error) {
	if err := d.check("cuMemAlloc"); err != nil {
		return 0, err
	}
	addr, err := d.mem.Alloc(bytes)
	if err != nil {
		free, total, _ := d.available()
		err = &MemoryError{Where: d.info.Name, Want: bytes, Free: free, Total: total}
	}
	return addr, err
}

func (d *simBackend) free(addr uint64) error { return d.mem.Free(addr) }

// allocHost gives memory that the garbage collector keeps as long as the buffer
// that points to it.
func (d *simBackend) allocHost(bytes int64) (unsafe.Pointer, error) {
	return unsafe.Pointer(unsafe.SliceData(pages.Make[uint64](int(bytes+7) / 8))), nil
}

func (d *simBackend) freeHost(unsafe.Pointer) error { return nil }

func (d *simBackend) available() (free, total int64, err error) {
	used, limit := d.mem.Used()
	return limit - used, limit, nil
}

func (d *simBackend) close() error { return nil }

func (d *simBackend) load(name string, text []byte) (module, error) {
	if err := d.check("cuModuleLoadDataEx"); err != nil {
		return nil, err
	}
	m, err := ptxsim.Load(name, text)
	if err != nil {
		return nil, err
	}
	var need int
	if _, err := fmt.Sscanf(m.Target(), "sm_%d", &need); err != nil {
		return nil, fmt.Errorf("target %q: want sm_NN", m.Target())
	}
	if have := 10*d.info.Major + d.info.Minor; need > have {
		return nil, fmt.Errorf("it is for compute capability %d.%d and later", need/10, need%10)
	}
	return simModule{d, m}, nil
}

type simModule struct {
	d *simBackend
	m *ptxsim.Module
}

func (m simModule) kernel(name string) (kernel, error) {
	k, ok := m.m.Kernel(name)
	if !ok {
		return nil, errNoKernel
	}
	return simKernel{m.d, k}, nil
}

func (m simModule) unload() error { return nil }

type simKernel struct {
	d *simBackend
	k *ptxsim.Kernel
}

func (k simKernel) params() []*ptx.Variable { return k.k.Params() }

func (k simKernel) attributes() Attributes {
	a := Attributes{Shared: k.k.SharedBytes(), MaxThreads: k.k.MaxThreads()}
	if a.MaxThreads == 0 {
		a.MaxThreads = maxBlock
	}
	return a
}

// Of a multiprocessor and of a block, on every architecture so far (CUDA C++
// Programming Guide, table of technical specifications); of blocks the least.
const (
	maxResident = 2048
	maxBlocks   = 16
	maxBlock    = 1024
)

func (k simKernel) occupancy(threads, shared int) (int, error) {
	if threads < 1 || threads > maxBlock {
		return 0, fmt.Errorf("gpu: blocks of %d threads: want 1 to %d", threads, maxBlock)
	}
	blocks := min(maxBlocks, maxResident/((threads+31)/32*32))
	if all := k.k.SharedBytes() + shared; all > 0 {
		blocks = min(blocks, k.d.info.SharedPerSM/all)
	}
	return blocks, nil
}

func (d *simBackend) run(k simKernel, l ptxsim.Launch) error {
	l.OnShared = d.onShared
	return k.k.Run(context.Background(), d.mem, l)
}
