package ptxsim

import (
	"fmt"
	"maps"

	"hybrid/gpu/ptx"
)

// inliner turns an entry and the functions it calls into one list of statements
// with registers, labels and local variables of its own.
type inliner struct {
	m      *Module
	k      *Kernel
	regs   []register
	body   []stmt
	tables map[string][]string
	shared map[*variable]int
	static segment
	local  segment
	stack  []*function
	copies int
	line   int
}

func (x *inliner) fail(format string, args ...any) {
	panic(&ptx.SyntaxError{File: x.m.name, Line: x.line, Msg: fmt.Sprintf(format, args...)})
}

// maxBody bounds what calls of calls may grow to.
const maxBody = 1 << 20

// expand appends the body of f. where holds the places of its parameters.
func (x *inliner) expand(f *function, where map[string]place) {
	for _, g := range x.stack {
		if g == f {
			x.fail("%s calls itself: recursion is not understood", f.name)
		}
	}
	x.stack = append(x.stack, f)
	base, prefix := len(x.regs), fmt.Sprintf("%d:", x.copies)
	x.copies++
	x.regs = append(x.regs, f.regs...)
	where = maps.Clone(where)
	place := func(o operand) operand { return x.operand(f, o, base, where) }
	for _, s := range f.body {
		if len(x.body) > maxBody {
			x.fail("%s has more than %d instructions with its calls", x.k.name, maxBody)
		}
		if s.in == nil {
			x.body = append(x.body, stmt{label: prefix + s.label})
			continue
		}
		x.line = s.in.line
		in := *s.in
		if in.guard >= 0 {
			in.guard += base
		}
		if in.op == "call" {
			x.call(f, &in, base, where)
			continue
		}
		in.args = make([]operand, len(s.in.args))
		for i, a := range s.in.args {
			switch {
			case in.op == "bra" && a.kind == opSymbol:
				a.sym = prefix + a.sym
			case in.op == "brx" && i == 1 && a.kind == opSymbol:
				var list []string
				for _, l := range f.targets[a.sym] {
					list = append(list, prefix+l)
				}
				a.sym = prefix + a.sym
				x.tables[a.sym] = list
			default:
				a = place(a)
			}
			in.args[i] = a
		}
		if in.op == "ret" && len(x.stack) > 1 {
			in.op, in.mods = "bra", nil
			in.args = []operand{{kind: opSymbol, sym: prefix + "end"}}
		}
		x.body = append(x.body, stmt{in: &in})
	}
	if len(x.stack) > 1 {
		x.body = append(x.body, stmt{label: prefix + "end"})
	}
	x.stack = x.stack[:len(x.stack)-1]
}

// call expands a called function; its parameters are the caller's variables.
func (x *inliner) call(f *function, in *instr, base int, where map[string]place) {
	for _, m := range in.mods {
		if m != "uni" {
			x.fail("unknown modifier .%s of call", m)
		}
	}
	if in.guard >= 0 {
		x.fail("a call under a predicate is not understood")
	}
	if in.args[1].kind != opSymbol {
		x.fail("calls through pointers are not understood")
	}
	g := x.m.funcs[in.args[1].sym]
	if g == nil || !g.defined || g.entry {
		x.fail("call of %s, which has no body in this file", in.args[1].sym)
	}
	bound := map[string]place{}
	bind := func(what string, args []operand, params []*variable) {
		if len(args) != len(params) {
			x.fail("call of %s with %d %s, it has %d", g.name, len(args), what, len(params))
		}
		for i, a := range args {
			a = x.operand(f, a, base, where)
			if a.kind != opSymbol || a.at.space != "local" || a.at.size < params[i].size {
				x.fail("call of %s: %s %d is no .param variable of %d bytes", g.name, what, i, params[i].size)
			}
			bound[params[i].name] = a.at
		}
	}
	bind("results", in.args[0].vec, g.results)
	bind("arguments", in.args[2].vec, g.params)
	line := x.line
	x.expand(g, bound)
	x.line = line
}

// operand gives registers their number in the kernel and variables their place.
func (x *inliner) operand(f *function, o operand, base int, where map[string]place) operand {
	switch o.kind {
	case opReg:
		o.reg += base
	case opSymbol:
		o.at = x.place(f, o.sym, where)
		o.at.offset += int(o.off)
		o.off = 0
	}
	if o.vec != nil {
		vec := make([]operand, len(o.vec))
		for i, v := range o.vec {
			vec[i] = x.operand(f, v, base, where)
		}
		o.vec = vec
	}
	return o
}

// place returns where a variable lies, and takes room at its first use.
func (x *inliner) place(f *function, name string, where map[string]place) place {
	if p, ok := where[name]; ok {
		return p
	}
	v := f.vars[name]
	if v == nil {
		v = x.m.vars[name]
	}
	if v == nil {
		x.fail("%s is not declared", name)
	}
	p := place{space: v.space, offset: v.offset, size: v.size}
	switch v.space {
	case "shared":
		if v.dynamic {
			x.k.usesDyn = true
			p.space = "dynamic" // behind the static part, whose size is not yet known
			break
		}
		at, ok := x.shared[v]
		if !ok {
			if at = x.static.place(v.size, v.align); x.static.size > maxShared {
				x.fail("more than %d bytes of shared memory", maxShared)
			}
			x.shared[v] = at
		}
		p.offset = at
	case "local", "param":
		p.space = "local"
		if p.offset = x.local.place(v.size, max(v.align, 8)); x.local.size > 512<<10 {
			x.fail("more than 512 KiB of local memory a thread")
		}
		where[name] = p
	}
	return p
}

// renumber leaves out the registers that no instruction names.
func (x *inliner) renumber() {
	number := map[int]int{}
	var kept []register
	to := func(r int) int {
		n, ok := number[r]
		if !ok {
			n = len(kept)
			number[r] = n
			kept = append(kept, x.regs[r])
		}
		return n
	}
	var walk func(args []operand)
	walk = func(args []operand) {
		for i := range args {
			if args[i].kind == opReg {
				args[i].reg = to(args[i].reg)
			}
			walk(args[i].vec)
		}
	}
	for _, s := range x.body {
		if s.in == nil {
			continue
		}
		if s.in.guard >= 0 {
			s.in.guard = to(s.in.guard)
		}
		walk(s.in.args)
	}
	x.regs = kept
}
