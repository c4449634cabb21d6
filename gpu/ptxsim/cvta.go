package ptxsim

// A generic address names its state space in the top bits; global memory has 0.
const (
	windowShift  = 60
	sharedWindow = uint64(1) << windowShift
	localWindow  = uint64(2) << windowShift
	constWindow  = uint64(3) << windowShift
)

func window(space string) (uint64, bool) {
	switch space {
	case "global":
		return 0, true
	case "shared":
		return sharedWindow, true
	case "local":
		return localWindow, true
	case "const":
		return constWindow, true
	}
	return 0, false
}

// cvta converts between generic addresses and those of a state space.
func (c *compiler) cvta() op {
	to := c.has("to")
	space := c.space("global", "shared", "local", "const")
	t := c.typ()
	a := c.args(2, 2)
	base, ok := window(space)
	if !ok || t != u64 {
		return c.unsupported(t)
	}
	d, x, in := c.dst(a[0], t), c.src(a[1], t), c.in
	if base == 0 {
		return lanes1(d, x, func(d, a *[32]uint64) { *d = *a })
	}
	if !to {
		return lanes1(d, x, map1(func(v uint64) uint64 { return v + base }))
	}
	return func(w *warp) {
		to, from := array[uint64](w, d), array[uint64](w, x)
		for m := w.mask; m != 0; m &= m - 1 {
			i := firstLane(m)
			if from[i]>>windowShift != base>>windowShift {
				w.fail(in, i, "address %#x is not in %s memory", from[i], space)
			}
			to[i] = from[i] - base
		}
	}
}

// isspacep tells whether a generic address is in a state space.
func (c *compiler) isspacep() op {
	space := c.space("global", "shared", "local", "const")
	base, ok := window(space)
	a := c.args(2, 2)
	p, x := c.predDst(a[0]), c.src(a[1], u64)
	if !ok || p < 0 {
		c.fail("isspacep without a state space or a result")
	}
	return func(w *warp) {
		var yes uint32
		for i, v := range array[uint64](w, x) {
			yes |= one(v>>windowShift == base>>windowShift) << i
		}
		w.setPred(p, yes)
	}
}
