package ptx

import (
	"fmt"
	"strconv"
	"strings"
)

// block reads statements up to the closing brace. Registers and variables that a
// block declares are known inside it only.
func (p *parser) block() {
	if len(p.scopes) > maxDepth {
		p.fail("blocks nested deeper than %d", maxDepth)
	}
	p.scopes = append(p.scopes, map[string]Operand{})
	for {
		s := p.peek()
		switch {
		case s == "":
			p.next()
			p.fail("%s has no closing brace", p.fn.Name)
		case s == "}":
			p.next()
			p.scopes = p.scopes[:len(p.scopes)-1]
			return
		case s == "{":
			p.next()
			p.block()
		case s == ";":
			p.next()
		case s[0] == '.':
			p.local()
		case p.ahead.text == ":":
			p.label()
		default:
			p.instruction()
		}
	}
}

func (p *parser) label() {
	l := p.name()
	p.expect(":")
	if !p.accept(".branchtargets") {
		p.fn.Body = append(p.fn.Body, Statement{Label: l})
		return
	}
	p.list(";", func() { p.fn.Targets[l] = append(p.fn.Targets[l], p.name()) })
}

// local reads a directive inside a function.
func (p *parser) local() {
	if p.peek() == ".pragma" {
		p.pragma()
		return
	}
	switch s := p.next(); s {
	case ".reg":
		p.declareRegisters()
	case ".shared", ".local", ".param", ".const", ".global":
		if len(p.scopes) > 1 && (s == ".param" || s == ".local") {
			p.nested(s[1:])
			return
		}
		p.declare(s[1:], false)
	case ".loc":
		for line := p.last; p.peek() != "" && p.now.line == line; {
			p.next()
		}
	default:
		p.fail("unknown directive %q", s)
	}
}

// nested declares a variable under a name that is unique within the function: inline
// assembly and call sequences declare the same name again in every block.
func (p *parser) nested(space string) {
	v := p.variable(space)
	if v.Size == 0 {
		p.fail("%s variable %s has no size", space, v.Name)
	}
	p.unique++
	unique := fmt.Sprintf("%s{%d}", v.Name, p.unique)
	p.bind(v.Name, Operand{Kind: Symbol, Name: unique})
	v.Name = unique
	p.fn.Variables[unique] = v
	p.expect(";")
}

// declareRegisters reads "f32 %f<5>, %x;" after ".reg".
func (p *parser) declareRegisters() {
	s := p.next()
	t, ok := ParseType(strings.TrimPrefix(s, "."))
	if !ok || t.Bits == 8 || t.Bits > 64 {
		p.fail("registers of type %q are not understood", s)
	}
	p.list(";", func() {
		name := p.name()
		if !p.accept("<") {
			p.register(name, t)
			return
		}
		n := p.integer(1, 1<<16)
		p.expect(">")
		for i := range n {
			p.register(name+strconv.FormatInt(i, 10), t)
		}
	})
}

// maxRegisters are the most of a file: a declaration of a few bytes makes thousands.
const maxRegisters = 1 << 17

func (p *parser) register(name string, t Type) {
	if p.registers++; p.registers > maxRegisters {
		p.fail("more than %d registers", maxRegisters)
	}
	p.bind(name, Operand{Kind: Reg, Reg: len(p.fn.Registers)})
	p.fn.Registers = append(p.fn.Registers, Register{name, t})
}

// bind gives a name its meaning in the innermost block.
func (p *parser) bind(name string, o Operand) {
	scope := p.scopes[len(p.scopes)-1]
	if _, ok := scope[name]; ok {
		p.fail("%s is declared twice", name)
	}
	scope[name] = o
}
