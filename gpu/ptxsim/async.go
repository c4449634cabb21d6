package ptxsim

import (
	"unsafe"

	"hybrid/gpu/ptx"
)

// asyncCopy is what one lane's cp.async will bring to shared memory.
type asyncCopy struct {
	to   uint64
	from unsafe.Pointer
	n    uint64 // bytes written
	have uint64 // bytes read; the rest are zeros
	lane int
}

// copyAsync is cp.async and the instructions that wait for it. The data moves
// when it is waited for; until then its place in shared memory is neither
// readable nor writable.
func (c *compiler) copyAsync() op {
	c.must("async")
	switch {
	case c.has("commit_group"):
		c.args(0, 0)
		return func(w *warp) {
			done := 0
			for _, n := range w.groups {
				done += n
			}
			w.groups = append(w.groups, len(w.copies)-done)
		}
	case c.has("wait_group"):
		a := c.args(1, 1)
		if a[0].Kind != ptx.Int || a[0].Bits > 1<<20 {
			c.fail("cp.async.wait_group wants a number")
		}
		keep, in := int(a[0].Bits), c.in
		return func(w *warp) {
			for len(w.groups) > keep {
				w.complete(in, w.groups[0])
				w.groups = w.groups[:copy(w.groups, w.groups[1:])]
			}
		}
	case c.has("wait_all"):
		c.args(0, 0)
		in := c.in
		return func(w *warp) {
			w.complete(in, len(w.copies))
			w.groups = w.groups[:0]
		}
	}
	return c.copyStart()
}

func (c *compiler) copyStart() op {
	cache := c.one("ca", "cg")
	if c.space("shared") != "" {
		c.must("global")
	} else {
		c.fail("cp.async goes from global to shared memory")
	}
	for _, hint := range []string{"L2::64B", "L2::128B", "L2::256B"} {
		c.has(hint)
	}
	a := c.args(3, 4)
	n := a[2].Bits
	if a[2].Kind != ptx.Int || n != 16 && (cache != "ca" || n != 4 && n != 8) {
		c.fail("cp.async.%s of this size: 16 bytes, with .ca also 4 and 8", cache)
	}
	to, from := c.memory(a[0], "shared", int(n)), c.memory(a[1], "global", int(n))
	for c.k.gran > 2 && uint64(1)<<c.k.gran > n {
		c.k.gran--
	}
	have := c.constant(n, 32)
	if len(a) == 4 {
		if a[3].Kind == ptx.Reg && c.class(a[3].Reg) == classPred {
			c.fail("cp.async with an ignore-src predicate is not understood")
		}
		have = c.src(a[3], u32)
	}
	in := c.in
	return func(w *warp) {
		dst := *to.addresses(w)
		w.tell(&to, &dst)
		src := from.addresses(w)
		for m := w.mask; m != 0; m &= m - 1 {
			i := firstLane(m)
			k := uint64(array[uint32](w, have)[i])
			if k > n {
				w.fail(in, i, "cp.async of %d bytes from %d", n, k)
			}
			w.inside(&to, i, dst[i], w.b.shared, "shared")
			cp := asyncCopy{to: dst[i], n: n, have: k, lane: i}
			if k > 0 {
				part := from
				part.size = 1
				cp.from = w.globalAt(&part, i, src[i])
				w.globalAt(&part, i, src[i]+k-1)
			}
			from.aligned(w, i, src[i])
			w.sharedWrite(in, i, dst[i], n, false)
			r := &w.b.race
			for g := dst[i] >> r.shift; g <= (dst[i]+n-1)>>r.shift; g++ {
				r.writes[g] = pending
			}
			w.copies = append(w.copies, cp)
		}
	}
}

// complete brings the first n copies to shared memory.
func (w *warp) complete(in *ptx.Instruction, n int) {
	r := &w.b.race
	for _, cp := range w.copies[:n] {
		to := w.b.shared[cp.to : cp.to+cp.n]
		if cp.have > 0 {
			copy(to, unsafe.Slice((*byte)(cp.from), cp.have))
		}
		clear(to[cp.have:])
		me := r.now | w.stamp | uint64(cp.lane)<<stampLane
		for g := cp.to >> r.shift; g <= (cp.to+cp.n-1)>>r.shift; g++ {
			r.writes[g] = me
		}
	}
	w.copies = w.copies[:copy(w.copies, w.copies[n:])]
}
