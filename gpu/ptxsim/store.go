package ptxsim

import (
	"sync/atomic"
	"unsafe"

	"hybrid/gpu/ptx"
)

func (c *compiler) store() op {
	space, strong := c.accessModifiers()
	a := c.args(2, 2)
	from := c.elements(a[1])
	t := c.typ()
	if t == pred || t.Kind == 'f' && t.Bits == 16 || space == "const" {
		return c.unsupported(t)
	}
	m := c.memory(a[0], space, t.Size()*len(from))
	if m.space == "args" {
		c.fail("a kernel cannot write its parameters")
	}
	m.strong = strong
	width := max(t.Bits, 16)
	for _, o := range from {
		if o.Kind == ptx.Reg {
			width = c.regBits(o, t.Bits)
		}
	}
	var x []int
	for _, o := range from {
		c.width(o, width)
		lit := t
		if lit.Bits < width {
			lit.Bits = width
		}
		x = append(x, c.wide(o, lit))
	}
	if strong && t.Bits >= 32 && width == t.Bits && len(x) == 1 {
		return storeStrong(m, x[0], t.Bits == 64)
	}
	switch t.Bits {
	case 8:
		return storeFrom[uint8](m, x, width)
	case 16:
		return storeFrom[uint16](m, x, width)
	case 32:
		return storeFrom[uint32](m, x, width)
	case 64:
		return storeFrom[uint64](m, x, width)
	}
	return c.unsupported(t)
}

func storeFrom[M number](a access, x []int, width int) op {
	switch width {
	case 16:
		return storeLanes[M, uint16](a, x)
	case 32:
		return storeLanes[M, uint32](a, x)
	}
	return storeLanes[M, uint64](a, x)
}

// storeLanes stores the low bits of registers of type R as elements of type M.
func storeLanes[M, R number](a access, x []int) op {
	var m M
	size := int(unsafe.Sizeof(m))
	if len(x) == 1 && a.space == "global" {
		return func(w *warp) {
			addr, from := a.addresses(w), array[R](w, x[0])
			if p := w.coalesced(&a, addr); p != nil {
				to := (*[32]M)(p)
				for i, v := range from {
					to[i] = M(v)
				}
				return
			}
			for m := w.mask; m != 0; m &= m - 1 {
				i := firstLane(m)
				*(*M)(w.globalAt(&a, i, addr[i])) = M(from[i])
			}
		}
	}
	if a.space == "global" {
		return func(w *warp) {
			addr, from := a.addresses(w), results[R](w, x)
			for m := w.mask; m != 0; m &= m - 1 {
				i := firstLane(m)
				p := w.globalAt(&a, i, addr[i])
				for j := range x {
					*(*M)(unsafe.Add(p, j*size)) = M(from[j&3][i])
				}
			}
		}
	}
	return func(w *warp) {
		addr, from := a.addresses(w), results[R](w, x)
		if a.space == "shared" {
			w.tell(&a, addr)
		}
		var v [4]M
		for m := w.mask; m != 0; m &= m - 1 {
			i := firstLane(m)
			for j := range x {
				v[j&3] = M(from[j&3][i])
			}
			p := w.writeAt(&a, i, addr[i], unsafe.Pointer(&v))
			for j := range x {
				*(*M)(unsafe.Add(p, j*size)) = v[j&3]
			}
		}
	}
}

// storeStrong is a store that other blocks' loads are ordered with.
func storeStrong(a access, x int, wide bool) op {
	return func(w *warp) {
		addr := a.addresses(w)
		for m := w.mask; m != 0; m &= m - 1 {
			i := firstLane(m)
			if wide {
				v := array[uint64](w, x)[i]
				atomic.StoreUint64((*uint64)(w.writeAt(&a, i, addr[i], unsafe.Pointer(&v))), v)
			} else {
				v := array[uint32](w, x)[i]
				atomic.StoreUint32((*uint32)(w.writeAt(&a, i, addr[i], unsafe.Pointer(&v))), v)
			}
		}
	}
}
