package machine

import (
	"math"
	"slices"

	"hybrid/solvers/model/ir"
)

// A verb is what a step does. Its operands are those of the operation of that name in
// solvers/model/ir, unless said otherwise.
type verb uint8

const (
	add verb = iota
	sub
	mul
	div
	sqrt
	floor
	least
	most
	fma     // how: the signs, see target.fused
	compare // how: the predicate
	and     // bitwise on floats, and on masks that are vectors
	andNot  // not the first, and the second
	or
	xor
	intAdd
	intSub
	intAnd
	intOr
	intXor
	shiftL  // how: the distance
	shiftR  // how: the distance
	maskAND // on k registers
	maskANDNOT
	maskOR
	maskNOT
	maskMake // a mask of a vector
	align    // how: the element at which one of two vectors begins that lie one behind the other, the second one first
	blend    // the mask, where it is not set, where it is
	put      // into output how
	carry    // to the next turn of the loop: value how is there what the operand is here
)

// A value is what registers hold: what a step makes, or something from outside.
type value struct {
	origin origin
	mask   bool   // lives in a k register
	bits   uint64 // of a constant
	index  int    // of a uniform; of a load its row; coordinates along the row: the one behind the last row
	offset int    // of a load, in cells
}

type origin uint8

const (
	made origin = iota
	constant
	uniform
	loaded
)

// A step makes a value from others.
type step struct {
	verb verb
	how  int
	args []int // values
	to   int   // a value, -1 of put
}

// A choice is a program as steps, operands first.
type choice struct {
	target
	values []value
	steps  []step
	outs   int

	p     *ir.Program
	known map[value]int
	of    []int // by node: the value, -1: not chosen yet
}

// choose makes steps of a program, for a target of its type.
func choose(p *ir.Program, t target) *choice {
	c := &choice{target: t, p: p, outs: len(p.Outs), known: map[value]int{}, of: slices.Repeat([]int{-1}, len(p.Nodes))}
	for i, v := range p.Outs {
		c.steps = append(c.steps, step{verb: put, how: i, args: []int{c.value(v)}, to: -1})
	}
	return c
}

// outside is a value that no step makes.
func (c *choice) outside(v value) int {
	at, ok := c.known[v]
	if !ok {
		at = len(c.values)
		c.values = append(c.values, v)
		c.known[v] = at
	}
	return at
}

func (c *choice) constant(bits uint64) int { return c.outside(value{origin: constant, bits: bits}) }

// all has every bit of an element set; sign the highest.
func (c *choice) all() uint64  { return math.MaxUint64 >> (64 - c.typ.Width()) }
func (c *choice) sign() uint64 { return 1 << (c.typ.Width() - 1) }

// do adds a step and is what it makes.
func (c *choice) do(verb verb, how int, args ...int) int {
	to := len(c.values)
	c.values = append(c.values, value{mask: c.makesMask(verb)})
	c.steps = append(c.steps, step{verb, how, args, to})
	return to
}

// makesMask tells whether a step's value lives in a k register.
func (t target) makesMask(v verb) bool {
	return t.wide && v == compare || v >= maskAND && v <= maskMake
}

// value is that of a node, whose steps it adds where there are none.
func (c *choice) value(v ir.Value) int {
	if c.of[v] < 0 {
		c.of[v] = c.pick(v)
	}
	return c.of[v]
}

// cell is that of a row so far along it.
func (c *choice) cell(row, offset int) int {
	first := offset &^ (c.lanes() - 1)
	if !c.whole || first == offset {
		return c.outside(value{origin: loaded, index: row, offset: offset})
	}
	before := c.outside(value{origin: loaded, index: row, offset: first})
	behind := c.outside(value{origin: loaded, index: row, offset: first + c.lanes()})
	return c.do(align, offset-first, behind, before)
}

// unsigned is a node without the operations in front that change its sign.
func (c *choice) unsigned(v ir.Value) (_ ir.Value, minus int) {
	for c.p.Nodes[v].Op == ir.Neg && c.p.Levels[v] == ir.PerCell {
		v, minus = c.p.Nodes[v].A, 1-minus
	}
	return v, minus
}

// pick chooses the steps of a node.
func (c *choice) pick(v ir.Value) int {
	n := &c.p.Nodes[v]
	switch {
	case n.Op == ir.Const || n.Op == ir.Int:
		return c.constant(n.Imm)
	case c.p.Levels[v] != ir.PerCell:
		u := c.outside(value{origin: uniform, index: slices.Index(c.p.Uniforms, v)})
		if c.wide && n.Op.Kind() == ir.AMask {
			return c.do(maskMake, 0, u)
		}
		return u
	}
	switch n.Op {
	case ir.Load:
		return c.cell(c.p.RowOf(n), int(n.Offset[2]))
	case ir.Coord:
		return c.outside(value{origin: loaded, index: len(c.p.Rows)})
	case ir.Bits, ir.Float:
		return c.value(n.A)
	case ir.Neg:
		return c.do(xor, 0, c.value(n.A), c.constant(c.sign()))
	case ir.Abs:
		a, _ := c.unsigned(n.A)
		return c.do(and, 0, c.value(a), c.constant(c.all()^c.sign()))
	case ir.Add:
		return c.sum(n.A, n.B)
	case ir.Sub:
		if b, minus := c.unsigned(n.B); minus == 1 {
			return c.do(add, 0, c.value(n.A), c.value(b))
		}
	case ir.FMA:
		a, minusA := c.unsigned(n.A)
		b, minusB := c.unsigned(n.B)
		s, minusS := c.unsigned(n.C)
		return c.do(fma, minusA^minusB|minusS<<1, c.value(a), c.value(b), c.value(s))
	case ir.Less, ir.LessEq, ir.Equal:
		return c.do(compare, predicates[n.Op], c.value(n.A), c.value(n.B))
	case ir.And, ir.Or, ir.Not:
		return c.ofMasks(n)
	case ir.Select:
		m, yes, no := n.A, n.B, n.C
		for c.p.Nodes[m].Op == ir.Not && c.p.Levels[m] == ir.PerCell {
			m, yes, no = c.p.Nodes[m].A, no, yes
		}
		return c.do(blend, 0, c.value(m), c.value(no), c.value(yes))
	case ir.IShl:
		return c.do(shiftL, int(min(n.Imm, 255)), c.value(n.A))
	case ir.IShr:
		return c.do(shiftR, int(min(n.Imm, 255)), c.value(n.A))
	}
	var args []int
	for _, o := range n.Operands() {
		args = append(args, c.value(o))
	}
	return c.do(plain[n.Op], 0, args...)
}

// plain are the verbs of operations that become one step as they are.
var plain = map[ir.Op]verb{
	ir.Sqrt: sqrt, ir.Floor: floor, ir.Sub: sub, ir.Mul: mul, ir.Div: div, ir.Min: least, ir.Max: most,
	ir.IAdd: intAdd, ir.ISub: intSub, ir.IAnd: intAnd, ir.IOr: intOr, ir.IXor: intXor,
}

// Predicates of comparisons: false with NaN, and their negations, true with NaN.
var (
	predicates = map[ir.Op]int{ir.Equal: 0x00, ir.Less: 0x11, ir.LessEq: 0x12}
	negated    = map[int]int{0x00: 0x04, 0x11: 0x15, 0x12: 0x16}
	exchanged  = map[int]int{0x00: 0x00, 0x04: 0x04, 0x11: 0x1e, 0x12: 0x1d, 0x15: 0x1a, 0x16: 0x19} // of b and a
)

// sum is a + b; of -x it takes x away.
func (c *choice) sum(a, b ir.Value) int {
	if x, minus := c.unsigned(b); minus == 1 {
		return c.do(sub, 0, c.value(a), c.value(x))
	}
	if x, minus := c.unsigned(a); minus == 1 {
		return c.do(sub, 0, c.value(b), c.value(x))
	}
	return c.do(add, 0, c.value(a), c.value(b))
}

// ofMasks chooses for And, Or and Not.
func (c *choice) ofMasks(n *ir.Node) int {
	verbs := [...]verb{and, or, andNot}
	if c.wide {
		verbs = [...]verb{maskAND, maskOR, maskANDNOT}
	}
	not := func(v ir.Value) bool { return c.p.Nodes[v].Op == ir.Not && c.p.Levels[v] == ir.PerCell }
	switch {
	case n.Op == ir.Or:
		return c.do(verbs[1], 0, c.value(n.A), c.value(n.B))
	case n.Op == ir.And && not(n.A):
		return c.do(verbs[2], 0, c.value(c.p.Nodes[n.A].A), c.value(n.B))
	case n.Op == ir.And && not(n.B):
		return c.do(verbs[2], 0, c.value(c.p.Nodes[n.B].A), c.value(n.A))
	case n.Op == ir.And:
		return c.do(verbs[0], 0, c.value(n.A), c.value(n.B))
	}
	a := &c.p.Nodes[n.A]
	if p, ok := predicates[a.Op]; ok && c.p.Levels[n.A] == ir.PerCell {
		return c.do(compare, negated[p], c.value(a.A), c.value(a.B))
	}
	if c.wide {
		return c.do(maskNOT, 0, c.value(n.A))
	}
	return c.do(xor, 0, c.value(n.A), c.constant(c.all()))
}
