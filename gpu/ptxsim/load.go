package ptxsim

import (
	"sync/atomic"
	"unsafe"

	"hybrid/gpu/ptx"
)

// elements reads .v2 and .v4, and the registers that go with them.
func (c *compiler) elements(o ptx.Operand) []ptx.Operand {
	switch n := c.one("v2", "v4"); {
	case n == "":
		if o.Kind == ptx.Vector && len(o.Parts) == 1 {
			return o.Parts
		}
		return []ptx.Operand{o}
	case o.Kind != ptx.Vector || len(o.Parts) != int(n[1]-'0'):
		c.fail("%s.%s wants %s registers in braces", c.in.Op, n, n[1:])
	}
	return o.Parts
}

func (c *compiler) load() op {
	space, strong := c.accessModifiers()
	a := c.args(2, 2)
	to := c.elements(a[0])
	t := c.typ()
	if t == pred || t.Kind == 'f' && t.Bits == 16 {
		return c.unsupported(t)
	}
	m := c.memory(a[1], space, t.Size()*len(to))
	m.strong = strong
	width := 0
	var d []int
	for _, o := range to {
		bits := max(t.Bits, 16)
		if o.Kind != ptx.Sink {
			bits = c.regBits(o, t.Bits)
		}
		if width != 0 && bits != width && o.Kind != ptx.Sink {
			c.fail("%s into registers of %d and %d bits", c.in.Op, width, bits)
		}
		width = max(width, bits)
		d = append(d, c.dst(o, bitsType(bits)))
	}
	if strong && t.Bits >= 32 && width == t.Bits && len(d) == 1 {
		return loadStrong(m, d[0], t.Bits == 64)
	}
	kind := byte('u')
	if t.Kind == 's' && width > t.Bits {
		kind = 's'
	}
	switch (ptx.Type{Kind: kind, Bits: t.Bits}).String() {
	case "u8":
		return loadTo[uint8](m, d, width)
	case "s8":
		return loadToSigned[int8](m, d, width)
	case "u16":
		return loadTo[uint16](m, d, width)
	case "s16":
		return loadToSigned[int16](m, d, width)
	case "u32":
		return loadTo[uint32](m, d, width)
	case "s32":
		return loadToSigned[int32](m, d, width)
	case "u64":
		return loadTo[uint64](m, d, width)
	}
	return c.unsupported(t)
}

func loadTo[M uint8 | uint16 | uint32 | uint64](a access, d []int, width int) op {
	switch width {
	case 16:
		return loadLanes[M, uint16](a, d)
	case 32:
		return loadLanes[M, uint32](a, d)
	}
	return loadLanes[M, uint64](a, d)
}

func loadToSigned[M int8 | int16 | int32](a access, d []int, width int) op {
	switch width {
	case 16:
		return loadLanes[M, int16](a, d)
	case 32:
		return loadLanes[M, int32](a, d)
	}
	return loadLanes[M, int64](a, d)
}

type number interface {
	int8 | uint8 | int16 | uint16 | int32 | uint32 | int64 | uint64
}

// loadLanes loads elements of type M into registers of type R.
func loadLanes[M, R number](a access, d []int) op {
	var m M
	size := int(unsafe.Sizeof(m))
	switch {
	case len(d) == 1 && a.space == "global":
		return func(w *warp) {
			addr, to := a.addresses(w), array[R](w, d[0])
			if p := w.coalesced(&a, addr); p != nil {
				for i, v := range (*[32]M)(p) {
					to[i] = R(v)
				}
				return
			}
			for m := w.mask; m != 0; m &= m - 1 {
				i := firstLane(m)
				to[i] = R(*(*M)(w.globalAt(&a, i, addr[i])))
			}
		}
	case a.space == "global":
		return func(w *warp) {
			addr, to := a.addresses(w), results[R](w, d)
			for m := w.mask; m != 0; m &= m - 1 {
				i := firstLane(m)
				p := w.globalAt(&a, i, addr[i])
				for j := range d {
					to[j&3][i] = R(*(*M)(unsafe.Add(p, j*size)))
				}
			}
		}
	case a.space == "shared" && !a.strong:
		return loadShared[M, R](a, d)
	}
	return func(w *warp) {
		addr := a.addresses(w)
		for m := w.mask; m != 0; m &= m - 1 {
			i := firstLane(m)
			p := w.readAt(&a, i, addr[i])
			for j, r := range d {
				array[R](w, r)[i] = R(*(*M)(unsafe.Add(p, j*size)))
			}
		}
	}
}

// results are the registers of up to four elements.
func results[R any](w *warp, d []int) (to [4]*[32]R) {
	for j, r := range d {
		to[j] = array[R](w, r)
	}
	return to
}

// loadShared is the load that tiled kernels consist of. What it asks of the race
// check is sharedRead's: the common answers are given here.
func loadShared[M, R number](a access, d []int) op {
	var m M
	size := int(unsafe.Sizeof(m))
	return func(w *warp) {
		addr := a.addresses(w)
		w.tell(&a, addr)
		b, r := w.b.shared, &w.b.race
		writes, reads, shift := r.writes, r.reads, r.shift
		first, old, now := r.first, r.now-r.first, r.now
		me := now | w.stamp
		many := me | laneMany
		to := results[R](w, d)
		n, last, joined := uint64(len(b)), ^uint64(0), false
		for m := w.mask; m != 0; m &= m - 1 {
			i := firstLane(m)
			at := addr[i]
			if at != last {
				if at >= n || n-at < a.size || at&(a.size-1) != 0 {
					w.inside(&a, i, at, b, "shared") // fails
				}
				last, joined = at, false
				lane := me | uint64(i)<<stampLane
				for g, end := at>>shift, (at+a.size-1)>>shift; g <= end; g++ {
					if s := writes[g]; s-first >= old {
						w.checkRead(a.in, i, g, s, lane, false)
						last = ^uint64(0)
					}
					if s := reads[g]; s != many && s != lane && (s < now || s&warpMany != warpMany) {
						reads[g] = r.mergeRead(s, lane)
					}
				}
			} else if !joined { // neighbours that read the same place share its test
				joined = true
				for g, end := at>>shift, (at+a.size-1)>>shift; g <= end; g++ {
					reads[g] = r.mergeRead(reads[g], many)
				}
			}
			p := unsafe.Pointer(&b[at])
			to[0][i] = R(*(*M)(p))
			for j := 1; j < len(d); j++ {
				to[j&3][i] = R(*(*M)(unsafe.Add(p, j*size)))
			}
		}
	}
}

// loadStrong is a load that other blocks' stores are ordered with.
func loadStrong(a access, d int, wide bool) op {
	return func(w *warp) {
		addr := a.addresses(w)
		for m := w.mask; m != 0; m &= m - 1 {
			i := firstLane(m)
			p := w.readAt(&a, i, addr[i])
			if wide {
				array[uint64](w, d)[i] = atomic.LoadUint64((*uint64)(p))
			} else {
				array[uint32](w, d)[i] = atomic.LoadUint32((*uint32)(p))
			}
		}
	}
}

func (c *compiler) prefetch() op {
	c.one("global", "local", "const", "param")
	c.one("L1", "L2", "L2::evict_last", "L2::evict_normal", "tensormap")
	if a := c.args(1, 1)[0]; a.Kind != ptx.Address {
		c.fail("%s wants an address", c.in.Op)
	}
	return nil
}
