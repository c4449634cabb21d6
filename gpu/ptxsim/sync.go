package ptxsim

// barrier compiles a bar that makes its warp wait.
func (c *compiler) barrier(b *barrier) {
	c.has("cta")
	kind := c.one("sync", "red")
	c.has("aligned")
	b.in, b.count = c.in, -1
	a := c.in.args
	if kind == "red" {
		what := c.one("popc", "and", "or")
		if what == "" {
			c.fail("%s.red without an operation", c.in.op)
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
		c.fail("%s without .sync, .red or .arrive", c.in.op)
	}
	if len(a) < 1 || len(a) > 2 {
		c.fail("%s with %d operands", c.in.op, len(c.in.args))
	}
	b.id = c.src(a[0], u32)
	if len(a) == 2 {
		b.count = c.src(a[1], u32)
	}
}

// looseBarrier is a bar at which the warp does not wait for other warps:
// bar.warp.sync and bar.arrive.
func (c *compiler) looseBarrier() op {
	if c.has("warp") {
		c.must("sync")
		mask, in := c.src(c.args(1, 1)[0], b32), c.in
		return func(w *warp) { w.together(in, mask) }
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

// together checks that the lanes named in a .sync instruction's mask are those
// that execute it, and notes that they have met.
func (w *warp) together(in *instr, mask int) {
	want := array[uint32](w, mask)
	for m := w.mask; m != 0; m &= m - 1 {
		i := firstLane(m)
		if v := want[i]; v>>i&1 == 0 {
			w.fail(in, i, "%s: the lane is not in its own mask %#08x", in.op, v)
		} else if miss := v & w.live &^ w.mask; miss != 0 {
			w.fail(in, i, "%s: mask %#08x names thread %s, which does not execute it (lanes %#08x do)",
				in.op, v, triple(w.b.thread(w.index, firstLane(miss))), w.mask)
		}
	}
	w.synced()
}

func (c *compiler) fence() op {
	c.one("proxy", "sc", "acq_rel")
	if c.one("cta", "gl", "sys", "gpu") == "" {
		c.fail("%s without a scope", c.in.op)
	}
	return nil
}

func (c *compiler) activemask() op {
	if t := c.typ(); t != b32 {
		return c.unsupported(t)
	}
	d := c.dst(c.args(1, 1)[0], b32)
	return func(w *warp) {
		v := array[uint32](w, d)
		for m := w.mask; m != 0; m &= m - 1 {
			v[firstLane(m)] = w.mask
		}
	}
}

// shuffle is shfl.sync. A lane that reads from one that is not there gets all
// ones.
func (c *compiler) shuffle() op {
	c.must("sync")
	mode := c.one("up", "down", "bfly", "idx")
	t := c.typ()
	a := c.args(5, 5)
	if mode == "" || t != b32 {
		return c.unsupported(t)
	}
	d, p := 0, -1
	if a[0].kind == opPair {
		d, p = c.dst(a[0].vec[0], t), c.predDst(a[0].vec[1])
	} else {
		d = c.dst(a[0], t)
	}
	x, lane, clamp, mask, in := c.src(a[1], t), c.src(a[2], u32), c.src(a[3], u32), c.src(a[4], b32), c.in
	return func(w *warp) {
		w.together(in, mask)
		from := *array[uint32](w, x)
		n, lim, named := array[uint32](w, lane), array[uint32](w, clamp), array[uint32](w, mask)
		to := array[uint32](w, d)
		var good uint32
		for m := w.mask; m != 0; m &= m - 1 {
			i := firstLane(m)
			j, ok := shuffled(mode, i, int(n[i]&31), lim[i])
			good |= one(ok) << i
			v := full
			if w.mask&named[i]>>j&1 != 0 {
				v = from[j]
			}
			w.scratch[i] = uint64(v)
		}
		for m := w.mask; m != 0; m &= m - 1 {
			i := firstLane(m)
			to[i] = uint32(w.scratch[i])
		}
		if p >= 0 {
			w.setPred(p, good)
		}
	}
}

// shuffled is the lane that lane i reads, and whether it is in range; out of range
// a lane reads itself.
func shuffled(mode string, i, n int, c uint32) (int, bool) {
	seg := int(c >> 8 & 31)
	last := i&seg | int(c&31)&^seg
	first := i & seg
	j, ok := 0, false
	switch mode {
	case "up":
		j = i - n
		ok = j >= last
	case "down":
		j = i + n
		ok = j <= last
	case "bfly":
		j = i ^ n
		ok = j <= last
	default:
		j = first | n&^seg
		ok = j <= last
	}
	if !ok {
		j = i
	}
	return j, ok
}

// vote is vote.sync.
func (c *compiler) vote() op {
	c.must("sync")
	mode := c.one("all", "any", "uni", "ballot")
	t := c.typ()
	a := c.args(3, 3)
	if mode == "" || (t == b32) != (mode == "ballot") || t != b32 && t != pred {
		return c.unsupported(t)
	}
	p, flip := c.pred(a[1])
	mask, in := c.src(a[2], b32), c.in
	d := 0
	if t == pred {
		d = c.predDst(a[0])
	} else {
		d = c.dst(a[0], t)
	}
	return func(w *warp) {
		w.together(in, mask)
		named := array[uint32](w, mask)
		yes := w.pred[p] ^ flip
		var out uint32
		for m := w.mask; m != 0; m &= m - 1 {
			i := firstLane(m)
			all := named[i] & w.mask
			v := yes & all
			ok := false
			switch mode {
			case "ballot":
				array[uint32](w, d)[i] = v
			case "all":
				ok = v == all
			case "any":
				ok = v != 0
			default:
				ok = v == 0 || v == all
			}
			out |= one(ok) << i
		}
		if t == pred && d >= 0 {
			w.setPred(d, out)
		}
	}
}

// match is match.sync: which lanes hold the same value.
func (c *compiler) match() op {
	mode := c.one("any", "all")
	c.must("sync")
	t := c.typ()
	a := c.args(3, 3)
	if mode == "" || t != b32 && t != b64 {
		return c.unsupported(t)
	}
	d, p := 0, -1
	if a[0].kind == opPair {
		d, p = c.dst(a[0].vec[0], b32), c.predDst(a[0].vec[1])
	} else {
		d = c.dst(a[0], b32)
	}
	x, mask, size, in := c.src(a[1], t), c.src(a[2], b32), t.size(), c.in
	return func(w *warp) {
		w.together(in, mask)
		named := array[uint32](w, mask)
		var out uint32
		for m := w.mask; m != 0; m &= m - 1 {
			i := firstLane(m)
			var same uint32
			all := named[i] & w.mask
			for o := all; o != 0; o &= o - 1 {
				j := firstLane(o)
				same |= one(raw(w.p[x], size, j) == raw(w.p[x], size, i)) << j
			}
			if mode == "all" && same != all {
				same = 0
			}
			out |= one(same != 0) << i
			w.scratch[i] = uint64(same)
		}
		for m := w.mask; m != 0; m &= m - 1 {
			i := firstLane(m)
			array[uint32](w, d)[i] = uint32(w.scratch[i])
		}
		if p >= 0 {
			w.setPred(p, out)
		}
	}
}

// redux is redux.sync: one value from all lanes.
func (c *compiler) redux() op {
	c.must("sync")
	name := c.one("add", "min", "max", "and", "or", "xor")
	t := c.typ()
	a := c.args(3, 3)
	if name == "" || t.bits != 32 || t.kind == 'f' || (t.kind == 'b') != (name == "and" || name == "or" || name == "xor") {
		return c.unsupported(t)
	}
	d, x, mask, in := c.dst(a[0], t), c.src(a[1], t), c.src(a[2], b32), c.in
	f := updateOf(name, t)
	return func(w *warp) {
		w.together(in, mask)
		v, named := array[uint32](w, x), array[uint32](w, mask)
		for m := w.mask; m != 0; m &= m - 1 {
			i := firstLane(m)
			sum, first := uint64(0), true
			for o := named[i] & w.mask; o != 0; o &= o - 1 {
				if j := firstLane(o); first {
					sum, first = uint64(v[j]), false
				} else {
					sum = f(sum, uint64(v[j]))
				}
			}
			w.scratch[i] = sum
		}
		for m := w.mask; m != 0; m &= m - 1 {
			i := firstLane(m)
			array[uint32](w, d)[i] = uint32(w.scratch[i])
		}
	}
}
