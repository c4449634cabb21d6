package ptxsim

import (
	"math"
	"unsafe"

	"hybrid/gpu/ptx"
)

// compare is setp and set.
func (c *compiler) compare() op {
	cmp := c.one("eq", "ne", "lt", "le", "gt", "ge", "lo", "ls", "hi", "hs",
		"equ", "neu", "ltu", "leu", "gtu", "geu", "num", "nan")
	join := c.one("and", "or", "xor")
	ftz := c.has("ftz")
	n := 3
	if join != "" {
		n = 4
	}
	a := c.args(n, n)
	td := pred
	if c.in.Op == "set" {
		td = c.typ()
	}
	t := c.typ()
	if cmp == "" || ftz && t != f32 {
		return c.unsupported(t)
	}
	x, y := c.src(a[1], t), c.src(a[2], t)
	test := c.test(t, cmp, ftz, x, y)
	if join != "" {
		p, flip := c.pred(a[3])
		test = joined(test, join, p, flip)
	}
	if td != pred {
		return c.set(td, a[0], test)
	}
	return c.setp(a[0], test)
}

// setp writes a comparison to one predicate, or it and its opposite to two.
func (c *compiler) setp(o ptx.Operand, test func(w *warp) (yes, no uint32)) op {
	p, q := 0, -1
	if o.Kind == ptx.Pair {
		p, q = c.predDst(o.Parts[0]), c.predDst(o.Parts[1])
	} else {
		p = c.predDst(o)
	}
	return func(w *warp) {
		yes, no := test(w)
		w.setPred(p, yes)
		w.setPred(q, no)
	}
}

func (c *compiler) set(td ptx.Type, o ptx.Operand, test func(w *warp) (yes, no uint32)) op {
	if td.Bits != 32 {
		return c.unsupported(td)
	}
	d, one := c.dst(o, td), full
	if td.Kind == 'f' {
		one = math.Float32bits(1)
	}
	return func(w *warp) {
		yes, _ := test(w)
		v := array[uint32](w, d)
		for m := w.mask; m != 0; m &= m - 1 {
			i := firstLane(m)
			v[i] = 0
			if yes>>i&1 != 0 {
				v[i] = one
			}
		}
	}
}

// joined combines a comparison and its opposite with a predicate.
func joined(test func(w *warp) (yes, no uint32), join string, p int, flip uint32) func(w *warp) (yes, no uint32) {
	return func(w *warp) (uint32, uint32) {
		yes, no := test(w)
		v := w.pred[p] ^ flip
		switch join {
		case "and":
			return yes & v, no & v
		case "or":
			return yes | v, no | v
		}
		return yes ^ v, no ^ v
	}
}

// test compiles the comparison itself.
func (c *compiler) test(t ptx.Type, cmp string, ftz bool, x, y int) func(w *warp) (yes, no uint32) {
	var f func(w *warp, x, y int) uint32
	switch cmp {
	case "lo", "ls", "hi", "hs":
		if t.Kind != 'u' {
			c.unsupported(t)
		}
		cmp = map[string]string{"lo": "lt", "ls": "le", "hi": "gt", "hs": "ge"}[cmp]
	}
	switch t.String() {
	case "b16", "u16":
		f = ordered[uint16](cmp)
	case "b32", "u32":
		f = ordered[uint32](cmp)
	case "b64", "u64":
		f = ordered[uint64](cmp)
	case "s16":
		f = ordered[int16](cmp)
	case "s32":
		f = ordered[int32](cmp)
	case "s64":
		f = ordered[int64](cmp)
	case "f32":
		f = unorderedToo[float32](cmp)
		if ftz {
			f = flushed(cmp)
		}
	case "f64":
		f = unorderedToo[float64](cmp)
	}
	if f == nil || t.Kind == 'b' && cmp != "eq" && cmp != "ne" {
		c.fail("%s.%s of type %s is not understood", c.in.Op, cmp, t)
	}
	return func(w *warp) (uint32, uint32) {
		yes := f(w, x, y)
		return yes, ^yes
	}
}

// ordered returns the comparison of that name as a mask of the lanes for which
// it holds, nil for a name that is none.
func ordered[T integer | float32 | float64](cmp string) func(w *warp, x, y int) uint32 {
	switch cmp {
	case "eq":
		return equalMask[T]
	case "ne":
		return func(w *warp, x, y int) uint32 { return ^equalMask[T](w, x, y) }
	case "lt":
		return lessMask[T]
	case "gt":
		return func(w *warp, x, y int) uint32 { return lessMask[T](w, y, x) }
	case "le":
		return lessEqualMask[T]
	case "ge":
		return func(w *warp, x, y int) uint32 { return lessEqualMask[T](w, y, x) }
	}
	return nil
}

func one(b bool) uint32 {
	if b {
		return 1
	}
	return 0
}

func equalMask[T integer | float32 | float64](w *warp, x, y int) (m uint32) {
	a, b := array[T](w, x), array[T](w, y)
	for i := range a {
		m = m>>1 | one(a[i] == b[i])<<31
	}
	return m
}

func lessMask[T integer | float32 | float64](w *warp, x, y int) (m uint32) {
	a, b := array[T](w, x), array[T](w, y)
	for i := range a {
		m = m>>1 | one(a[i] < b[i])<<31
	}
	return m
}

func lessEqualMask[T integer | float32 | float64](w *warp, x, y int) (m uint32) {
	a, b := array[T](w, x), array[T](w, y)
	for i := range a {
		m = m>>1 | one(a[i] <= b[i])<<31
	}
	return m
}

// unorderedToo is ordered for floats, whose ne is false for NaN and whose names
// with u are true for it.
func unorderedToo[T float32 | float64](cmp string) func(w *warp, x, y int) uint32 {
	numbers := func(w *warp, x, y int) (m uint32) {
		return equalMask[T](w, x, x) & equalMask[T](w, y, y)
	}
	switch cmp {
	case "num":
		return numbers
	case "nan":
		return func(w *warp, x, y int) uint32 { return ^numbers(w, x, y) }
	case "ne":
		return func(w *warp, x, y int) uint32 { return ^equalMask[T](w, x, y) & numbers(w, x, y) }
	}
	if n := len(cmp); n == 3 && cmp[2] == 'u' {
		f := ordered[T](cmp[:2])
		return func(w *warp, x, y int) uint32 { return f(w, x, y) | ^numbers(w, x, y) }
	}
	return ordered[T](cmp)
}

// flushed compares with subnormal numbers as zero.
func flushed(cmp string) func(w *warp, x, y int) uint32 {
	f := unorderedToo[float32](cmp)
	return func(w *warp, x, y int) uint32 {
		var a, b [32]float32
		for i := range a {
			a[i], b[i] = flush(array[float32](w, x)[i]), flush(array[float32](w, y)[i])
		}
		return f(&warp{p: []unsafe.Pointer{unsafe.Pointer(&a), unsafe.Pointer(&b)}}, 0, 1)
	}
}
