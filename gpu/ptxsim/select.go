package ptxsim

// selp picks by a predicate.
func (c *compiler) selp() op {
	t := c.typ()
	a := c.args(4, 4)
	d, x, y := c.dst(a[0], t), c.src(a[1], t), c.src(a[2], t)
	p, flip := c.pred(a[3])
	switch t.Bits {
	case 16:
		return selectOf[uint16](d, x, y, p, flip)
	case 32:
		return selectOf[uint32](d, x, y, p, flip)
	case 64:
		return selectOf[uint64](d, x, y, p, flip)
	}
	return c.unsupported(t)
}

func selectOf[T unsigned](d, x, y, p int, flip uint32) op {
	return func(w *warp) {
		yes := w.pred[p] ^ flip
		to, a, b := array[T](w, d), array[T](w, x), array[T](w, y)
		if w.mask == w.live {
			for i := range to {
				v := b[i]
				if yes&1 != 0 {
					v = a[i]
				}
				to[i] = v
				yes >>= 1
			}
			return
		}
		for m := w.mask; m != 0; m &= m - 1 {
			i := firstLane(m)
			to[i] = b[i]
			if yes>>i&1 != 0 {
				to[i] = a[i]
			}
		}
	}
}

// slct picks by the sign of a number.
func (c *compiler) slct() op {
	ftz := c.has("ftz")
	t, ts := c.typ(), c.typ()
	a := c.args(4, 4)
	if ts != s32 && ts != f32 || t.Bits == 8 {
		return c.unsupported(ts)
	}
	d, x, y, z, size := c.dst(a[0], t), c.src(a[1], t), c.src(a[2], t), c.src(a[3], ts), t.Size()
	return func(w *warp) {
		for m := w.mask; m != 0; m &= m - 1 {
			i := firstLane(m)
			first := array[int32](w, z)[i] >= 0
			if ts == f32 {
				v := array[float32](w, z)[i]
				if ftz {
					v = flush(v)
				}
				first = v >= 0
			}
			from := y
			if first {
				from = x
			}
			setRaw(w.p[d], size, i, raw(w.p[from], size, i))
		}
	}
}
