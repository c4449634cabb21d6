package ptxsim

import "hybrid/gpu/ptx"

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
	if a[0].Kind == ptx.Pair {
		d, p = c.dst(a[0].Parts[0], t), c.predDst(a[0].Parts[1])
	} else {
		d = c.dst(a[0], t)
	}
	x, lane, clamp, mask, in := c.src(a[1], t), c.src(a[2], u32), c.src(a[3], u32), c.src(a[4], b32), c.in
	return func(w *warp) {
		w.converge(in, mask)
		from := array[uint32](w, x)
		n, lim, named := array[uint32](w, lane), array[uint32](w, clamp), array[uint32](w, mask)
		var good uint32
		out := scratch[uint32](w) // a result may lie where an operand does
		for m := w.mask; m != 0; m &= m - 1 {
			i := firstLane(m)
			j, ok := shuffled(mode, i, int(n[i]&31), lim[i])
			good |= one(ok) << i
			v := full
			if w.mask&named[i]>>j&1 != 0 {
				v = from[j]
			}
			out[i] = v
		}
		keep[uint32](w, d)
		w.setPred(p, good)
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
