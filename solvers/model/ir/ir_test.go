package ir

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"
	"unsafe"
)

// heat is a step of the heat equation.
func heat(g *Graph) Value {
	l := func(b, c int) Value { return g.Load(0, 0, b, c) }
	r := g.Const(0.2)
	x := g.Mul(g.Const(1-0.8), l(0, 0))
	x = g.FMA(r, g.Add(l(-1, 0), l(1, 0)), x)
	return g.FMA(r, g.Add(l(0, -1), l(0, 1)), x)
}

func TestEqualExpressionsStandOnce(t *testing.T) {
	g := New(F64)
	if a, b := heat(g), heat(g); a != b {
		t.Errorf("the same formula is %d and %d", a, b)
	}
	p := g.Program(heat(g))
	if len(p.Rows) != 3 || p.Rows[0] != (Row{0, 0, -1}) || p.Rows[2] != (Row{0, 0, 1}) {
		t.Errorf("rows %v", p.Rows)
	}
	if reach, ok := p.Reach(0); !ok || reach != [3]int{0, 1, 1} {
		t.Errorf("reach %v, %v", reach, ok)
	}
	if _, ok := p.Reach(1); ok {
		t.Error("reads a field that it does not")
	}
}

func TestOperationsOnConstantsAreDoneAtOnce(t *testing.T) {
	g := New(F32)
	v := g.FMA(g.Const(3), g.Const(4), g.Sqrt(g.Const(2)))
	if x, ok := g.Constant(v); !ok || x != float64(float32(12)+float32(math.Sqrt2)) {
		t.Errorf("3*4 + sqrt 2 is %v, %v", x, ok)
	}
	if s := g.Select(g.And(g.Less(g.Const(1), g.Const(2)), g.Not(g.Equal(g.Const(1), g.Const(2)))), v, g.Time()); s != v {
		t.Errorf("a choice that is known is node %d, want %d", s, v)
	}
}

func TestInterpreterDoesAsDefined(t *testing.T) {
	for _, typ := range []Type{F64, F32} {
		g := New(typ)
		a, b, c, d := g.Load(0, 0, 0, 0), g.Load(0, 0, 0, 1), g.Load(0, 0, 1, -1), g.Coord(2)
		row, time := g.Add(g.Coord(1), g.Time()), g.Mul(g.Time(), g.Const(3))
		outs := []Value{
			g.Neg(a), g.Abs(b), g.Sqrt(c), g.Floor(d), g.Add(a, b), g.Sub(c, d), g.Mul(a, row), g.Div(b, time), g.Min(a, b), g.Max(a, b), g.FMA(a, b, c),
			g.Select(g.And(g.Less(a, b), g.LessEq(c, d)), a, row), g.Select(g.Or(g.Equal(a, b), g.Not(g.Less(a, c))), time, d),
			g.Float(g.IXor(g.IAnd(g.Bits(a), g.IOr(g.Bits(b), g.Int(15))), g.ISub(g.IAdd(g.IShl(g.Bits(c), 3), g.Int(1)), g.IShr(g.Bits(d), 2)))),
			row, time, g.Const(7), a,
		}
		p := g.Program(outs...)
		if typ == F32 {
			check[float32](t, p, p.Interpreter())
		} else {
			check[float64](t, p, p.Interpreter())
		}
	}
}

// check compares a kernel with the definition of every operation.
func check[T float](t *testing.T, p *Program, k Kernel) {
	t.Helper()
	const n, pad = 300, 8
	rng := rand.New(rand.NewPCG(1, 2))
	rows := make([][]T, len(p.Rows)+1)
	for i := range rows {
		rows[i] = make([]T, n+2*pad)
		for j := range rows[i] {
			rows[i][j] = T(math.Ldexp(rng.NormFloat64(), rng.IntN(8)-4))
		}
	}
	at := Place{Time: 1.7, At: [2]float64{0.3, -5.1}}
	a := &Args{N: n, Uniforms: make([]uint64, len(p.Uniforms)), X: unsafe.Pointer(&rows[len(p.Rows)][pad])}
	for i := range p.Rows {
		a.In = append(a.In, unsafe.Pointer(&rows[i][pad]))
	}
	out := make([][]T, len(p.Outs))
	for i := range out {
		out[i] = make([]T, n)
		a.Out = append(a.Out, unsafe.Pointer(&out[i][0]))
	}
	p.PutUniforms(a.Uniforms, PerStep, at)
	p.PutUniforms(a.Uniforms, PerRow, at)
	k.Run(a)
	for j := range n {
		values := make([]uint64, len(p.Nodes))
		for v := range p.Nodes {
			node := &p.Nodes[v]
			switch node.Op {
			case Const, Int:
				values[v] = node.Imm
			case Time:
				values[v] = p.Type.Bits(at.Time)
			case Coord:
				values[v] = p.Type.Bits(append(at.At[:], float64(rows[len(p.Rows)][pad+j]))[node.Imm])
			case Load:
				values[v] = p.Type.Bits(float64(rows[p.RowOf(node)][pad+j+int(node.Offset[2])]))
			default:
				var x [3]uint64
				for i, o := range node.Operands() {
					x[i] = values[o]
				}
				values[v] = p.Type.Eval(node.Op, node.Imm, x)
			}
		}
		for i, v := range p.Outs {
			got, want := p.Type.Bits(float64(out[i][j])), values[v]
			if nan := p.Type.Float(want); got != want && nan == nan {
				t.Fatalf("%v: output %d of cell %d is %x, want %x:\n%v", p.Type, i, j, got, want, p)
			}
		}
	}
}

func TestText(t *testing.T) {
	g := New(F64)
	got := g.Program(g.FMA(g.Time(), g.Load(0, 0, -1, 2), g.Const(0.5))).String()
	for _, line := range []string{"time \t; once a step", "load f0[0,-1,2]", ", 0.5\n", "out 0: v"} {
		if !strings.Contains(got, line) {
			t.Errorf("no %q in\n%s", line, got)
		}
	}
}

func TestTurnedExchangesCoordinates(t *testing.T) {
	formula := func(row, column int) *Program {
		g := New(F64)
		return g.Program(g.FMA(g.Coord(row), g.Time(), g.Div(g.Coord(column), g.Add(g.Coord(0), g.Const(2)))))
	}
	if got, want := formula(1, 2).Turned().String(), formula(2, 1).String(); got != want {
		t.Errorf("turned:\n%swant\n%s", got, want)
	}
}

func TestUnrolledReadsWhatRowsShareOnce(t *testing.T) {
	g := New(F64)
	cube := func(b int) Value { c := g.Load(0, 0, b, 0); return g.Mul(c, g.Mul(c, c)) }
	p := g.Program(g.FMA(g.Time(), cube(-1), cube(1)), g.Load(1, 0, 0, 1))
	u, ok := p.Unrolled(3)
	if !ok || len(u.Outs) != 6 || len(u.Rows) != 5+3 {
		t.Fatalf("%v: %d outputs of %d rows, want 6 of 5 and 3:\n%v", ok, len(u.Outs), len(u.Rows), u)
	}
	cubes := 0
	for _, n := range u.Nodes {
		if n.Op == Mul {
			cubes++
		}
	}
	if cubes != 2*5 {
		t.Errorf("%d multiplications, want two for each of 5 rows:\n%v", cubes, u)
	}
	for row := range 3 {
		for out := range 2 {
			n, want := u.Nodes[u.Outs[2*row+out]], p.Nodes[p.Outs[out]]
			if n.Op != want.Op {
				t.Errorf("output %d of row %d is made by %v, want %v", out, row, n.Op, want.Op)
			}
		}
	}
	if _, ok := g.Program(g.Coord(1)).Unrolled(2); ok {
		t.Error("rows with another coordinate each are one program")
	}
}
