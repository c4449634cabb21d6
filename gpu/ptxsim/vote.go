package ptxsim

import "hybrid/gpu/ptx"

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
		w.converge(in, mask)
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
		if t == pred {
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
	if a[0].Kind == ptx.Pair {
		d, p = c.dst(a[0].Parts[0], b32), c.predDst(a[0].Parts[1])
	} else {
		d = c.dst(a[0], b32)
	}
	x, mask, size, in := c.src(a[1], t), c.src(a[2], b32), t.Size(), c.in
	return func(w *warp) {
		var out uint32
		w.exchange(in, mask, d, func(i int, named uint32) (same uint32) {
			for o := named; o != 0; o &= o - 1 {
				j := firstLane(o)
				same |= one(raw(w.p[x], size, j) == raw(w.p[x], size, i)) << j
			}
			if mode == "all" && same != named {
				same = 0
			}
			out |= one(same != 0) << i
			return same
		})
		w.setPred(p, out)
	}
}

// redux is redux.sync: one value from all lanes.
func (c *compiler) redux() op {
	c.must("sync")
	name := c.one("add", "min", "max", "and", "or", "xor")
	t := c.typ()
	a := c.args(3, 3)
	if name == "" || t.Bits != 32 || t.Kind == 'f' || (t.Kind == 'b') != (name == "and" || name == "or" || name == "xor") {
		return c.unsupported(t)
	}
	d, x, mask, in := c.dst(a[0], t), c.src(a[1], t), c.src(a[2], b32), c.in
	f := updateOf(name, t)
	return func(w *warp) {
		v := array[uint32](w, x)
		w.exchange(in, mask, d, func(_ int, named uint32) uint32 {
			sum := uint64(v[firstLane(named)])
			for o := named & (named - 1); o != 0; o &= o - 1 {
				sum = f(sum, uint64(v[firstLane(o)]))
			}
			return uint32(sum)
		})
	}
}
