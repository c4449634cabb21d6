package gpu

import (
	"encoding/binary"
	"fmt"
	"math"

	"hybrid/gpu/ptx"
)

// A Module is PTX that a device has loaded.
type Module struct {
	d    *Device
	name string
	m    module
}

// Load compiles PTX for the device. name stands for it in errors. What the PTX may
// say is for the device to judge: a real one takes what its driver knows, a simulated
// one what package ptxsim runs. What a device has loaded once it loads again at little
// cost.
func (d *Device) Load(name string, text []byte) (*Module, error) {
	m, err := d.b.load(name, text)
	if err != nil {
		return nil, fmt.Errorf("gpu: loading %s on %s: %w", name, d.info.Name, err)
	}
	return &Module{d, name, m}, nil
}

// Unload gives the module back.
func (m *Module) Unload() error { return m.m.unload() }

// A Kernel is a function of a module that can be launched.
type Kernel struct {
	d    *Device
	name string
	k    kernel
}

// Kernel returns the kernel of a name.
func (m *Module) Kernel(name string) (*Kernel, error) {
	k, err := m.m.kernel(name)
	if err != nil {
		return nil, fmt.Errorf("gpu: kernel %q of %s: %w", name, m.name, err)
	}
	return &Kernel{m.d, name, k}, nil
}

// Attributes are what a kernel takes of a device.
type Attributes struct {
	Registers  int // of a thread; 0 if simulated
	Shared     int // static bytes of a block
	Local      int // bytes of a thread; 0 if simulated
	MaxThreads int // of a block
}

// Attributes returns what the kernel takes of the device.
func (k *Kernel) Attributes() Attributes { return k.k.attributes() }

// Occupancy is how many blocks of so many threads and bytes of dynamic shared
// memory one multiprocessor can hold at once.
func (k *Kernel) Occupancy(threads, shared int) (blocks int, err error) {
	return k.k.occupancy(threads, shared)
}

// Dim is a size in up to three dimensions. A missing one is 1.
type Dim struct{ X, Y, Z int }

func (d Dim) filled() Dim {
	for _, n := range []*int{&d.X, &d.Y, &d.Z} {
		if *n == 0 {
			*n = 1
		}
	}
	return d
}

// An Arg is an argument of a kernel.
type Arg struct {
	kind string // "u", "f" or "pointer"
	size int
	bits uint64
}

// Value is an argument by value.
func Value[T int32 | uint32 | int64 | uint64 | float32 | float64](v T) Arg {
	switch v := any(v).(type) {
	case int32:
		return Arg{"u", 4, uint64(uint32(v))}
	case uint32:
		return Arg{"u", 4, uint64(v)}
	case int64:
		return Arg{"u", 8, uint64(v)}
	case uint64:
		return Arg{"u", 8, v}
	case float32:
		return Arg{"f", 4, uint64(math.Float32bits(v))}
	case float64:
		return Arg{"f", 8, math.Float64bits(v)}
	}
	panic("gpu: a type that Value does not allow")
}

// Arg is a pointer to the buffer's first element, as an argument.
func (b *Buffer[T]) Arg() Arg { return Arg{"pointer", 8, b.addr} }

// fits reports whether the argument can be passed as p. PTX does not tell a pointer
// from an integer of 64 bits.
func (a Arg) fits(p *ptx.Variable) bool {
	return a.size == p.Size && (a.kind == "f") == (p.Type.Kind == 'f')
}

func (a Arg) String() string {
	if a.kind == "pointer" {
		return "a pointer"
	}
	return fmt.Sprintf("%s%d", a.kind, 8*a.size)
}

// Launch runs the kernel on a grid of blocks, with so many bytes of dynamic shared
// memory. Number and size of the arguments are compared with what the PTX declares.
func (k *Kernel) Launch(s *Stream, grid, block Dim, shared int, args ...Arg) error {
	params := k.k.params()
	if len(args) != len(params) {
		return fmt.Errorf("gpu: kernel %s: %d arguments, want %d", k.name, len(args), len(params))
	}
	var packed []byte
	offsets := make([]int, len(args))
	for i, p := range params {
		if !args[i].fits(p) {
			return fmt.Errorf("gpu: kernel %s: argument %d is %v, want %s", k.name, i, args[i], p.Type)
		}
		packed = append(packed, make([]byte, p.Offset-len(packed))...)
		offsets[i] = p.Offset
		if p.Size == 4 {
			packed = binary.LittleEndian.AppendUint32(packed, uint32(args[i].bits))
		} else {
			packed = binary.LittleEndian.AppendUint64(packed, args[i].bits)
		}
	}
	if all, most := k.k.attributes().Shared+shared, k.d.info.SharedPerBlock; most > 0 && all > most {
		return fmt.Errorf("gpu: kernel %s: %d bytes of shared memory for a block, %s has %d", k.name, all, k.d.info.Name, most)
	}
	return s.d.hold(s.s.launch(k.k, grid.filled(), block.filled(), shared, packed, offsets))
}
