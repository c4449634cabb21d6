package ptxsim

import (
	"fmt"
	"strconv"
	"strings"
)

// function reads a .func or .entry after that word.
func (p *parser) function(entry, extern bool) {
	f := &function{line: p.last, entry: entry, vars: map[string]*variable{}, targets: map[string][]string{}}
	if p.peek() == "(" {
		f.results = p.params()
	}
	f.name = p.name()
	if p.peek() == "(" {
		f.params = p.params()
	}
	for {
		switch s := p.peek(); s {
		case ".maxntid", ".reqntid":
			p.next()
			f.maxntid = [3]int{1, 1, 1}
			f.reqntid = s == ".reqntid"
			f.maxntid[0] = int(p.integer(1, 1024))
			for i := 1; i < 3 && p.accept(","); i++ {
				f.maxntid[i] = int(p.integer(1, 1024))
			}
			continue
		case ".minnctapersm", ".maxnreg", ".maxnctapersm":
			p.next()
			p.integer(1, 1<<20)
			continue
		case ".noreturn":
			p.next()
			continue
		case ".pragma":
			p.pragma()
			continue
		}
		break
	}
	old := p.mod.funcs[f.name]
	if old != nil && old.defined && p.peek() == "{" {
		p.fail("function %s is defined twice", f.name)
	}
	if old == nil || p.peek() == "{" {
		p.mod.funcs[f.name] = f
	}
	if p.accept(";") {
		return
	}
	p.expect("{")
	if extern {
		p.fail("extern function %s has a body", f.name)
	}
	f.defined = true
	p.fn = f
	for _, v := range append(append([]*variable{}, f.params...), f.results...) {
		if f.vars[v.name] != nil {
			p.fail("%s is declared twice", v.name)
		}
		f.vars[v.name] = v
	}
	p.block(0)
	p.fn = nil
	if entry {
		p.mod.entries = append(p.mod.entries, f)
	}
}

// params reads a list of parameters in parentheses and lays it out.
func (p *parser) params() []*variable {
	p.expect("(")
	var out []*variable
	var seg segment
	for !p.accept(")") {
		p.expect(".param")
		v := p.variable("param")
		if v.size > 4096 {
			p.fail("parameter %s has %d bytes, more than 4096", v.name, v.size)
		}
		v.offset = seg.place(v.size, v.align)
		out = append(out, v)
		if !p.accept(",") && p.peek() != ")" {
			p.fail("expected \",\" or \")\", found %q", p.peek())
		}
	}
	return out
}

// pragma reads .pragma "nounroll"; which tells an optimizer something.
func (p *parser) pragma() {
	p.expect(".pragma")
	if s := p.next(); s != `"nounroll"` {
		p.fail("unknown pragma %s", s)
	}
	p.expect(";")
}

// block reads statements up to the closing brace. Registers and variables that a
// block declares are known inside it only.
func (p *parser) block(depth int) {
	if depth > 64 {
		p.fail("blocks nested deeper than 64")
	}
	p.scopes = append(p.scopes, map[string]int{})
	p.subs = append(p.subs, map[string]string{})
	for {
		s := p.peek()
		switch {
		case s == "":
			p.next()
			p.fail("%s has no closing brace", p.fn.name)
		case s == "}":
			p.next()
			p.scopes = p.scopes[:len(p.scopes)-1]
			p.subs = p.subs[:len(p.subs)-1]
			return
		case s == "{":
			p.next()
			p.block(depth + 1)
		case s == ";":
			p.next()
		case s[0] == '.':
			p.local()
		case p.pos+1 < len(p.toks) && p.toks[p.pos+1].Text == ":":
			p.label()
		default:
			p.instruction()
		}
	}
}

func (p *parser) label() {
	l := p.name()
	p.expect(":")
	if p.peek() == ".branchtargets" {
		p.next()
		for {
			p.fn.targets[l] = append(p.fn.targets[l], p.name())
			if !p.accept(",") {
				break
			}
		}
		p.expect(";")
		return
	}
	p.fn.body = append(p.fn.body, stmt{label: l})
}

// local reads a directive inside a function.
func (p *parser) local() {
	switch s := p.peek(); s {
	case ".reg":
		p.next()
		p.registers()
	case ".shared", ".local", ".param", ".const", ".global":
		p.next()
		// The name is made unique within the function: inline assembly and call
		// sequences declare the same name again in every block.
		if len(p.scopes) > 1 && (s == ".param" || s == ".local") {
			p.nested(s[1:])
			return
		}
		p.declare(s[1:], false)
	case ".pragma":
		p.pragma()
	case ".loc":
		for line := p.toks[p.pos].Line; p.peek() != "" && p.toks[p.pos].Line == line; {
			p.next()
		}
	default:
		p.next()
		p.fail("unknown directive %q", s)
	}
}

// nested declares a variable under a name of its own.
func (p *parser) nested(space string) {
	v := p.variable(space)
	if v.size == 0 {
		p.fail("%s variable %s has no size", space, v.name)
	}
	p.unique++
	unique := fmt.Sprintf("%s{%d}", v.name, p.unique)
	p.subs[len(p.subs)-1][v.name] = unique
	v.name = unique
	p.fn.vars[unique] = v
	p.expect(";")
}

// registers reads ".reg .f32 %f<5>, %x;" after ".reg".
func (p *parser) registers() {
	s := p.next()
	t, ok := parseType(strings.TrimPrefix(s, "."))
	if !ok || t.bits == 8 {
		p.fail("registers of type %q are not understood", s)
	}
	for {
		name := p.name()
		if p.accept("<") {
			n := p.integer(1, 1<<16)
			p.expect(">")
			for i := range n {
				p.register(name+strconv.FormatInt(i, 10), t)
			}
		} else {
			p.register(name, t)
		}
		if !p.accept(",") {
			break
		}
	}
	p.expect(";")
}

func (p *parser) register(name string, t typ) {
	scope := p.scopes[len(p.scopes)-1]
	if _, ok := scope[name]; ok {
		p.fail("register %s is declared twice", name)
	}
	if len(p.fn.regs) > 1<<17 {
		p.fail("more than %d registers", 1<<17)
	}
	scope[name] = len(p.fn.regs)
	p.fn.regs = append(p.fn.regs, register{name, t})
}
