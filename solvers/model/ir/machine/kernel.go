package machine

import (
	"errors"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"unsafe"

	"hybrid/simd"
	"hybrid/solvers/model/ir"
)

// ErrUnavailable says that code cannot be run here: another architecture or system, the build tag
// noasm, or memory that may not be executed.
var ErrUnavailable = errors.New("no machine code at run time here")

// A Kernel runs the code of a program.
type Kernel struct {
	*Object
	memory []byte // executable: the code so far behind its beginning that the loop is aligned
	entry  *byte  // in memory
	pool   sync.Pool
}

// Compile makes code of a program for an instruction set that this processor has, AVX2, AVX512 or NEON, and makes
// it ready to run. Its memory is given back by Close.
func Compile(p *ir.Program, isa simd.ISA) (*Kernel, error) {
	if !slices.Contains(simd.Available(), isa) {
		return nil, fmt.Errorf("machine: %w: this processor, or this build, has no %v", ErrUnavailable, isa)
	}
	t, err := targetOf(p, isa)
	if err != nil {
		return nil, err
	}
	return compile(p, t)
}

func compile(p *ir.Program, t target) (*Kernel, error) {
	c, err := assemble(p, t)
	if err != nil {
		return nil, err
	}
	k := &Kernel{Object: c}
	if k.memory, err = executable(append(make([]byte, c.code.offset), c.Code()...)); err != nil {
		return nil, fmt.Errorf("machine: %w: %w", ErrUnavailable, err)
	}
	k.entry = &k.memory[c.code.offset]
	k.pool.New = func() any { return newArea(k) }
	return k, nil
}

// Spills is the number of values of a cell that are put into memory, for registers have no room for them.
func (k *Kernel) Spills() int { return k.spills }

// Close gives back the memory of the code. No call may be under way, and none may follow.
func (k *Kernel) Close() error {
	m := k.memory
	k.memory = nil
	if m == nil {
		return nil
	}
	return release(m)
}

// An area is memory of one call.
type area struct {
	scratch unsafe.Pointer // aligned to 64 bytes
	out     []unsafe.Pointer
}

func newArea(k *Kernel) *area {
	b := make([]byte, 64+k.scratch+64*k.outs)
	first := unsafe.Pointer(&b[-uintptr(unsafe.Pointer(&b[0]))&63])
	a := &area{scratch: first}
	for n := range k.outs {
		a.out = append(a.out, unsafe.Add(first, k.scratch+64*n))
	}
	return a
}

// Run implements ir.Kernel.
func (k *Kernel) Run(a *ir.Args) {
	if len(a.In) < k.rows || len(a.Out) < k.outs || k.memory == nil {
		panic("machine: a kernel is called with too few rows or outputs, or after Close")
	}
	switch {
	case a.N < k.lanes():
		k.short(a)
	case k.scratch > 0:
		area := k.pool.Get().(*area)
		call(k.entry, a, area.scratch)
		runtime.KeepAlive(area)
		k.pool.Put(area)
	default:
		call(k.entry, a, nil)
	}
	runtime.KeepAlive(a)
}

// short makes less than a vector of cells, beside their place.
func (k *Kernel) short(a *ir.Args) {
	if a.N <= 0 {
		return
	}
	area := k.pool.Get().(*area)
	defer k.pool.Put(area)
	whole := *a
	whole.N, whole.Out = k.lanes(), area.out
	call(k.entry, &whole, area.scratch)
	for n, out := range area.out {
		bytes := a.N * k.size()
		copy(unsafe.Slice((*byte)(a.Out[n]), bytes), unsafe.Slice((*byte)(out), bytes))
	}
}
