package ir

import (
	"fmt"
	"math"
)

// A Type is what a program computes with.
type Type uint8

const (
	F64 Type = iota
	F32
)

func (t Type) String() string { return [...]string{"f64", "f32"}[t] }

// Bytes is the size of a value.
func (t Type) Bytes() int { return 8 >> t }

// Width is the number of bits of a value.
func (t Type) Width() int { return 64 >> t }

// mask has the bits of an integer of the type.
func (t Type) mask() uint64 { return math.MaxUint64 >> (64 - t.Width()) }

// Bits are those of a number, rounded to the type.
func (t Type) Bits(x float64) uint64 {
	if t == F32 {
		return uint64(math.Float32bits(float32(x)))
	}
	return math.Float64bits(x)
}

// Float is the number with such bits.
func (t Type) Float(bits uint64) float64 {
	if t == F32 {
		return float64(math.Float32frombits(uint32(bits)))
	}
	return math.Float64frombits(bits)
}

// A Value is a node of a graph: the index of one.
type Value int32

// None is no operand.
const None Value = -1

// A Node is an operation and what it works on.
type Node struct {
	Op      Op
	A, B, C Value // operands; None where there is none
	Imm     uint64
	Field   int16   // of a Load
	Offset  [3]int8 // of a Load, in planes, rows and columns
}

// Operands are those that there are.
func (n *Node) Operands() []Value {
	all := [3]Value{n.A, n.B, n.C}
	for i, k := range ops[n.Op].args {
		if k == Nothing {
			return all[:i:i]
		}
	}
	return all[:]
}

// A Graph holds the nodes of formulas, operands before what they are operands of, no two
// alike. Operations on constants alone are done at once.
type Graph struct {
	Type  Type
	Nodes []Node
	known map[Node]Value
}

// New makes an empty graph.
func New(t Type) *Graph { return &Graph{Type: t, known: map[Node]Value{}} }

// Const is a number, rounded to the type.
func (g *Graph) Const(x float64) Value { return g.leaf(Node{Op: Const, Imm: g.Type.Bits(x)}) }

// Int is an integer, modulo 2^width.
func (g *Graph) Int(x uint64) Value { return g.leaf(Node{Op: Int, Imm: x & g.Type.mask()}) }

// Time is the time of the step or stage.
func (g *Graph) Time() Value { return g.leaf(Node{Op: Time}) }

// Coord is the coordinate of the cell's middle: axis 0 across planes, 1 across rows, 2
// along the row.
func (g *Graph) Coord(axis int) Value { return g.leaf(Node{Op: Coord, Imm: uint64(axis)}) }

// Load is the value of a field so many planes, rows and columns away.
func (g *Graph) Load(field, a, b, c int) Value {
	return g.leaf(Node{Op: Load, Field: int16(field), Offset: [3]int8{int8(a), int8(b), int8(c)}})
}

func (g *Graph) leaf(n Node) Value {
	n.A, n.B, n.C = None, None, None
	return g.add(n)
}

func (g *Graph) add(n Node) Value {
	if v, ok := g.known[n]; ok {
		return v
	}
	v := Value(len(g.Nodes))
	g.Nodes = append(g.Nodes, n)
	g.known[n] = v
	return v
}

// Constant is the number that a value is, where it is a constant.
func (g *Graph) Constant(v Value) (float64, bool) {
	n := &g.Nodes[v]
	return g.Type.Float(n.Imm), n.Op == Const
}

// Apply is an operation on operands of the kinds that it takes. Of IShl and IShr imm is
// the distance.
func (g *Graph) Apply(op Op, imm uint64, operands ...Value) Value {
	n := Node{Op: op, A: None, B: None, C: None, Imm: imm}
	for i, v := range operands {
		if got, want := g.Nodes[v].Op.Kind(), ops[op].args[i]; got != want {
			panic(fmt.Sprintf("ir: operand %d of %v is of kind %d, want %d", i, op, got, want))
		}
		*[]*Value{&n.A, &n.B, &n.C}[i] = v
	}
	if ops[op].Kind != AMask && len(operands) > 0 && g.constants(operands) {
		return g.add(g.fold(n))
	}
	if op == Select {
		if whole, ok := g.decided(n); ok {
			return whole
		}
	}
	return g.add(n)
}

// constants tells whether all operands are.
func (g *Graph) constants(operands []Value) bool {
	for _, v := range operands {
		if op := g.Nodes[v].Op; op != Const && op != Int {
			return false
		}
	}
	return true
}

// fold is the constant that an operation on constants gives.
func (g *Graph) fold(n Node) Node {
	var x [3]uint64
	for i, v := range n.Operands() {
		x[i] = g.Nodes[v].Imm
	}
	made := Node{Op: Const, A: None, B: None, C: None, Imm: g.Type.Eval(n.Op, n.Imm, x)}
	if n.Op.Kind() == AnInt {
		made.Op = Int
	}
	return made
}

// decided is what a Select gives whose condition compares constants, or whose branches
// are the same.
func (g *Graph) decided(n Node) (Value, bool) {
	if n.B == n.C {
		return n.B, true
	}
	truth, ok := g.truth(n.A)
	if !ok {
		return None, false
	}
	if truth {
		return n.B, true
	}
	return n.C, true
}

// truth is that of a mask, where it depends on constants alone.
func (g *Graph) truth(v Value) (truth, known bool) {
	n := &g.Nodes[v]
	var x [3]uint64
	for i, o := range n.Operands() {
		switch g.Nodes[o].Op.Kind() {
		case AMask:
			t, ok := g.truth(o)
			if !ok {
				return false, false
			}
			if t {
				x[i] = g.Type.mask()
			}
		default:
			if !g.constants([]Value{o}) {
				return false, false
			}
			x[i] = g.Nodes[o].Imm
		}
	}
	return g.Type.Eval(n.Op, n.Imm, x) != 0, true
}

// Those below are nodes of the operations of the same names, see Op, made by Apply. FMA is
// a*b + c with one rounding, Select is a where m holds and b elsewhere, and Bits and Float
// take the bits of a float for an integer and back. A node that there is already is not made
// a second time.
func (g *Graph) Neg(a Value) Value          { return g.Apply(Neg, 0, a) }
func (g *Graph) Abs(a Value) Value          { return g.Apply(Abs, 0, a) }
func (g *Graph) Sqrt(a Value) Value         { return g.Apply(Sqrt, 0, a) }
func (g *Graph) Floor(a Value) Value        { return g.Apply(Floor, 0, a) }
func (g *Graph) Add(a, b Value) Value       { return g.Apply(Add, 0, a, b) }
func (g *Graph) Sub(a, b Value) Value       { return g.Apply(Sub, 0, a, b) }
func (g *Graph) Mul(a, b Value) Value       { return g.Apply(Mul, 0, a, b) }
func (g *Graph) Div(a, b Value) Value       { return g.Apply(Div, 0, a, b) }
func (g *Graph) Min(a, b Value) Value       { return g.Apply(Min, 0, a, b) }
func (g *Graph) Max(a, b Value) Value       { return g.Apply(Max, 0, a, b) }
func (g *Graph) FMA(a, b, c Value) Value    { return g.Apply(FMA, 0, a, b, c) }
func (g *Graph) Less(a, b Value) Value      { return g.Apply(Less, 0, a, b) }
func (g *Graph) LessEq(a, b Value) Value    { return g.Apply(LessEq, 0, a, b) }
func (g *Graph) Equal(a, b Value) Value     { return g.Apply(Equal, 0, a, b) }
func (g *Graph) And(a, b Value) Value       { return g.Apply(And, 0, a, b) }
func (g *Graph) Or(a, b Value) Value        { return g.Apply(Or, 0, a, b) }
func (g *Graph) Not(a Value) Value          { return g.Apply(Not, 0, a) }
func (g *Graph) Select(m, a, b Value) Value { return g.Apply(Select, 0, m, a, b) }
func (g *Graph) Bits(a Value) Value         { return g.Apply(Bits, 0, a) }
func (g *Graph) Float(a Value) Value        { return g.Apply(Float, 0, a) }
func (g *Graph) IAdd(a, b Value) Value      { return g.Apply(IAdd, 0, a, b) }
func (g *Graph) ISub(a, b Value) Value      { return g.Apply(ISub, 0, a, b) }
func (g *Graph) IAnd(a, b Value) Value      { return g.Apply(IAnd, 0, a, b) }
func (g *Graph) IOr(a, b Value) Value       { return g.Apply(IOr, 0, a, b) }
func (g *Graph) IXor(a, b Value) Value      { return g.Apply(IXor, 0, a, b) }
func (g *Graph) IShl(a Value, n int) Value  { return g.Apply(IShl, uint64(n), a) }
func (g *Graph) IShr(a Value, n int) Value  { return g.Apply(IShr, uint64(n), a) }
