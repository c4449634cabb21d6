package ptx

import (
	"math"
	"strconv"
	"strings"
)

// declare reads a variable after its state space.
func (p *parser) declare(space string, extern bool) {
	v := p.variable(space)
	if extern && v.Size == 0 && space == "shared" {
		v.Dynamic = true
	} else if extern || v.Size == 0 {
		p.fail("%s variable %s has no size here: only extern shared arrays may do without", space, v.Name)
	}
	vars := p.file.Variables
	if p.fn != nil {
		vars = p.fn.Variables
	}
	if vars[v.Name] != nil {
		p.fail("%s is declared twice", v.Name)
	}
	vars[v.Name] = v
	if space == "global" || space == "const" {
		p.file.Globals = append(p.file.Globals, v)
		p.file.Variables[v.Name] = v
	}
	p.expect(";")
}

// variable reads ".align 8 .b8 name[4][2] = {...}".
func (p *parser) variable(space string) *Variable {
	v := &Variable{Space: space, Line: p.now.line}
	vec, pointer := 1, false
	for strings.HasPrefix(p.peek(), ".") {
		s := p.next()
		t, known := ParseType(s[1:])
		switch {
		case s == ".align":
			n := int(p.integer(1, 1<<16))
			if n&(n-1) != 0 {
				p.fail("alignment %d is no power of two", n)
			}
			if !pointer {
				v.Align = n // else of what it points to
			}
		case s == ".v2" || s == ".v4":
			vec = int(s[2] - '0')
		case s == ".ptr" && space == "param":
			pointer = true
		case pointer: // the state space that it points to
		case !known || t == Pred:
			p.fail("unknown type %q", s)
		default:
			v.Type = t
		}
	}
	if v.Type.Bits == 0 {
		p.fail("declaration without a type")
	}
	v.Name = p.name()
	v.Size = v.Type.Size() * vec
	if v.Align == 0 {
		v.Align = v.Size
	}
	for p.accept("[") {
		n := int64(0)
		if p.peek() != "]" {
			n = p.integer(0, 1<<31)
		}
		p.expect("]")
		if int64(v.Size)*n > 1<<31 {
			p.fail("%s is larger than 2 GiB", v.Name)
		}
		v.Size *= int(n)
	}
	if p.accept("=") {
		if space != "global" && space != "const" {
			p.fail("%s variable %s cannot have a value", space, v.Name)
		}
		p.values(v)
		if len(v.Init) > v.Size {
			p.fail("%s has %d bytes of values for %d", v.Name, len(v.Init), v.Size)
		}
	}
	return v
}

// values reads an initializer, braces flattened.
func (p *parser) values(v *Variable) {
	if p.accept("{") {
		p.inside(func() { p.list("}", func() { p.values(v) }) })
		return
	}
	o := p.number()
	bits := o.Bits
	if v.Type.Kind == 'f' {
		var ok bool
		if bits, ok = o.Literal(v.Type); !ok {
			p.fail("literal does not fit type %s", v.Type)
		}
	}
	for i := range v.Type.Size() {
		v.Init = append(v.Init, byte(bits>>(8*i)))
	}
}

// number reads a literal, with its sign.
func (p *parser) number() Operand {
	neg := p.accept("-")
	s := p.next()
	if len(s) > 2 && s[0] == '0' && (s[1] == 'f' || s[1] == 'F' || s[1] == 'd' || s[1] == 'D') {
		kind, n := Float32, 8
		if s[1] == 'd' || s[1] == 'D' {
			kind, n = Float64, 16
		}
		v, err := strconv.ParseUint(s[2:], 16, 64)
		if err != nil || len(s) != 2+n {
			p.fail("%q is no number", s)
		}
		if neg {
			v ^= 1 << (4*n - 1)
		}
		return Operand{Kind: kind, Bits: v}
	}
	if v, err := strconv.ParseUint(strings.TrimSuffix(s, "U"), 0, 64); err == nil {
		if neg {
			v = -v
		}
		return Operand{Kind: Int, Bits: v}
	}
	v, err := strconv.ParseFloat(s, 64)
	if err != nil || s[0] < '0' || s[0] > '9' {
		p.fail("expected a number, found %q", s)
	}
	if neg {
		v = -v
	}
	return Operand{Kind: Float64, Bits: math.Float64bits(v)}
}
