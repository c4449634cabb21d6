package ptxsim

import "hybrid/gpu/ptx"

type unsigned interface{ uint16 | uint32 | uint64 }

func andInt[T unsigned](d, a, b *[32]T) {
	for i := range d {
		d[i] = a[i] & b[i]
	}
}

func orInt[T unsigned](d, a, b *[32]T) {
	for i := range d {
		d[i] = a[i] | b[i]
	}
}

func xorInt[T unsigned](d, a, b *[32]T) {
	for i := range d {
		d[i] = a[i] ^ b[i]
	}
}

// logic is and, or, xor, not and cnot, of numbers and of predicates.
func (c *compiler) logic() op {
	t := c.typ()
	n := 3
	if c.in.Op == "not" || c.in.Op == "cnot" {
		n = 2
	}
	c.args(n, n)
	switch {
	case t == pred:
		return c.logicPred()
	case t.Kind != 'b':
	case t.Bits == 16:
		return logicOf[uint16](c, t)
	case t.Bits == 32:
		return logicOf[uint32](c, t)
	case t.Bits == 64:
		return logicOf[uint64](c, t)
	}
	return c.unsupported(t)
}

func logicOf[T unsigned](c *compiler, t ptx.Type) op {
	a := c.in.Args
	d, x := c.dst(a[0], t), c.src(a[1], t)
	switch c.in.Op {
	case "not":
		return lanes1(d, x, map1(func(a T) T { return ^a }))
	case "cnot":
		return lanes1(d, x, map1(func(a T) T {
			if a == 0 {
				return 1
			}
			return 0
		}))
	}
	y := c.src(a[2], t)
	switch c.in.Op {
	case "and":
		return lanes2(d, x, y, andInt[T])
	case "or":
		return lanes2(d, x, y, orInt[T])
	}
	return lanes2(d, x, y, xorInt[T])
}

func (c *compiler) logicPred() op {
	a := c.in.Args
	d := c.predDst(a[0])
	x, fx := c.pred(a[1])
	if d < 0 {
		c.fail("%s without a result", c.in.Op)
	}
	if c.in.Op == "not" {
		return func(w *warp) { w.setPred(d, ^(w.pred[x] ^ fx)) }
	}
	if len(a) < 3 {
		c.fail("cnot of predicates is not understood")
	}
	y, fy := c.pred(a[2])
	switch c.in.Op {
	case "and":
		return func(w *warp) { w.setPred(d, (w.pred[x]^fx)&(w.pred[y]^fy)) }
	case "or":
		return func(w *warp) { w.setPred(d, (w.pred[x]^fx)|(w.pred[y]^fy)) }
	}
	return func(w *warp) { w.setPred(d, w.pred[x]^fx^w.pred[y]^fy) }
}

// shift is shl and shr; an amount above the width counts as the width.
func (c *compiler) shift() op {
	t := c.typ()
	a := c.args(3, 3)
	d, x, y := c.dst(a[0], t), c.src(a[1], t), c.src(a[2], u32)
	left := c.in.Op == "shl"
	if left && t.Kind != 'b' {
		return c.unsupported(t)
	}
	switch {
	case left && t.Bits == 16:
		return lanes2(d, x, y, shiftLeft[uint16])
	case left && t.Bits == 32:
		return lanes2(d, x, y, shiftLeft[uint32])
	case left && t.Bits == 64:
		return lanes2(d, x, y, shiftLeft[uint64])
	}
	switch t.String() {
	case "b16", "u16":
		return lanes2(d, x, y, shiftRight[uint16])
	case "b32", "u32":
		return lanes2(d, x, y, shiftRight[uint32])
	case "b64", "u64":
		return lanes2(d, x, y, shiftRight[uint64])
	case "s16":
		return lanes2(d, x, y, shiftRight[int16])
	case "s32":
		return lanes2(d, x, y, shiftRight[int32])
	case "s64":
		return lanes2(d, x, y, shiftRight[int64])
	}
	return c.unsupported(t)
}

func shiftLeft[T integer](d, a *[32]T, b *[32]uint32) {
	for i := range d {
		d[i] = a[i] << b[i]
	}
}

func shiftRight[T integer](d, a *[32]T, b *[32]uint32) {
	for i := range d {
		d[i] = a[i] >> b[i]
	}
}
