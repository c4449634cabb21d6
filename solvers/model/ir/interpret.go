package ir

import (
	"slices"
	"sync"
	"unsafe"
)

// Interpreter is a kernel in Go for the program: operation by operation, each on a piece of
// a row that stays in the first-level cache.
func (p *Program) Interpreter() Kernel {
	if p.Type == F32 {
		return newInterpreter[float32, uint32](p)
	}
	return newInterpreter[float64, uint64](p)
}

// piece is how many cells an operation works on at once.
const piece = 128

type (
	float interface{ float32 | float64 }
	word  interface{ uint32 | uint64 }
)

// A cells is a node's values: floats, or integers and masks as their bits.
type cells[T float, U word] struct {
	f []T
	i []U
}

// An interpreter is a Kernel. Of a program's nodes it does those per cell.
type interpreter[T float, U word] struct {
	p        *Program
	slot     []int  // of each node's values, -1: it has none
	row      []int  // that a Load reads
	floats   []bool // of the slots: what is there
	constant []Value
	frames   sync.Pool
}

type frame[T float, U word] struct{ slots []cells[T, U] }

func newInterpreter[T float, U word](p *Program) *interpreter[T, U] {
	k := &interpreter[T, U]{p: p}
	for v := range p.Nodes {
		k.row = append(k.row, p.RowOf(&p.Nodes[v]))
	}
	k.allocate()
	k.frames.New = func() any {
		f := &frame[T, U]{slots: make([]cells[T, U], len(k.floats))}
		for s, is := range k.floats {
			if is {
				f.slots[s].f = make([]T, piece)
			} else {
				f.slots[s].i = make([]U, piece)
			}
		}
		for _, v := range k.constant {
			k.fill(&f.slots[k.slot[v]], p.Nodes[v].Imm)
		}
		return f
	}
	return k
}

// allocate gives the nodes slots: constants and uniforms one for good, others one until
// their last use.
func (k *interpreter[T, U]) allocate() {
	p := k.p
	k.slot = slices.Repeat([]int{-1}, len(p.Nodes))
	last := make([]int, len(p.Nodes))
	for v := range p.Nodes {
		if p.Levels[v] == PerCell {
			for _, o := range p.Nodes[v].Operands() {
				last[o] = v
			}
		}
	}
	for _, v := range p.Outs {
		last[v] = len(p.Nodes)
	}
	var free [2][]int
	take := func(v Value) {
		is := p.Nodes[v].Op.Kind() == AFloat
		list := &free[b2i(is)]
		if n := len(*list); n > 0 && p.Levels[v] == PerCell {
			k.slot[v] = (*list)[n-1]
			*list = (*list)[:n-1]
			return
		}
		k.slot[v] = len(k.floats)
		k.floats = append(k.floats, is)
	}
	for v := range p.Nodes {
		if p.Levels[v] != PerCell && last[v] > 0 {
			take(Value(v))
			if op := p.Nodes[v].Op; op == Const || op == Int {
				k.constant = append(k.constant, Value(v))
			}
		}
	}
	for v := range p.Nodes {
		if p.Levels[v] != PerCell {
			continue
		}
		take(Value(v)) // before operands are given back: no operation works in place
		for i, o := range p.Nodes[v].Operands() {
			if p.Levels[o] == PerCell && last[o] == v && !slices.Contains(p.Nodes[v].Operands()[:i], o) {
				is := p.Nodes[o].Op.Kind() == AFloat
				free[b2i(is)] = append(free[b2i(is)], k.slot[o])
			}
		}
	}
}

func b2i(is bool) int {
	if is {
		return 1
	}
	return 0
}

func (k *interpreter[T, U]) fill(c *cells[T, U], bits uint64) {
	if c.i != nil {
		for j := range c.i {
			c.i[j] = U(bits)
		}
		return
	}
	v := floatOf[T](U(bits))
	for j := range c.f {
		c.f[j] = v
	}
}

// Run implements Kernel.
func (k *interpreter[T, U]) Run(a *Args) {
	f := k.frames.Get().(*frame[T, U])
	defer k.frames.Put(f)
	for i, v := range k.p.Uniforms {
		if k.slot[v] >= 0 {
			k.fill(&f.slots[k.slot[v]], a.Uniforms[i])
		}
	}
	for at := 0; at < a.N; at += piece {
		n := min(piece, a.N-at)
		for v := range k.p.Nodes {
			if k.p.Levels[v] == PerCell {
				k.do(f, a, v, at, n)
			}
		}
		for i, v := range k.p.Outs {
			copy(cellsAt[T](a.Out[i], at, n), f.slots[k.slot[v]].f)
		}
	}
}

// cellsAt are n cells of a row, so many behind the first.
func cellsAt[T float](first unsafe.Pointer, at, n int) []T {
	var t T
	return unsafe.Slice((*T)(unsafe.Add(first, at*int(unsafe.Sizeof(t)))), n)
}
