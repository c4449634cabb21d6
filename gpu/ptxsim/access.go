package ptxsim

import (
	"slices"
	"unsafe"

	"hybrid/gpu/ptx"
)

// access is the memory operand of an instruction.
type access struct {
	in     *ptx.Instruction
	space  string // global, shared, local, const, args, or "" for a generic address
	base   int    // pointer slot of the address
	narrow bool   // the address register has 32 bits
	off    uint64
	size   uint64 // bytes of all elements together: what the address is a multiple of
	strong bool   // volatile, or ordered by the memory model
}

// accessModifiers takes state space, ordering and cache hints.
func (c *compiler) accessModifiers() (space string, strong bool) {
	space = c.space("global", "shared", "local", "const", "param")
	if c.one("volatile", "relaxed", "acquire", "release", "acq_rel", "mmio") != "" {
		strong = true
	}
	c.one("weak", "cta", "gpu", "sys")
	for _, hint := range []string{"nc", "ca", "cg", "cs", "lu", "cv", "wb", "wt",
		"L1::evict_normal", "L1::evict_unchanged", "L1::evict_first", "L1::evict_last", "L1::no_allocate",
		"L2::64B", "L2::128B", "L2::256B"} {
		c.has(hint)
	}
	return space, strong
}

// memory compiles an address operand.
func (c *compiler) memory(o ptx.Operand, space string, size int) access {
	if o.Kind != ptx.Address {
		c.fail("operand of %s is no address", c.in.Op)
	}
	a := access{in: c.in, space: space, off: uint64(o.Offset), size: uint64(size)}
	base := o.Parts[0]
	switch base.Kind {
	case ptx.Reg:
		a.narrow = c.regs[base.Reg].Type.Bits == 32
		if a.narrow && space == "" {
			c.fail("a generic address has 64 bits")
		}
		a.base = c.src(base, bitsType(c.regs[base.Reg].Type.Bits))
	case ptx.Symbol:
		at := c.place(base)
		home := at.space
		if home == "dynamic" {
			home = "shared"
		}
		switch {
		case space == "" && home != "args":
			a.space = home // the variable's own space
		case space == "param" && (home == "args" || home == "local"):
			a.space = home
		case space != home:
			c.fail("%s.%s of a variable in %s memory", c.in.Op, space, home)
		}
		if home == "args" && at.offset+int(o.Offset)+size > c.k.argSize {
			c.fail("%s reads beyond the parameters", c.in.Op)
		}
		a.base = c.address(at, 64)
	default:
		a.base = c.src(base, u64)
	}
	if a.space == "param" {
		a.space = "args"
	}
	if slices.Contains([]string{"", "shared"}, a.space) && c.in.Op != "cp" {
		for g := uint64(1) << c.k.gran; g > a.granule(); g >>= 1 {
			c.k.gran--
		}
	}
	return a
}

// granule is the size that counts for the stamps of shared memory.
func (a *access) granule() uint64 { return min(a.size, 8) }

// addresses computes the address of every lane.
func (a *access) addresses(w *warp) *[32]uint64 {
	if a.narrow {
		for i, v := range array[uint32](w, a.base) {
			w.addr[i] = uint64(v + uint32(a.off))
		}
		return &w.addr
	}
	p := array[uint64](w, a.base)
	if a.off == 0 {
		return p
	}
	for i, v := range p {
		w.addr[i] = v + a.off
	}
	return &w.addr
}

// globalAt returns where an access of a lane to global memory goes.
func (w *warp) globalAt(a *access, lane int, addr uint64) unsafe.Pointer {
	al := w.last
	off := addr - al.base
	if off < al.size && al.size-off >= a.size && addr&(a.size-1) == 0 {
		if p := al.data.Load(); p != nil {
			return unsafe.Add(unsafe.Pointer(p), off)
		}
	}
	return w.globalSlow(a, lane, addr)
}

// coalesced returns where a whole warp's accesses lie when they follow each other
// within one allocation, and nil where they do not.
func (w *warp) coalesced(a *access, addr *[32]uint64) unsafe.Pointer {
	if w.mask != full {
		return nil
	}
	first := addr[0]
	odd := first & (a.size - 1)
	for i, v := range addr {
		odd |= v ^ (first + uint64(i)*a.size)
	}
	al := w.last
	off := first - al.base
	if odd != 0 || off >= al.size || al.size-off < 32*a.size {
		return nil
	}
	p := al.data.Load()
	if p == nil {
		return nil
	}
	return unsafe.Add(unsafe.Pointer(p), off)
}

func (w *warp) globalSlow(a *access, lane int, addr uint64) unsafe.Pointer {
	mem := w.b.mem
	al := mem.near(addr)
	if al == nil || !al.holds(addr, a.size) || al.data.Load() == nil {
		w.fail(a.in, lane, "%s of %d bytes of global memory at %#x: %s", a.in.Op, a.size, addr, mem.describe(addr, a.size))
	}
	a.aligned(w, lane, addr)
	w.last = al
	return unsafe.Add(unsafe.Pointer(al.data.Load()), addr-al.base)
}

func (a *access) aligned(w *warp, lane int, addr uint64) {
	if addr&(a.size-1) != 0 {
		w.fail(a.in, lane, "%s of %d bytes at %#x, which is no multiple of %d", a.in.Op, a.size, addr, a.size)
	}
}

// inside is the place of an access within a run of bytes.
func (w *warp) inside(a *access, lane int, addr uint64, b []byte, what string) unsafe.Pointer {
	if n := uint64(len(b)); addr >= n || n-addr < a.size {
		w.fail(a.in, lane, "%s of %d bytes of %s memory at offset %d of %d", a.in.Op, a.size, what, int64(addr), n)
	}
	a.aligned(w, lane, addr)
	return unsafe.Pointer(&b[addr])
}

// readAt and writeAt return where a lane's access goes, in any state space.
func (w *warp) readAt(a *access, lane int, addr uint64) unsafe.Pointer {
	space, addr := a.resolve(addr)
	switch space {
	case "global":
		return w.globalAt(a, lane, addr)
	case "shared":
		p := w.inside(a, lane, addr, w.b.shared, "shared")
		w.sharedRead(a.in, lane, addr, a.size, a.strong)
		return p
	case "local":
		return w.inside(a, lane, addr, w.frame(lane), "local")
	case "const":
		return w.inside(a, lane, addr, w.b.k.mod.constant, "constant")
	case "args":
		return w.inside(a, lane, addr, w.b.args, "parameter")
	}
	w.fail(a.in, lane, "%s at %#x, which is in no memory", a.in.Op, addr)
	return nil
}

func (w *warp) writeAt(a *access, lane int, addr uint64, value unsafe.Pointer) unsafe.Pointer {
	space, addr := a.resolve(addr)
	switch space {
	case "global":
		return w.globalAt(a, lane, addr)
	case "shared":
		p := w.inside(a, lane, addr, w.b.shared, "shared")
		same := value != nil && string(unsafe.Slice((*byte)(p), a.size)) == string(unsafe.Slice((*byte)(value), a.size))
		w.sharedWrite(a.in, lane, addr, a.size, same)
		return p
	case "local":
		return w.inside(a, lane, addr, w.frame(lane), "local")
	}
	w.fail(a.in, lane, "%s at %#x, which cannot be written", a.in.Op, addr)
	return nil
}

// resolve finds the state space of a generic address.
func (a *access) resolve(addr uint64) (string, uint64) {
	if a.space != "" {
		return a.space, addr
	}
	in := addr & (1<<windowShift - 1)
	switch addr >> windowShift {
	case 0:
		return "global", addr
	case sharedWindow >> windowShift:
		return "shared", in
	case localWindow >> windowShift:
		return "local", in
	case constWindow >> windowShift:
		return "const", in
	}
	return "none", addr
}

// frame is the local memory of a lane.
func (w *warp) frame(lane int) []byte {
	n := w.b.k.local
	return w.local[lane*n : (lane+1)*n]
}
