package ptxsim

import (
	"fmt"

	"hybrid/gpu/ptx"
)

// inliner turns an entry and the functions it calls into one list of statements
// with registers of its own. Labels and variables get the number of their function's
// copy and a colon before their names.
type inliner struct {
	m       *Module
	k       *Kernel
	regs    []ptx.Register
	body    []ptx.Statement
	tables  map[string][]string // branch targets
	places  map[string]place    // of the variables that are named
	shared  map[*ptx.Variable]int
	static  segment
	local   segment
	stack   []*ptx.Function
	copies  int
	targets int // of all tables
	line    int
}

func (x *inliner) fail(format string, args ...any) {
	x.m.fail(x.line, format, args...)
}

// What calls of calls may grow to.
const (
	maxBody      = 1 << 20 // instructions, and targets of branches
	maxRegisters = 1 << 18
)

// place is where a variable lies: an offset in a state space.
type place struct {
	space  string // as a Variable's, or args, or dynamic
	offset int
	size   int
}

// expand appends the body of f, whose parameters lie where args says.
func (x *inliner) expand(f *ptx.Function, args map[string]place) {
	for _, g := range x.stack {
		if g == f {
			x.fail("%s calls itself: recursion is not understood", f.Name)
		}
	}
	x.stack = append(x.stack, f)
	if len(x.regs)+len(f.Registers) > maxRegisters {
		x.fail("%s has more than %d registers with its calls", x.k.fn.Name, maxRegisters)
	}
	base, prefix := len(x.regs), fmt.Sprintf("%d:", x.copies)
	x.copies++
	x.regs = append(x.regs, f.Registers...)
	for name, at := range args {
		x.places[prefix+name] = at
	}
	own := func(o ptx.Operand) ptx.Operand { return x.operand(f, o, base, prefix) }
	for _, s := range f.Body {
		if len(x.body) > maxBody {
			x.fail("%s has more than %d instructions with its calls", x.k.fn.Name, maxBody)
		}
		if s.Instruction == nil {
			x.body = append(x.body, ptx.Statement{Label: prefix + s.Label})
			continue
		}
		x.line = s.Instruction.Line
		in := *s.Instruction
		if in.Guard >= 0 {
			in.Guard += base
		}
		if in.Op == "call" {
			x.call(&in, own)
			continue
		}
		in.Args = make([]ptx.Operand, len(s.Instruction.Args))
		for i, a := range s.Instruction.Args {
			switch {
			case in.Op == "bra" && a.Kind == ptx.Symbol:
				a.Name = prefix + a.Name
			case in.Op == "brx" && i == 1 && a.Kind == ptx.Symbol:
				var list []string
				if x.targets += len(f.Targets[a.Name]); x.targets > maxBody {
					x.fail("%s has more than %d targets of branches with its calls", x.k.fn.Name, maxBody)
				}
				for _, l := range f.Targets[a.Name] {
					list = append(list, prefix+l)
				}
				a.Name = prefix + a.Name
				x.tables[a.Name] = list
			default:
				a = own(a)
			}
			in.Args[i] = a
		}
		if in.Op == "ret" && len(x.stack) > 1 {
			in.Op, in.Modifiers = "bra", nil
			in.Args = []ptx.Operand{{Kind: ptx.Symbol, Name: prefix + "end"}}
		}
		x.body = append(x.body, ptx.Statement{Instruction: &in})
	}
	if len(x.stack) > 1 {
		x.body = append(x.body, ptx.Statement{Label: prefix + "end"})
	}
	x.stack = x.stack[:len(x.stack)-1]
}

// call expands a called function; its parameters are the caller's variables.
// own makes an operand of the caller one of the kernel.
func (x *inliner) call(in *ptx.Instruction, own func(ptx.Operand) ptx.Operand) {
	for _, m := range in.Modifiers {
		if m != "uni" {
			x.fail("unknown modifier .%s of call", m)
		}
	}
	if in.Guard >= 0 {
		x.fail("a call under a predicate is not understood")
	}
	if in.Args[1].Kind != ptx.Symbol {
		x.fail("calls through pointers are not understood")
	}
	g := x.m.file.Functions[in.Args[1].Name]
	if g == nil || !g.Defined || g.Entry {
		x.fail("call of %s, which has no body in this file", in.Args[1].Name)
	}
	bound := map[string]place{}
	bind := func(what string, args []ptx.Operand, params []*ptx.Variable) {
		if len(args) != len(params) {
			x.fail("call of %s with %d %s, it has %d", g.Name, len(args), what, len(params))
		}
		for i, a := range args {
			at := x.places[own(a).Name]
			if a.Kind != ptx.Symbol || at.space != "local" || at.size < params[i].Size {
				x.fail("call of %s: %s %d is no .param variable of %d bytes", g.Name, what, i, params[i].Size)
			}
			at.offset += int(a.Offset)
			bound[params[i].Name] = at
		}
	}
	bind("results", in.Args[0].Parts, g.Results)
	bind("arguments", in.Args[2].Parts, g.Params)
	line := x.line
	x.expand(g, bound)
	x.line = line
}

// operand gives registers their number in the kernel and variables their place.
func (x *inliner) operand(f *ptx.Function, o ptx.Operand, base int, prefix string) ptx.Operand {
	switch o.Kind {
	case ptx.Reg:
		o.Reg += base
	case ptx.Symbol:
		name := prefix + o.Name
		if _, ok := x.places[name]; !ok {
			x.places[name] = x.place(f, o.Name)
		}
		o.Name = name
	}
	if o.Parts != nil {
		parts := make([]ptx.Operand, len(o.Parts))
		for i, v := range o.Parts {
			parts[i] = x.operand(f, v, base, prefix)
		}
		o.Parts = parts
	}
	return o
}

// place takes room for a variable that f names.
func (x *inliner) place(f *ptx.Function, name string) place {
	v := f.Variables[name]
	if v == nil {
		v = x.m.file.Variables[name]
	}
	if v == nil {
		x.fail("%s is not declared", name)
	}
	p := place{space: v.Space, offset: x.m.offset[v], size: v.Size}
	switch v.Space {
	case "shared":
		if v.Dynamic {
			x.k.usesDyn = true
			p.space = "dynamic" // behind the static part, whose size is not yet known
			break
		}
		at, ok := x.shared[v]
		if !ok {
			if at = x.static.place(v.Size, v.Align); x.static.size > maxShared {
				x.fail("more than %d bytes of shared memory", maxShared)
			}
			x.shared[v] = at
		}
		p.offset = at
	case "local", "param":
		p.space = "local"
		if p.offset = x.local.place(v.Size, max(v.Align, 8)); x.local.size > 512<<10 {
			x.fail("more than 512 KiB of local memory a thread")
		}
	}
	return p
}

// renumber leaves out the registers that no instruction names.
func (x *inliner) renumber() {
	number := map[int]int{}
	var kept []ptx.Register
	to := func(r int) int {
		n, ok := number[r]
		if !ok {
			n = len(kept)
			number[r] = n
			kept = append(kept, x.regs[r])
		}
		return n
	}
	var walk func(args []ptx.Operand)
	walk = func(args []ptx.Operand) {
		for i := range args {
			if args[i].Kind == ptx.Reg {
				args[i].Reg = to(args[i].Reg)
			}
			walk(args[i].Parts)
		}
	}
	for _, s := range x.body {
		if s.Instruction == nil {
			continue
		}
		if s.Instruction.Guard >= 0 {
			s.Instruction.Guard = to(s.Instruction.Guard)
		}
		walk(s.Instruction.Args)
	}
	x.regs = kept
}
