package ptxsim

import "math"

// function is rcp, sqrt and the functions that exist as approximations only.
func (c *compiler) function() op {
	name := c.in.Op
	approx := c.has("approx")
	r := c.rounding()
	t := c.typ()
	a := c.args(2, 2)
	c.floatType(t, rounding{mode: r.mode, ftz: r.ftz && t == f32}, false)
	if !approx && r.mode == "" {
		c.fail("%s of type %s without .approx or a rounding", name, t)
	}
	if approx && r.mode != "" || r.mode != "" && name != "rcp" && name != "sqrt" {
		c.fail("%s takes no rounding", name)
	}
	if t == f64 && (r.ftz || name != "rcp" && name != "sqrt" && name != "rsqrt") {
		if !(approx && r.ftz && (name == "rcp" || name == "rsqrt")) {
			return c.unsupported(t)
		}
	}
	d, x := c.dst(a[0], t), c.src(a[1], t)
	if t == f32 {
		return functionOf[float32](name, r, d, x)
	}
	r.ftz = false
	return functionOf[float64](name, r, d, x)
}

func functionOf[T float32 | float64](name string, r rounding, d, x int) op {
	near := func(a, _, _ T) T { return 1 / a }
	exact := func(a, b, c T, mode string) T { return exactDiv(1, a, c, mode) }
	if name == "sqrt" {
		exact = exactSqrt[T]
	}
	if name != "rcp" {
		f := realFunction(name)
		near = func(a, _, _ T) T { return T(f(float64(a))) }
	}
	g := floats(r, false, near, exact)
	return lanes1(d, x, map1(func(a T) T { return g(a, 1, 1) }))
}

func realFunction(name string) func(float64) float64 {
	switch name {
	case "sqrt":
		return math.Sqrt
	case "rsqrt":
		return func(x float64) float64 { return 1 / math.Sqrt(x) }
	case "sin":
		return math.Sin
	case "cos":
		return math.Cos
	case "lg2":
		return math.Log2
	case "ex2":
		return math.Exp2
	}
	return math.Tanh
}

// testp tests a property of a float.
func (c *compiler) testp() op {
	what := c.one("finite", "infinite", "number", "notanumber", "normal", "subnormal")
	t := c.typ()
	a := c.args(2, 2)
	if what == "" || t != f32 && t != f64 {
		return c.unsupported(t)
	}
	p, x, size := c.predDst(a[0]), c.src(a[1], t), t.Size()
	return func(w *warp) {
		var out uint32
		for i := range 32 {
			var exp, max, frac uint64
			v := raw(w.p[x], size, i)
			if size == 4 {
				exp, max, frac = v>>23&0xff, 0xff, v&(1<<23-1)
			} else {
				exp, max, frac = v>>52&0x7ff, 0x7ff, v&(1<<52-1)
			}
			yes := false
			switch what {
			case "finite":
				yes = exp < max
			case "infinite":
				yes = exp == max && frac == 0
			case "number":
				yes = exp < max || frac == 0
			case "notanumber":
				yes = exp == max && frac != 0
			case "normal":
				yes = exp > 0 && exp < max
			case "subnormal":
				yes = exp == 0 && frac != 0
			}
			if yes {
				out |= 1 << i
			}
		}
		w.setPred(p, out)
	}
}
