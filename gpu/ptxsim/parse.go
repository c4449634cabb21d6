package ptxsim

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"hybrid/gpu/ptx"
)

// parser reads the tokens of one file.
type parser struct {
	mod  *Module
	toks []ptx.Token
	pos  int
	last int // line of the token that next returned

	fn     *function
	scopes []map[string]int // register names, innermost last
	subs   []map[string]string
	unique int
}

func (p *parser) fail(format string, args ...any) {
	panic(&ptx.SyntaxError{File: p.mod.name, Line: max(p.last, 1), Msg: fmt.Sprintf(format, args...)})
}

func (p *parser) peek() string { return p.toks[p.pos].Text }

func (p *parser) next() string {
	t := p.toks[p.pos]
	p.last = t.Line
	if p.pos < len(p.toks)-1 {
		p.pos++
	}
	return t.Text
}

func (p *parser) expect(want string) {
	if got := p.next(); got != want {
		p.fail("expected %q, found %q", want, got)
	}
}

func (p *parser) accept(s string) bool {
	if p.peek() == s {
		p.next()
		return true
	}
	return false
}

// name reads an identifier.
func (p *parser) name() string {
	s := p.next()
	if s == "" || !(s[0] == '_' || s[0] == '$' || s[0] == '%' || s[0] >= 'A' && s[0] <= 'Z' || s[0] >= 'a' && s[0] <= 'z') {
		p.fail("expected a name, found %q", s)
	}
	return s
}

// integer reads a number that has to be an integer from lo to hi.
func (p *parser) integer(lo, hi int64) int64 {
	neg := p.accept("-")
	s := p.next()
	v, err := strconv.ParseUint(strings.TrimSuffix(s, "U"), 0, 64)
	n := int64(v)
	if neg {
		n = -n
	}
	if err != nil || n < lo || n > hi {
		p.fail("%q is no integer from %d to %d", s, lo, hi)
	}
	return n
}

// file reads the whole module.
func (p *parser) file() {
	p.expect(".version")
	p.mod.version = p.next()
	if v, err := strconv.ParseFloat(p.mod.version, 64); err != nil || v < 6 || v >= 9 {
		p.fail("PTX version %q: from 6.0 to 8.x are understood", p.mod.version)
	}
	p.expect(".target")
	p.mod.target = p.next()
	if _, err := strconv.Atoi(strings.TrimRight(strings.TrimPrefix(p.mod.target, "sm_"), "a")); err != nil {
		p.fail("target %q: an sm_ target is wanted", p.mod.target)
	}
	for p.accept(",") {
		if s := p.next(); s != "debug" {
			p.fail("unknown target option %q", s)
		}
	}
	p.expect(".address_size")
	if s := p.next(); s != "64" {
		p.fail("address size %q: only 64 is understood", s)
	}
	for p.peek() != "" {
		p.top()
	}
}

// top reads one directive at module level.
func (p *parser) top() {
	extern := false
	for {
		switch s := p.next(); s {
		case ".visible", ".weak", ".common":
		case ".extern":
			extern = true
		case ".global", ".const", ".shared":
			p.declare(s[1:], extern)
			return
		case ".func", ".entry":
			p.function(s == ".entry", extern)
			return
		case ".file":
			p.integer(0, math.MaxInt32)
			p.next()
			return
		case ";":
			return
		default:
			p.fail("unknown directive %q", s)
		}
	}
}

// declare reads a variable after its state space and gives it a place.
func (p *parser) declare(space string, extern bool) {
	v := p.variable(space)
	if extern && v.size == 0 && space == "shared" {
		v.dynamic = true
	} else if extern || v.size == 0 {
		p.fail("%s variable %s has no size here: only extern shared arrays may do without", space, v.name)
	}
	vars := p.mod.vars
	if p.fn != nil {
		vars = p.fn.vars
	}
	if vars[v.name] != nil {
		p.fail("%s is declared twice", v.name)
	}
	vars[v.name] = v
	if space == "global" || space == "const" {
		seg := &p.mod.global
		if space == "const" {
			seg = &p.mod.constant
		}
		v.offset = seg.place(v.size, v.align)
		if space == "const" && seg.size > 64<<10 {
			p.fail("more than 64 KiB of constant memory")
		}
		seg.set(v.offset, v.init)
		p.mod.vars[v.name] = v
	}
	p.expect(";")
}

// variable reads ".align 8 .b8 name[4][2] = {...}".
func (p *parser) variable(space string) *variable {
	v := &variable{space: space, align: 0, line: p.toks[p.pos].Line}
	vec, pointer := 1, false
	for strings.HasPrefix(p.peek(), ".") {
		switch s := p.next(); s {
		case ".align":
			n := int(p.integer(1, 1<<16))
			if n&(n-1) != 0 {
				p.fail("alignment %d is no power of two", n)
			}
			if !pointer {
				v.align = n // else of what it points to
			}
		case ".v2":
			vec = 2
		case ".v4":
			vec = 4
		case ".ptr", ".global", ".shared", ".const", ".local": // what a parameter points to
			if space != "param" {
				p.fail("unknown directive %q", s)
			}
			pointer = true
		default:
			t, ok := parseType(s[1:])
			if !ok || t == pred {
				p.fail("unknown type %q", s)
			}
			v.typ = t
		}
	}
	if v.typ.bits == 0 {
		p.fail("declaration without a type")
	}
	v.name = p.name()
	elem := v.typ.size() * vec
	if v.align == 0 {
		v.align = elem
	}
	v.size = elem
	for p.accept("[") {
		n := int64(0)
		if p.peek() != "]" {
			n = p.integer(0, 1<<31)
		}
		p.expect("]")
		if int64(v.size)*n > 1<<31 {
			p.fail("%s is larger than 2 GiB", v.name)
		}
		v.size *= int(n)
	}
	if p.accept("=") {
		if space != "global" && space != "const" {
			p.fail("%s variable %s cannot have a value", space, v.name)
		}
		v.init = p.values(v, nil)
		if len(v.init) > v.size {
			p.fail("%s has %d bytes of values for %d", v.name, len(v.init), v.size)
		}
	}
	return v
}

// values reads an initializer, braces flattened.
func (p *parser) values(v *variable, out []byte) []byte {
	if p.accept("{") {
		for !p.accept("}") {
			out = p.values(v, out)
			if !p.accept(",") && p.peek() != "}" {
				p.fail("expected \",\" or \"}\", found %q", p.peek())
			}
		}
		return out
	}
	o := p.number()
	bits := o.imm
	if v.typ.kind == 'f' {
		bits = p.floatBits(o, v.typ)
	}
	for i := range v.typ.size() {
		out = append(out, byte(bits>>(8*i)))
	}
	return out
}

// number reads a literal, with its sign.
func (p *parser) number() operand {
	neg := p.accept("-")
	s := p.next()
	if len(s) > 2 && s[0] == '0' && (s[1] == 'f' || s[1] == 'F' || s[1] == 'd' || s[1] == 'D') {
		kind, n := opFloat32, 8
		if s[1] == 'd' || s[1] == 'D' {
			kind, n = opFloat64, 16
		}
		v, err := strconv.ParseUint(s[2:], 16, 64)
		if err != nil || len(s) != 2+n {
			p.fail("%q is no number", s)
		}
		if neg {
			v ^= 1 << (4*n - 1)
		}
		return operand{kind: kind, imm: v}
	}
	if v, err := strconv.ParseUint(strings.TrimSuffix(s, "U"), 0, 64); err == nil {
		if neg {
			v = -v
		}
		return operand{kind: opInt, imm: v}
	}
	v, err := strconv.ParseFloat(s, 64)
	if err != nil || s[0] < '0' || s[0] > '9' {
		p.fail("expected a number, found %q", s)
	}
	if neg {
		v = -v
	}
	return operand{kind: opFloat64, imm: math.Float64bits(v)}
}

// floatBits is the literal o as type t.
func (p *parser) floatBits(o operand, t typ) uint64 {
	bits, ok := literal(o, t)
	if !ok {
		p.fail("literal does not fit type %s", t)
	}
	return bits
}

// literal is the bits of a literal used as type t.
func literal(o operand, t typ) (uint64, bool) {
	switch {
	case o.kind == opInt:
		return o.imm, t.kind != 'f' || o.imm == 0
	case t.kind != 'f' && t.kind != 'b':
		return 0, false
	case t.bits == 64 && o.kind == opFloat32:
		return math.Float64bits(float64(math.Float32frombits(uint32(o.imm)))), t.kind == 'f'
	case t.bits == 32 && o.kind == opFloat64:
		return uint64(math.Float32bits(float32(math.Float64frombits(o.imm)))), t.kind == 'f'
	case t.bits == 32 && o.kind == opFloat32 || t.bits == 64 && o.kind == opFloat64:
		return o.imm, true
	}
	return 0, false
}
