package ptxsim

import "hybrid/gpu/ptx"

// instruction compiles one that does not end a block; nil is one without effect
// here.
func (c *compiler) instruction(in *ptx.Instruction) op {
	switch in.Op {
	case "add", "sub", "addc", "subc":
		return c.addSub()
	case "mul":
		return c.mul()
	case "mad", "madc", "fma":
		return c.mad()
	case "mul24", "mad24":
		return c.mul24()
	case "div", "rem":
		return c.div()
	case "min", "max":
		return c.minMax()
	case "abs", "neg":
		return c.sign()
	case "sad":
		return c.sad()
	case "rcp", "sqrt", "rsqrt", "sin", "cos", "lg2", "ex2", "tanh":
		return c.function()
	case "copysign":
		return c.copysign()
	case "testp":
		return c.testp()
	case "and", "or", "xor", "not", "cnot":
		return c.logic()
	case "shl", "shr":
		return c.shift()
	case "shf", "lop3", "prmt", "bfe", "bfi", "popc", "clz", "bfind", "brev", "fns", "szext", "bmsk", "dp4a", "dp2a":
		return c.bitwise()
	case "setp", "set":
		return c.compare()
	case "selp":
		return c.selp()
	case "slct":
		return c.slct()
	case "mov":
		return c.mov()
	case "cvt":
		return c.cvt()
	case "cvta":
		return c.cvta()
	case "isspacep":
		return c.isspacep()
	case "ld", "ldu":
		return c.load()
	case "st":
		return c.store()
	case "atom", "red":
		return c.atomic()
	case "cp":
		return c.copyAsync()
	case "prefetch", "prefetchu":
		return c.prefetch()
	case "membar", "fence":
		return c.fence()
	case "bar", "barrier":
		return c.warpBarrier()
	case "shfl":
		return c.shuffle()
	case "vote":
		return c.vote()
	case "match":
		return c.match()
	case "redux":
		return c.redux()
	case "activemask":
		return c.activemask()
	case "ldmatrix":
		return c.ldmatrix()
	case "mma":
		return c.mma()
	case "trap", "brkpt":
		c.args(0, 0)
		return func(w *warp) { w.fail(in, firstLane(w.mask), "%s", in.Op) }
	case "nanosleep":
		c.typ()
		c.src(c.args(1, 1)[0], u32)
		return nil
	}
	c.fail("unknown instruction %s", in.Op)
	return nil
}
