package ptx

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// Parse reads a whole file into its syntax tree. name stands for the file in errors,
// which are *SyntaxError. What it does not know it refuses, and never skips.
func Parse(name string, src []byte) (f *File, err error) {
	defer caught(&err)
	p := newParser(name, src)
	p.file.Functions, p.file.Variables = map[string]*Function{}, map[string]*Variable{}
	p.header()
	for p.peek() != "" {
		p.top()
	}
	return p.file, nil
}

// Entries reads the kernels that a file defines, in its order, by name and parameters
// alone. name stands for the file in errors, which are *SyntaxError. The cost is one
// pass over the bytes.
func Entries(name string, src []byte) (all []*Function, err error) {
	defer caught(&err)
	p := newParser(name, src)
	for p.peek() != "" {
		if p.peek() == "{" {
			p.skip()
		} else if p.next() == ".entry" {
			all = append(all, p.signature(true))
		}
	}
	return all, nil
}

// caught makes the panic with which a parser ends an error.
func caught(err *error) {
	switch e := recover().(type) {
	case nil:
	case *SyntaxError:
		*err = e
	default:
		panic(e)
	}
}

// A parser reads the tokens of one file, with two of them in view.
type parser struct {
	scanner
	file       *File
	now, ahead token
	last       int // line of the token that next returned

	fn        *Function
	scopes    []map[string]Operand // of registers and of variables in nested blocks, innermost last
	unique    int
	depth     int // of brackets in brackets
	registers int // of the whole file
}

func newParser(name string, src []byte) *parser {
	p := &parser{scanner: scanner{file: name, text: string(src), line: 1}, file: &File{Name: name}, last: 1}
	p.start()
	return p
}

// start takes the first two tokens of what is left of the text.
func (p *parser) start() {
	p.now = p.scan()
	p.ahead = p.scan()
}

func (p *parser) fail(format string, args ...any) {
	panic(&SyntaxError{File: p.file.Name, Line: p.last, Msg: fmt.Sprintf(format, args...)})
}

func (p *parser) peek() string { return p.now.text }

func (p *parser) next() string {
	t := p.now
	p.last = t.line
	p.now, p.ahead = p.ahead, p.scan()
	return t.text
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

// inside reads what stands in brackets, which may hold others. Their depth is bounded, for each takes
// room on the stack.
func (p *parser) inside(read func()) {
	if p.depth++; p.depth > maxDepth {
		p.fail("brackets nested deeper than %d", maxDepth)
	}
	read()
	p.depth--
}

// maxDepth is more blocks in blocks, or brackets in brackets, than any compiler makes.
const maxDepth = 64

// list reads elements with commas between up to the bracket that ends them.
func (p *parser) list(end string, element func()) {
	for !p.accept(end) {
		element()
		if !p.accept(",") && p.peek() != end {
			p.fail("expected \",\" or %q, found %q", end, p.peek())
		}
	}
}

// skip passes over a block, which begins with the next token.
func (p *parser) skip() {
	p.at, p.line = p.now.end, p.now.line
	p.scanner.skip()
	p.start()
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

// header reads version, target and size of addresses.
func (p *parser) header() {
	p.expect(".version")
	p.file.Version = p.next()
	if v, err := strconv.ParseFloat(p.file.Version, 64); err != nil || v < 6 || v >= 9 {
		p.fail("PTX version %q: from 6.0 to 8.x are understood", p.file.Version)
	}
	p.expect(".target")
	p.file.Target = p.next()
	if _, err := strconv.Atoi(strings.TrimRight(strings.TrimPrefix(p.file.Target, "sm_"), "a")); err != nil {
		p.fail("target %q: an sm_ target is wanted", p.file.Target)
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
