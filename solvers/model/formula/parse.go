package formula

import (
	"strconv"
	"strings"
)

// The bounds of a formula. A node takes some 120 bytes, so that a formula takes less than 1 MiB;
// a level of depth takes less than 4 KiB of the stack.
const (
	maxText   = 16 << 10 // bytes
	maxNodes  = 4096
	maxDepth  = 200 // of parentheses, calls, signs and powers within each other
	maxName   = 64  // letters
	MaxOffset = 16  // cells
)

// Parse reads a formula. An error is an *Error.
//
//	formula    = all { "or" all }
//	all        = truth { "and" truth }
//	truth      = "not" truth | comparison
//	comparison = sum [ ("<" | "<=" | ">" | ">=" | "==" | "!=") sum ]
//	sum        = product { ("+" | "-") product }
//	product    = signed { ("*" | "/") signed }
//	signed     = ("-" | "+") signed | power
//	power      = atom [ "^" signed ]
//	atom       = number | name | name "(" formula { "," formula } ")"
//	           | name "[" offset { "," offset } "]" | "(" formula ")"
//
// So -a^2 is -(a^2), 2^3^2 is 2^(3^2), and not a < b is not (a < b).
func Parse(text string) (*Expr, error) {
	p := &parser{text: text}
	if len(text) > maxText {
		return nil, wrong(text, 0, 0, "a formula of %d bytes: %d are the most; give parts of it names of their own", len(text), maxText)
	}
	e, err := p.parse()
	if err != nil {
		return nil, err
	}
	return e, nil
}

type parser struct {
	text  string
	at    token // the one that is looked at
	last  token // the one before it
	nodes int
	depth int
}

func (p *parser) parse() (*Expr, *Error) {
	if err := p.advance(); err != nil {
		return nil, err
	}
	if p.at.kind == end {
		return nil, wrong(p.text, p.at.lo, p.at.hi, "the formula is empty: want one such as 0.5*u + sin(x)")
	}
	e, err := p.binary(0)
	if err != nil {
		return nil, err
	}
	if p.at.kind != end {
		return nil, p.unexpected()
	}
	return e, nil
}

func (p *parser) advance() *Error {
	t, err := next(p.text, p.at.hi)
	p.last, p.at = p.at, t
	return err
}

// is tells whether the token looked at is such a word or sign.
func (p *parser) is(text string) bool { return p.at.kind >= word && p.at.text == text }

// deeper counts a level of depth; the caller takes it off.
func (p *parser) deeper() *Error {
	if p.depth++; p.depth > maxDepth {
		return wrong(p.text, p.at.lo, p.at.hi, "nested deeper than %d: give parts of the formula names of their own", maxDepth)
	}
	return nil
}

func (p *parser) node(e *Expr) (*Expr, *Error) {
	if p.nodes++; p.nodes > maxNodes {
		return nil, wrong(p.text, e.Lo, e.Hi, "more than %d numbers, names and operators: give parts of the formula names of their own", maxNodes)
	}
	return e, nil
}

// levels are the binary operators that bind alike, from the loosest; those of compare stand
// alone, and behind the level of and comes not.
var levels = [][]string{{"or"}, {"and"}, {"<", "<=", ">", ">=", "==", "!="}, {"+", "-"}, {"*", "/"}}

const compare = 2

func (p *parser) binary(level int) (*Expr, *Error) {
	if level == len(levels) {
		return p.signed()
	}
	if level == compare && p.is("not") {
		return p.not()
	}
	left, err := p.binary(level + 1)
	if err != nil {
		return nil, err
	}
	for n := 0; p.isOne(levels[level]); n++ {
		op := p.at
		if level == compare && n > 0 {
			return nil, wrong(p.text, op.lo, op.hi, "a comparison of a comparison: write a < b and b < c for a < b < c")
		}
		if err := p.advance(); err != nil {
			return nil, err
		}
		right, err := p.binary(level + 1)
		if err != nil {
			return nil, err
		}
		if left, err = p.node(&Expr{Kind: Binary, Name: op.text, Args: []*Expr{left, right}, Lo: left.Lo, Hi: right.Hi}); err != nil {
			return nil, err
		}
	}
	return left, nil
}

func (p *parser) isOne(of []string) bool {
	for _, s := range of {
		if p.is(s) {
			return true
		}
	}
	return false
}

func (p *parser) not() (*Expr, *Error) {
	lo := p.at.lo
	if err := p.deeper(); err != nil {
		return nil, err
	}
	if err := p.advance(); err != nil {
		return nil, err
	}
	e, err := p.binary(compare)
	p.depth--
	if err != nil {
		return nil, err
	}
	return p.node(&Expr{Kind: Unary, Name: "not", Args: []*Expr{e}, Lo: lo, Hi: e.Hi})
}

func (p *parser) signed() (*Expr, *Error) {
	if !p.is("-") && !p.is("+") {
		return p.power()
	}
	op := p.at
	if err := p.deeper(); err != nil {
		return nil, err
	}
	if err := p.advance(); err != nil {
		return nil, err
	}
	e, err := p.signed()
	p.depth--
	if err != nil || op.text == "+" {
		return e, err
	}
	return p.node(&Expr{Kind: Unary, Name: "-", Args: []*Expr{e}, Lo: op.lo, Hi: e.Hi})
}

func (p *parser) power() (*Expr, *Error) {
	base, err := p.atom()
	if err != nil || !p.is("^") {
		return base, err
	}
	if err := p.deeper(); err != nil {
		return nil, err
	}
	if err := p.advance(); err != nil {
		return nil, err
	}
	exponent, err := p.signed()
	p.depth--
	if err != nil {
		return nil, err
	}
	return p.node(&Expr{Kind: Binary, Name: "^", Args: []*Expr{base, exponent}, Lo: base.Lo, Hi: exponent.Hi})
}

func (p *parser) atom() (*Expr, *Error) {
	t := p.at
	switch {
	case t.kind == number:
		if err := p.advance(); err != nil {
			return nil, err
		}
		return p.node(&Expr{Kind: Number, Value: t.value, Lo: t.lo, Hi: t.hi})
	case p.is("("):
		if err := p.deeper(); err != nil {
			return nil, err
		}
		if err := p.advance(); err != nil {
			return nil, err
		}
		e, err := p.binary(0)
		if err != nil {
			return nil, err
		}
		p.depth--
		e.Lo, e.Hi = t.lo, p.at.hi
		return e, p.closing(")", t)
	case t.kind == word && t.text == "not":
		return nil, wrong(p.text, t.lo, t.hi, "put parentheses around what begins with not, as in 1 + (not a < b)")
	case t.kind == word && t.text != "and" && t.text != "or":
		if err := p.advance(); err != nil {
			return nil, err
		}
		switch {
		case p.is("("):
			return p.call(t)
		case p.is("["):
			return p.shift(t)
		}
		return p.node(&Expr{Kind: Name, Name: t.text, Lo: t.lo, Hi: t.hi})
	case t.kind == end:
		return nil, wrong(p.text, t.lo, t.hi, "the formula ends where a number, a name or a parenthesis should follow")
	}
	return nil, wrong(p.text, t.lo, t.hi, "%s where a number, a name or a parenthesis should stand", t.text)
}

// closing reads the bracket that ends what opened at a token.
func (p *parser) closing(bracket string, opened token) *Error {
	switch {
	case p.is(bracket):
		return p.advance()
	case p.at.kind == end:
		return wrong(p.text, opened.lo, opened.hi, "this %s is not closed: a %s is missing", opened.text, bracket)
	}
	return p.unexpected()
}

// unexpected is the error where something follows a formula that cannot.
func (p *parser) unexpected() *Error {
	t := p.at
	switch {
	case p.is(")") || p.is("]"):
		return wrong(p.text, t.lo, t.hi, "this %s closes nothing", t.text)
	case p.is(","):
		return wrong(p.text, t.lo, t.hi, "a comma outside of a function's arguments: a number has a point, as in 0.5")
	case t.kind == word && (t.text == "if" || t.text == "else"):
		return wrong(p.text, t.lo, t.hi, "%s is not of this language: write select(condition, a, b)", t.text)
	case t.kind != sign && p.last.kind == word && functions[p.last.text].args != "" && !isSpacing(p.last.text):
		return wrong(p.text, p.last.lo, t.hi, "%s is a function: write %s", p.last.text, functions[p.last.text].form(p.last.text))
	case t.kind == number || t.kind == word && t.text != "not" || p.is("("):
		product := "with *"
		if p.last.kind != sign && t.kind != sign {
			product = short(p.last.text) + "*" + short(t.text)
		}
		return wrong(p.text, p.last.lo, t.hi, "no operator between %s and %s: a product is written %s", short(p.last.text), short(t.text), product)
	}
	return wrong(p.text, t.lo, t.hi, "%s where an operator or the formula's end should follow", short(t.text))
}

func (p *parser) call(name token) (*Expr, *Error) {
	open := p.at
	if err := p.deeper(); err != nil {
		return nil, err
	}
	e := &Expr{Kind: Call, Name: name.text, Lo: name.lo}
	for {
		if err := p.advance(); err != nil {
			return nil, err
		}
		if p.is(")") && len(e.Args) == 0 {
			break
		}
		arg, err := p.binary(0)
		if err != nil {
			return nil, err
		}
		e.Args = append(e.Args, arg)
		if !p.is(",") {
			break
		}
	}
	p.depth--
	e.Hi = p.at.hi
	if err := p.closing(")", open); err != nil {
		return nil, err
	}
	return p.node(e)
}

func (p *parser) shift(name token) (*Expr, *Error) {
	open := p.at
	e := &Expr{Kind: Shift, Name: name.text, Lo: name.lo}
	for {
		if err := p.advance(); err != nil {
			return nil, err
		}
		lo, minus := p.at.lo, p.is("-")
		if minus || p.is("+") {
			if err := p.advance(); err != nil {
				return nil, err
			}
		}
		n, err := strconv.Atoi(p.at.text)
		if p.at.kind == end {
			return nil, wrong(p.text, open.lo, open.hi, "this [ is not closed: a ] is missing")
		}
		if p.at.kind != number || strings.ContainsAny(p.at.text, ".eE") || err != nil || n > MaxOffset {
			return nil, wrong(p.text, lo, max(lo, p.at.hi), "an offset is a whole number of cells from -%d to %d, as in %s[-1,0]", MaxOffset, MaxOffset, short(name.text))
		}
		if minus {
			n = -n
		}
		if e.Offset = append(e.Offset, n); len(e.Offset) > 3 {
			return nil, wrong(p.text, name.lo, p.at.hi, "more than 3 offsets: want one for each axis of the grid, rows before columns")
		}
		if err := p.advance(); err != nil {
			return nil, err
		}
		if p.is(",") {
			continue
		}
		if !p.is("]") {
			return nil, wrong(p.text, p.at.lo, max(p.at.lo, p.at.hi), "a comma or a ] should follow the offset")
		}
		e.Hi = p.at.hi
		if err := p.advance(); err != nil {
			return nil, err
		}
		return p.node(e)
	}
}
