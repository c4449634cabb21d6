package ptxsim

import (
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"unsafe"
)

// Memory is the global memory of a simulated device. Every allocation lies in
// 64 GiB of addresses of its own, which are never given out again, so that an
// access beside one, or to a freed one, is recognized:
//
//	address  63..60   59..36       35     34..0
//	         0        allocation   1      offset
//
// It may be used by many goroutines; two that touch the same bytes have to be
// ordered by other means, as on a device.
type Memory struct {
	mu    sync.Mutex
	limit int64
	used  int64
	table atomic.Pointer[[]*allocation] // by number, from 1

	mapped atomic.Pointer[[]*allocation] // what Map has brought

	placing sync.Mutex
	placed  map[*Module]uint64 // where it holds the .global variables of a module
}

// allocation is a run of device memory.
type allocation struct {
	base  uint64
	size  uint64
	data  atomic.Pointer[byte] // nil once it is freed
	words []uint64
}

const (
	allocShift = 36
	allocHome  = 1 << (allocShift - 1)
	maxAllocs  = 1 << 24
)

// NewMemory returns an empty memory of limit bytes.
func NewMemory(limit int64) *Memory {
	m := &Memory{limit: limit, placed: map[*Module]uint64{}}
	m.table.Store(&[]*allocation{nil})
	m.mapped.Store(&[]*allocation{})
	return m
}

// Used returns how many bytes are allocated, and the limit.
func (m *Memory) Used() (used, limit int64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.used, m.limit
}

// Alloc takes n bytes, at an address that is a multiple of 256. They are filled
// with 0xff, which no kernel should take for numbers.
func (m *Memory) Alloc(n int64) (addr uint64, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if n <= 0 || n > allocHome {
		return 0, fmt.Errorf("ptxsim: allocation of %d bytes: 1 to %d are allowed", n, int64(allocHome))
	}
	if n > m.limit-m.used {
		return 0, fmt.Errorf("ptxsim: out of memory: %d bytes wanted, %d of %d free", n, m.limit-m.used, m.limit)
	}
	old := *m.table.Load()
	id := len(old)
	if id >= maxAllocs {
		return 0, fmt.Errorf("ptxsim: more than %d allocations", maxAllocs)
	}
	a := &allocation{base: uint64(id)<<allocShift | allocHome, size: uint64(n), words: make([]uint64, (n+7)/8)}
	for i := range a.words {
		a.words[i] = ^uint64(0)
	}
	a.data.Store((*byte)(unsafe.Pointer(&a.words[0])))
	table := append(old, a) // a reader of the old slice never sees the new entry
	m.table.Store(&table)
	m.used += n
	return a.base, nil
}

// Map adds memory that lies at an address of the process, for who has devices' memory there:
// bytes of the device itself, or of another one. Addresses of such are no allocation's, and
// are not given out again. Unmap takes them away.
func (m *Memory) Map(data []byte, own bool) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	a := &allocation{base: uint64(uintptr(unsafe.Pointer(unsafe.SliceData(data)))), size: uint64(len(data))}
	if own {
		if int64(len(data)) > m.limit-m.used {
			return fmt.Errorf("ptxsim: out of memory: %d bytes wanted, %d of %d free", len(data), m.limit-m.used, m.limit)
		}
		m.used += int64(len(data))
	}
	a.data.Store(unsafe.SliceData(data))
	all := append(slices.Clone(*m.mapped.Load()), a)
	m.mapped.Store(&all)
	return nil
}

// Unmap is the inverse of Map.
func (m *Memory) Unmap(addr uint64, own bool) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, a := range *m.mapped.Load() {
		if a.base == addr && a.data.Swap(nil) != nil {
			if own {
				m.used -= int64(a.size)
			}
			return nil
		}
	}
	return fmt.Errorf("ptxsim: no memory was mapped at %#x", addr)
}

// Free gives an allocation back. addr is what Alloc returned.
func (m *Memory) Free(addr uint64) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	a := m.near(addr)
	switch {
	case a == nil || a.base != addr:
		return fmt.Errorf("ptxsim: free of %#x, which is not the start of an allocation", addr)
	case a.data.Load() == nil:
		return fmt.Errorf("ptxsim: allocation at %#x freed twice", addr)
	}
	a.data.Store(nil)
	a.words = nil
	m.used -= int64(a.size)
	return nil
}

// Bytes returns n bytes from addr on, to read and write.
func (m *Memory) Bytes(addr uint64, n int64) ([]byte, error) {
	a := m.near(addr)
	if n < 0 || a == nil || !a.holds(addr, uint64(n)) {
		return nil, fmt.Errorf("ptxsim: %d bytes at %#x: %s", n, addr, m.describe(addr, uint64(max(n, 1))))
	}
	p := a.data.Load()
	if p == nil {
		return nil, fmt.Errorf("ptxsim: %d bytes at %#x: %s", n, addr, m.describe(addr, uint64(max(n, 1))))
	}
	return unsafe.Slice((*byte)(unsafe.Add(unsafe.Pointer(p), addr-a.base)), n), nil
}

func (a *allocation) holds(addr, n uint64) bool {
	off := addr - a.base
	return off <= a.size && a.size-off >= n
}

// near returns the allocation whose 64 GiB addr lies in, or nil.
func (m *Memory) near(addr uint64) *allocation {
	t := *m.table.Load()
	if id := addr >> allocShift; id < uint64(len(t)) {
		return t[id]
	}
	for _, a := range *m.mapped.Load() {
		if addr-a.base < a.size && a.data.Load() != nil {
			return a
		}
	}
	return nil
}

// describe says what is wrong with n bytes at addr.
func (m *Memory) describe(addr, n uint64) string {
	a := m.near(addr)
	switch {
	case a == nil:
		return "no allocation is near"
	case a.data.Load() == nil:
		return fmt.Sprintf("in the allocation of %d bytes at %#x, which was freed", a.size, a.base)
	case addr < a.base:
		return fmt.Sprintf("%d bytes before the allocation of %d bytes at %#x", a.base-addr, a.size, a.base)
	}
	return fmt.Sprintf("offset %d of the allocation of %d bytes at %#x", addr-a.base, a.size, a.base)
}
