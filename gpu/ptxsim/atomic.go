package ptxsim

import (
	"math"
	"sync/atomic"
	"unsafe"

	"hybrid/gpu/ptx"
)

// atomic is atom and red.
func (c *compiler) atomic() op {
	c.one("relaxed", "acquire", "release", "acq_rel")
	c.one("cta", "gpu", "sys")
	space := c.space("global", "shared")
	name := c.one("add", "exch", "cas", "min", "max", "and", "or", "xor", "inc", "dec")
	t := c.typ()
	if name == "" || t.Bits < 32 || t == pred {
		c.fail("%s.%s of type %s is not understood", c.in.Op, name, t)
	}
	n := 3
	if name == "cas" {
		n++
	}
	a := c.in.Args
	d := -1
	if c.in.Op == "red" {
		if name == "exch" || name == "cas" {
			c.fail("red.%s does not exist", name)
		}
		a = append([]ptx.Operand{{Kind: ptx.Sink}}, a...)
	}
	if len(a) != n {
		c.fail("%s.%s with %d operands", c.in.Op, name, len(c.in.Args))
	}
	if a[0].Kind != ptx.Sink {
		d = c.dst(a[0], t)
	}
	m := c.memory(a[1], space, t.Size())
	m.strong = true
	x := c.src(a[2], t)
	swap := -1
	var f func(old, v uint64) uint64
	switch name {
	case "cas":
		swap = c.src(a[3], t)
	default:
		if f = updateOf(name, t); f == nil {
			return c.unsupported(t)
		}
	}
	size := t.Size()
	return func(w *warp) {
		addr := m.addresses(w)
		for mask := w.mask; mask != 0; mask &= mask - 1 {
			i := firstLane(mask)
			p := w.atomicAt(&m, i, addr[i])
			v := raw(w.p[x], size, i)
			var old uint64
			if swap >= 0 {
				with := raw(w.p[swap], size, i)
				old = update(p, size, func(old uint64) uint64 {
					if old == v {
						return with
					}
					return old
				})
			} else {
				old = update(p, size, func(old uint64) uint64 { return f(old, v) })
			}
			if d >= 0 {
				setRaw(w.p[d], size, i, old)
			}
		}
	}
}

// update changes a word of memory atomically and returns what it was.
func update(p unsafe.Pointer, size int, f func(uint64) uint64) uint64 {
	if size == 4 {
		q := (*uint32)(p)
		for {
			old := atomic.LoadUint32(q)
			if atomic.CompareAndSwapUint32(q, old, uint32(f(uint64(old)))) {
				return uint64(old)
			}
		}
	}
	q := (*uint64)(p)
	for {
		old := atomic.LoadUint64(q)
		if atomic.CompareAndSwapUint64(q, old, f(old)) {
			return old
		}
	}
}

// atomicAt returns where a lane's atomic goes.
func (w *warp) atomicAt(a *access, lane int, addr uint64) unsafe.Pointer {
	if space, at := a.resolve(addr); space == "shared" {
		p := w.inside(a, lane, at, w.b.shared, "shared")
		w.sharedAtomic(a.in, lane, at, a.size)
		return p
	}
	return w.writeAt(a, lane, addr, nil)
}

// updateOf is what an atomic makes of the old value and its operand, nil for one
// that does not exist.
func updateOf(name string, t ptx.Type) func(old, v uint64) uint64 {
	signed, narrow := t.Kind == 's', t.Bits == 32
	less := func(a, b uint64) bool {
		switch {
		case signed && narrow:
			return int32(a) < int32(b)
		case signed:
			return int64(a) < int64(b)
		}
		return a < b
	}
	switch name {
	case "add":
		switch t {
		case f32:
			return func(a, b uint64) uint64 {
				v := math.Float32frombits(uint32(a)) + math.Float32frombits(uint32(b))
				if v != v {
					v = canonical
				}
				return uint64(math.Float32bits(v))
			}
		case f64:
			return func(a, b uint64) uint64 {
				return math.Float64bits(math.Float64frombits(a) + math.Float64frombits(b))
			}
		}
		return func(a, b uint64) uint64 { return a + b }
	case "exch":
		return func(_, b uint64) uint64 { return b }
	}
	if t.Kind == 'f' {
		return nil
	}
	switch name {
	case "min":
		return func(a, b uint64) uint64 {
			if less(b, a) {
				return b
			}
			return a
		}
	case "max":
		return func(a, b uint64) uint64 {
			if less(a, b) {
				return b
			}
			return a
		}
	case "and":
		return func(a, b uint64) uint64 { return a & b }
	case "or":
		return func(a, b uint64) uint64 { return a | b }
	case "xor":
		return func(a, b uint64) uint64 { return a ^ b }
	}
	if t != u32 {
		return nil
	}
	if name == "inc" {
		return func(a, b uint64) uint64 {
			if a >= b {
				return 0
			}
			return a + 1
		}
	}
	return func(a, b uint64) uint64 {
		if a == 0 || a > b {
			return b
		}
		return a - 1
	}
}
