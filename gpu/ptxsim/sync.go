package ptxsim

import "hybrid/gpu/ptx"

// barrier compiles a bar that makes its warp wait.
func (c *compiler) barrier(b *barrier) {
	c.has("cta")
	kind := c.one("sync", "red")
	c.has("aligned")
	b.in, b.count = c.in, -1
	a := c.in.Args
	if kind == "red" {
		what := c.one("popc", "and", "or")
		if what == "" {
			c.fail("%s.red without an operation", c.in.Op)
		}
		t := c.typ()
		a = c.args(3, 4)
		b.red = what[0]
		if (t == pred) != (what != "popc") {
			c.unsupported(t)
		}
		if t == pred {
			b.dst = c.predDst(a[0])
		} else {
			b.dst = c.dst(a[0], t)
		}
		b.src, b.flip = c.pred(a[len(a)-1])
		a = a[1 : len(a)-1]
	} else if kind == "" {
		c.fail("%s without .sync, .red or .arrive", c.in.Op)
	}
	if len(a) < 1 || len(a) > 2 {
		c.fail("%s with %d operands", c.in.Op, len(c.in.Args))
	}
	b.id = c.src(a[0], u32)
	if len(a) == 2 {
		b.count = c.src(a[1], u32)
	}
}

// warpBarrier is a bar at which the warp does not wait for other warps:
// bar.warp.sync and bar.arrive.
func (c *compiler) warpBarrier() op {
	if c.has("warp") {
		c.must("sync")
		mask, in := c.src(c.args(1, 1)[0], b32), c.in
		return func(w *warp) { w.converge(in, mask) }
	}
	c.has("cta")
	c.must("arrive")
	c.has("aligned")
	a := c.args(2, 2)
	b := &barrier{in: c.in, id: c.src(a[0], u32), count: c.src(a[1], u32)}
	return func(w *warp) {
		lane := firstLane(w.mask)
		id, want := w.bound(b, lane)
		w.b.bars[id].join(w, b.in, lane, id, want, w.mask)
	}
}

// converge checks that the lanes named in a .sync instruction's mask are those
// that execute it, and notes that they have met.
func (w *warp) converge(in *ptx.Instruction, mask int) {
	want := array[uint32](w, mask)
	for m := w.mask; m != 0; m &= m - 1 {
		i := firstLane(m)
		if v := want[i]; v>>i&1 == 0 {
			w.fail(in, i, "%s: the lane is not in its own mask %#08x", in.Op, v)
		} else if miss := v & w.live &^ w.mask; miss != 0 {
			w.fail(in, i, "%s: mask %#08x names thread %s, which does not execute it (lanes %#08x do)",
				in.Op, v, triple(w.b.thread(w.index, firstLane(miss))), w.mask)
		}
	}
	w.synced()
}

// exchange gives lanes values that depend on those of others: value is the new one of
// lane i, given the lanes of its mask. The slots mask and d have the masks and the
// result.
func (w *warp) exchange(in *ptx.Instruction, mask, d int, value func(i int, named uint32) uint32) {
	w.converge(in, mask)
	masks, out := array[uint32](w, mask), scratch[uint32](w)
	for m := w.mask; m != 0; m &= m - 1 {
		i := firstLane(m)
		out[i] = value(i, masks[i]&w.mask)
	}
	keep[uint32](w, d)
}

func (c *compiler) fence() op {
	c.one("proxy", "sc", "acq_rel")
	if c.one("cta", "gl", "sys", "gpu") == "" {
		c.fail("%s without a scope", c.in.Op)
	}
	return nil
}
