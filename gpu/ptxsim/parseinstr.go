package ptxsim

import (
	"math"
	"strings"
)

// instruction reads one up to its semicolon.
func (p *parser) instruction() {
	in := &instr{guard: -1, line: p.toks[p.pos].Line}
	if p.accept("@") {
		in.negate = p.accept("!")
		o := p.operand()
		if o.kind != opReg || p.fn.regs[o.reg].typ != pred {
			p.fail("a guard has to be a predicate register")
		}
		in.guard = o.reg
		in.negate = in.negate != o.neg
	}
	words := strings.Split(p.name(), ".")
	in.op, in.mods = words[0], words[1:]
	if in.op == "call" {
		p.call(in)
	} else {
		for p.peek() != ";" {
			in.args = append(in.args, p.operand())
			if !p.accept(",") && p.peek() != ";" {
				p.next()
				p.fail("expected \",\" or \";\" after an operand of %s, found %q", in.op, p.toks[p.pos-1].Text)
			}
		}
	}
	p.expect(";")
	p.fn.body = append(p.fn.body, stmt{in: in})
}

// call reads "(result), name, (argument, ...)" into three operands.
func (p *parser) call(in *instr) {
	list := func() operand {
		o := operand{kind: opLabelSet}
		p.expect("(")
		for !p.accept(")") {
			o.vec = append(o.vec, p.operand())
			if !p.accept(",") && p.peek() != ")" {
				p.fail("expected \",\" or \")\", found %q", p.peek())
			}
		}
		return o
	}
	results, args := operand{kind: opLabelSet}, operand{kind: opLabelSet}
	if p.peek() == "(" {
		results = list()
		p.expect(",")
	}
	target := p.operand()
	if p.accept(",") {
		args = list()
	}
	in.args = []operand{results, target, args}
}

// operand reads one operand.
func (p *parser) operand() operand {
	o := p.simple()
	if p.accept("|") {
		return operand{kind: opPair, vec: []operand{o, p.simple()}}
	}
	return o
}

func (p *parser) simple() operand {
	s := p.peek()
	switch {
	case s == "!":
		p.next()
		o := p.simple()
		o.neg = !o.neg
		return o
	case s == "[":
		p.next()
		base := p.simple()
		if base.kind != opReg && base.kind != opSymbol && base.kind != opInt {
			p.fail("an address has to be a register, a variable or a number")
		}
		o := operand{kind: opAddress, vec: []operand{base}}
		if p.accept("+") {
			o.off = p.integer(math.MinInt32, math.MaxUint32)
		} else if p.peek() == "-" {
			o.off = p.integer(math.MinInt32, math.MaxUint32)
		}
		p.expect("]")
		return o
	case s == "{":
		p.next()
		o := operand{kind: opVector}
		for !p.accept("}") {
			o.vec = append(o.vec, p.simple())
			if !p.accept(",") && p.peek() != "}" {
				p.fail("expected \",\" or \"}\", found %q", p.peek())
			}
		}
		return o
	case s == "_":
		p.next()
		return operand{kind: opSink}
	case s == "-" || s != "" && s[0] >= '0' && s[0] <= '9':
		return p.number()
	}
	name := p.name()
	for i := len(p.scopes) - 1; i >= 0; i-- {
		if r, ok := p.scopes[i][name]; ok {
			return operand{kind: opReg, reg: r}
		}
		if u, ok := p.subs[i][name]; ok {
			return operand{kind: opSymbol, sym: u}
		}
	}
	if name[0] == '%' {
		if specialBits(name) == 0 {
			p.fail("unknown register %s", name)
		}
		return operand{kind: opSpecial, sym: name}
	}
	o := operand{kind: opSymbol, sym: name}
	if p.accept("+") {
		o.off = p.integer(math.MinInt32, math.MaxInt32)
	}
	return o
}
