package gpu

import (
	"fmt"
	"math"
	"unsafe"
)

// Element is what buffers can hold.
type Element interface {
	~int32 | ~uint32 | ~int64 | ~uint64 | ~float32 | ~float64 | ~uint8
}

// A Buffer is n elements of T in a device's memory, or a part of such.
type Buffer[T Element] struct {
	d    *Device
	addr uint64
	n    int
	own  bool // not a part of another

	export   uint64 // its number among what this process lets others get at; 0: none
	imported bool   // from another process
}

// A HostBuffer is n elements of T in pinned memory of the host, which copies reach
// at the full speed of the bus and while other work goes on; or a part of such.
type HostBuffer[T Element] struct {
	d    *Device
	data []T
	own  bool
}

func size[T Element]() int64 {
	var v T
	return int64(unsafe.Sizeof(v))
}

func bytesOf[T Element](n int) (int64, error) {
	if n < 0 || int64(n) > math.MaxInt64/size[T]() {
		return 0, fmt.Errorf("gpu: a buffer of %d elements: want 0 or more that memory can hold", n)
	}
	return int64(n) * size[T](), nil
}

// Alloc takes memory of the device. What it holds is undefined. n may be 0. If it
// is not there the error is a *MemoryError.
func Alloc[T Element](d *Device, n int) (*Buffer[T], error) {
	want, err := bytesOf[T](n)
	if err != nil || n == 0 {
		return &Buffer[T]{d: d}, err
	}
	if free, total, err := d.b.available(); err == nil && want > free {
		return nil, &MemoryError{Where: d.info.Name, Want: want, Free: free, Total: total}
	}
	addr, err := d.b.alloc(want)
	if err != nil {
		return nil, err
	}
	return &Buffer[T]{d: d, addr: addr, n: n, own: true}, nil
}

// AllocHost takes pinned memory of the host, all zero. n may be 0.
func AllocHost[T Element](d *Device, n int) (*HostBuffer[T], error) {
	want, err := bytesOf[T](n)
	if err != nil || n == 0 {
		return &HostBuffer[T]{d: d}, err
	}
	p, err := d.b.allocHost(want)
	if err != nil {
		return nil, err
	}
	data := unsafe.Slice((*T)(p), n)
	clear(data)
	return &HostBuffer[T]{d, data, true}, nil
}

// Len is the number of elements.
func (b *Buffer[T]) Len() int { return b.n }

// Address is where the first element lies in the device's memory; of a buffer that is
// no part of another one it is a multiple of 256.
func (b *Buffer[T]) Address() uint64 { return b.addr }

// Slice is the elements [lo, hi), which stay the buffer's. It panics where there
// are none such.
func (b *Buffer[T]) Slice(lo, hi int) *Buffer[T] {
	if lo < 0 || hi < lo || hi > b.n {
		panic(fmt.Sprintf("gpu: elements [%d, %d) of a buffer of %d", lo, hi, b.n))
	}
	return &Buffer[T]{d: b.d, addr: b.addr + uint64(int64(lo)*size[T]()), n: hi - lo}
}

// Pointers is the buffer as what calls take that are given pointers to a device's memory,
// such as those of an MPI library that knows CUDA. The processor must not touch it.
func (b *Buffer[T]) Pointers() []T {
	if b.d.info.Kind != KindCUDA {
		panic("gpu: pointers to a memory that is simulated")
	}
	return unsafe.Slice((*T)(*(*unsafe.Pointer)(unsafe.Pointer(&b.addr))), b.n)
}

// Free gives the memory back; a part of a buffer has none of its own.
func (b *Buffer[T]) Free() error {
	if b == nil || !b.own {
		return nil
	}
	b.own = false
	exports.Delete(b.export)
	if b.imported {
		return b.d.b.closeMemory(b.addr)
	}
	return b.d.b.free(b.addr)
}

// Data is the memory.
func (b *HostBuffer[T]) Data() []T { return b.data }

// Len is the number of elements.
func (b *HostBuffer[T]) Len() int { return len(b.data) }

// Slice is the elements [lo, hi), which stay the buffer's.
func (b *HostBuffer[T]) Slice(lo, hi int) *HostBuffer[T] {
	return &HostBuffer[T]{d: b.d, data: b.data[lo:hi]}
}

// Free gives the memory back; a part of a buffer has none of its own.
func (b *HostBuffer[T]) Free() error {
	if b == nil || !b.own {
		return nil
	}
	b.own = false
	p := unsafe.Pointer(unsafe.SliceData(b.data))
	b.data = nil
	return b.d.b.freeHost(p)
}
