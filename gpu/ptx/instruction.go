package ptx

import (
	"math"
	"strings"
)

// instruction reads one up to its semicolon.
func (p *parser) instruction() {
	in := &Instruction{Guard: -1, Line: p.now.line}
	if p.accept("@") {
		in.Negated = p.accept("!")
		o := p.operand()
		if o.Kind != Reg || p.fn.Registers[o.Reg].Type != Pred {
			p.fail("a guard has to be a predicate register")
		}
		in.Guard = o.Reg
		in.Negated = in.Negated != o.Negated
	}
	words := strings.Split(p.name(), ".")
	in.Op, in.Modifiers = words[0], words[1:]
	if in.Op == "call" {
		p.call(in)
		p.expect(";")
	} else {
		p.list(";", func() { in.Args = append(in.Args, p.operand()) })
	}
	p.fn.Body = append(p.fn.Body, Statement{Instruction: in})
}

// call reads "(result), name, (argument, ...)" into three operands.
func (p *parser) call(in *Instruction) {
	list := func() Operand {
		o := Operand{Kind: List}
		p.expect("(")
		p.list(")", func() { o.Parts = append(o.Parts, p.operand()) })
		return o
	}
	results, args := Operand{Kind: List}, Operand{Kind: List}
	if p.peek() == "(" {
		results = list()
		p.expect(",")
	}
	target := p.operand()
	if p.accept(",") {
		args = list()
	}
	in.Args = []Operand{results, target, args}
}

// operand reads one operand.
func (p *parser) operand() Operand {
	o := p.simple()
	if p.accept("|") {
		return Operand{Kind: Pair, Parts: []Operand{o, p.simple()}}
	}
	return o
}

func (p *parser) simple() (o Operand) {
	p.inside(func() { o = p.one() })
	return o
}

// one reads an operand that is no pair.
func (p *parser) one() Operand {
	s := p.peek()
	switch {
	case s == "!":
		p.next()
		o := p.simple()
		o.Negated = !o.Negated
		return o
	case s == "[":
		p.next()
		base := p.simple()
		if base.Kind != Reg && base.Kind != Symbol && base.Kind != Int {
			p.fail("an address has to be a register, a variable or a number")
		}
		o := Operand{Kind: Address, Parts: []Operand{base}}
		if p.accept("+") || p.peek() == "-" {
			o.Offset = p.integer(math.MinInt32, math.MaxUint32)
		}
		p.expect("]")
		return o
	case s == "{":
		p.next()
		o := Operand{Kind: Vector}
		p.list("}", func() { o.Parts = append(o.Parts, p.simple()) })
		return o
	case s == "_":
		p.next()
		return Operand{Kind: Sink}
	case s == "-" || s != "" && s[0] >= '0' && s[0] <= '9':
		return p.number()
	}
	o := p.named(p.name())
	if o.Kind == Symbol && p.accept("+") {
		o.Offset = p.integer(math.MinInt32, math.MaxInt32)
	}
	return o
}

// named is what a name stands for.
func (p *parser) named(name string) Operand {
	for i := len(p.scopes) - 1; i >= 0; i-- {
		if o, ok := p.scopes[i][name]; ok {
			return o
		}
	}
	if name[0] != '%' {
		return Operand{Kind: Symbol, Name: name}
	}
	if SpecialBits(name) == 0 {
		p.fail("unknown register %s", name)
	}
	return Operand{Kind: Special, Name: name}
}
