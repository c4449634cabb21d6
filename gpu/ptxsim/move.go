package ptxsim

import "hybrid/gpu/ptx"

// mov copies a register, a literal, an address or a special register, or packs
// and unpacks a vector.
func (c *compiler) mov() op {
	t := c.typ()
	a := c.args(2, 2)
	switch {
	case t == pred:
		return c.movPred(a)
	case a[1].Kind == ptx.Vector:
		return c.pack(t, a[0], a[1].Parts)
	case a[0].Kind == ptx.Vector:
		return c.unpack(t, a[0].Parts, a[1])
	case a[1].Kind == ptx.Special && ticking(a[1].Name):
		return c.clock(t, a)
	}
	d, x := c.dst(a[0], t), c.src(a[1], t)
	switch t.Bits {
	case 16:
		return lanes1(d, x, func(d, a *[32]uint16) { *d = *a })
	case 32:
		return lanes1(d, x, func(d, a *[32]uint32) { *d = *a })
	case 64:
		return lanes1(d, x, func(d, a *[32]uint64) { *d = *a })
	}
	return c.unsupported(t)
}

func (c *compiler) movPred(a []ptx.Operand) op {
	d := c.predDst(a[0])
	x, flip := c.pred(a[1])
	if d < 0 {
		c.fail("mov without a result")
	}
	return func(w *warp) { w.setPred(d, w.pred[x]^flip) }
}

// clock counts the warp's instructions.
func (c *compiler) clock(t ptx.Type, a []ptx.Operand) op {
	if ptx.SpecialBits(a[1].Name) != t.Bits {
		return c.unsupported(t)
	}
	d, size := c.dst(a[0], t), t.Size()
	high := a[1].Name == "%clock_hi" || a[1].Name == "%globaltimer_hi"
	return func(w *warp) {
		w.steps++
		v := w.steps
		if high {
			v >>= 32
		}
		for m := w.mask; m != 0; m &= m - 1 {
			setRaw(w.p[d], size, firstLane(m), v)
		}
	}
}

func (c *compiler) parts(t ptx.Type, n int) ptx.Type {
	if n != 2 && n != 4 || t.Bits/n < 16 {
		c.fail("mov.%s with %d parts is not understood", t, n)
	}
	return bitsType(t.Bits / n)
}

// pack puts the parts together, the first lowest.
func (c *compiler) pack(t ptx.Type, to ptx.Operand, from []ptx.Operand) op {
	part := c.parts(t, len(from))
	d := c.dst(to, t)
	var x []int
	for _, o := range from {
		x = append(x, c.src(o, part))
	}
	if t.Bits == 64 && len(x) == 2 {
		return lanes2(d, x[0], x[1], func(d *[32]uint64, lo, hi *[32]uint32) {
			for i := range d {
				d[i] = uint64(hi[i])<<32 | uint64(lo[i])
			}
		})
	}
	size := part.Size()
	return func(w *warp) {
		for m := w.mask; m != 0; m &= m - 1 {
			i := firstLane(m)
			var v uint64
			for j, p := range x {
				v |= raw(w.p[p], size, i) << (8 * size * j)
			}
			setRaw(w.p[d], t.Size(), i, v)
		}
	}
}

// unpack takes the parts apart; a part that nobody wants is _.
func (c *compiler) unpack(t ptx.Type, to []ptx.Operand, from ptx.Operand) op {
	part := c.parts(t, len(to))
	x := c.src(from, t)
	var d []int
	for _, o := range to {
		d = append(d, c.dst(o, part))
	}
	if t.Bits == 64 && len(d) == 2 {
		lo := lanes1(d[0], x, func(d *[32]uint32, a *[32]uint64) {
			for i := range d {
				d[i] = uint32(a[i])
			}
		})
		hi := lanes1(d[1], x, func(d *[32]uint32, a *[32]uint64) {
			for i := range d {
				d[i] = uint32(a[i] >> 32)
			}
		})
		return func(w *warp) { lo(w); hi(w) }
	}
	size := part.Size()
	return func(w *warp) {
		for m := w.mask; m != 0; m &= m - 1 {
			i := firstLane(m)
			v := raw(w.p[x], t.Size(), i)
			for j, p := range d {
				setRaw(w.p[p], size, i, v>>(8*size*j))
			}
		}
	}
}
