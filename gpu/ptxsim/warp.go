package ptxsim

import "unsafe"

const full = ^uint32(0)

// op is one compiled instruction: it acts on the lanes of w.mask.
type op func(w *warp)

// slot says what one entry of a warp's pointer table points to.
type slot struct {
	kind  slotKind
	index int         // of the register, or the offset of a relocated address
	value *[32]uint64 // a constant, shared by all warps
	name  string      // a special register

	narrow bool // an address of 32 bits, two of which lie in one of value's
}

type slotKind byte

const (
	slot32 slotKind = iota
	slot64
	slotConst
	slotGlobal  // the address of a .global variable
	slotDynamic // the address of dynamic shared memory
	slotSpecial
	slotJunk // where results that nobody wants go
)

// warp is 32 lanes and their registers. Every operand of a compiled instruction
// is an index into p, whose entries point to 32 values side by side.
type warp struct {
	b     *ctaState
	index int
	mask  uint32 // lanes that execute the present instruction
	live  uint32 // lanes that have not exited
	p     []unsafe.Pointer
	pred  []uint32
	cc    uint32   // the carry flags
	known []uint32 // by followed register: the lanes that have written it

	r32     [][32]uint32
	r64     [][32]uint64
	own     [][32]uint64 // specials, relocated addresses, junk
	scratch [32]uint64
	addr    [32]uint64
	last    *allocation

	stack   []frame
	waiting *barrier // where it waits, or nil
	barrier int      // and that barrier's number
	steps   uint64
	local   []byte // k.local bytes a lane
	localM  []uint64

	stamp  uint64 // of the race check: barrier epoch, warp, warp epoch
	copies []asyncCopy
	groups []int // how many of copies belong to each committed group
}

func newWarp(b *ctaState, index int) *warp {
	k := b.k
	w := &warp{b: b, index: index, r32: make([][32]uint32, k.n32), r64: make([][32]uint64, k.n64),
		pred: make([]uint32, k.npred), known: make([]uint32, k.ntrack), p: make([]unsafe.Pointer, len(k.table))}
	n := 0
	for _, s := range k.table {
		if s.kind >= slotGlobal {
			n++
		}
	}
	w.own = make([][32]uint64, n)
	w.localM = make([]uint64, k.local*32/8)
	if len(w.localM) > 0 {
		w.local = unsafe.Slice((*byte)(unsafe.Pointer(&w.localM[0])), k.local*32)
	}
	n = 0
	for i, s := range k.table {
		switch s.kind {
		case slot32:
			w.p[i] = unsafe.Pointer(&w.r32[s.index])
		case slot64:
			w.p[i] = unsafe.Pointer(&w.r64[s.index])
		case slotConst:
			w.p[i] = unsafe.Pointer(s.value)
		default:
			w.p[i] = unsafe.Pointer(&w.own[n])
			n++
		}
	}
	return w
}

// start makes the warp ready for the threads of a new block.
func (w *warp) start() {
	k := w.b.k
	n := min(32, w.b.threads-32*w.index)
	w.live = full >> (32 - n)
	w.stack = append(w.stack[:0], frame{0, -1, w.live})
	w.waiting, w.last = nil, &w.b.none
	w.cc, w.steps = 0, 0
	w.copies, w.groups = w.copies[:0], w.groups[:0]
	w.stamp = uint64(w.index) << stampWarp
	clear(w.known)
	w.pred[predTrue], w.pred[predFalse] = full, 0
	for i := range w.localM {
		w.localM[i] = ^uint64(0)
	}
	for i, s := range k.table {
		switch s.kind {
		case slotGlobal, slotDynamic:
			v := (*[32]uint64)(w.p[i])
			at := w.b.globals + uint64(s.index)
			if s.kind == slotDynamic {
				at = uint64(k.dynAt + s.index)
				if s.narrow {
					at |= at << 32
				}
			}
			for l := range v {
				v[l] = at
			}
		case slotSpecial:
			w.special(s.name, (*[32]uint32)(w.p[i]))
		}
	}
}

// The predicates that never change.
const (
	predFalse = iota
	predTrue
	predFirst
)
