package machine

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"unsafe"

	"hybrid/simd"
	"hybrid/solvers/model/ir"
)

// sets are the instruction sets that this processor has and that there is code for.
func sets() (have []simd.ISA) {
	for _, isa := range simd.Available() {
		if isa != simd.Go {
			have = append(have, isa)
		}
	}
	return have
}

// compiled is Compile where there is executable memory; elsewhere it checks that Compile says so.
func compiled(t testing.TB, p *ir.Program, isa simd.ISA) *Kernel {
	t.Helper()
	return compiledFor(t, p, toTarget(t, p, isa))
}

func toTarget(t testing.TB, p *ir.Program, isa simd.ISA) target {
	t.Helper()
	to, err := targetOf(p, isa)
	if err != nil {
		t.Fatal(err)
	}
	return to
}

func compiledFor(t testing.TB, p *ir.Program, to target) *Kernel {
	t.Helper()
	k, err := compile(p, to)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := k.Close(); err != nil {
			t.Error(err)
		}
	})
	return k
}

const (
	longest = 520 // cells
	edge    = 136 // cells beside the row that loads may reach
	mark    = 77  // in outputs, beside the row
)

// A table is memory for calls of a program's kernels: the values of inputs are of all kinds.
type table[T float32 | float64] struct {
	p    *ir.Program
	args ir.Args
	rows [][]T
	out  [][]T
}

func newTable[T float32 | float64](p *ir.Program, rng *rand.Rand) *table[T] {
	b := &table[T]{p: p}
	special := []float64{0, math.Copysign(0, -1), 1, -1, math.Inf(1), math.Inf(-1), math.NaN(), 0.5, -2.5, 1e-310, 1e300, 3e-39}
	for range len(p.Rows) + 1 {
		row := make([]T, longest+2*edge+ir.Slack/p.Type.Bytes())
		for j := range row {
			if row[j] = T(math.Ldexp(rng.NormFloat64(), rng.IntN(8)-4)); rng.IntN(8) == 0 {
				row[j] = T(special[rng.IntN(len(special))])
			}
		}
		b.rows = append(b.rows, row)
	}
	for range p.Outs {
		b.out = append(b.out, make([]T, longest+2*edge))
	}
	b.args.Uniforms = make([]uint64, len(p.Uniforms))
	at := ir.Place{Time: 1.7, At: [2]float64{0.3, -5.1}}
	p.PutUniforms(b.args.Uniforms, ir.PerStep, at)
	p.PutUniforms(b.args.Uniforms, ir.PerRow, at)
	b.args.In = make([]unsafe.Pointer, len(p.Rows))
	b.args.Out = make([]unsafe.Pointer, len(p.Outs))
	return b
}

// run calls a kernel for n cells from one on, and is what it wrote, with marks around it.
func (b *table[T]) run(k ir.Kernel, from, n int) [][]T {
	for i := range b.args.In {
		b.args.In[i] = unsafe.Pointer(&b.rows[i][edge+from])
	}
	b.args.X = unsafe.Pointer(&b.rows[len(b.args.In)][edge+from])
	for i, row := range b.out {
		for j := range row {
			row[j] = mark
		}
		b.args.Out[i] = unsafe.Pointer(&row[edge])
	}
	b.args.N = n
	k.Run(&b.args)
	return b.out
}

// compare runs a kernel and the interpreter for every length in lengths.
func (b *table[T]) compare(t *testing.T, k ir.Kernel, lengths []int) {
	t.Helper()
	whole := b.p.Interpreter()
	for _, n := range lengths {
		from := n % 5
		var want [][]T
		for _, row := range b.run(whole, from, n) {
			want = append(want, slices.Clone(row))
		}
		got := b.run(k, from, n)
		for i := range want {
			for j := range want[i] {
				if g, w := bitsOf(got[i][j]), bitsOf(want[i][j]); g != w && want[i][j] == want[i][j] || got[i][j] == got[i][j] && want[i][j] != want[i][j] {
					t.Fatalf("%v: output %d of cell %d of %d is %x, want %x:\n%v\n%v", b.p.Type, i, j-edge, n, g, w, b.p, k)
				}
			}
		}
	}
}

func bitsOf[T float32 | float64](v T) uint64 {
	if unsafe.Sizeof(v) == 4 {
		return uint64(math.Float32bits(float32(v)))
	}
	return math.Float64bits(float64(v))
}

// check compares code for every instruction set here with the interpreter.
func check(t *testing.T, p *ir.Program, lengths []int) {
	t.Helper()
	rng := rand.New(rand.NewPCG(5, uint64(len(p.Nodes))))
	for _, isa := range sets() {
		to := toTarget(t, p, isa)
		targets := []target{to}
		if to.wide {
			to.whole = !to.whole
			targets = append(targets, to)
		}
		for _, to := range targets {
			k := compiledFor(t, p, to)
			if p.Type == ir.F32 {
				newTable[float32](p, rng).compare(t, k, lengths)
			} else {
				newTable[float64](p, rng).compare(t, k, lengths)
			}
		}
	}
}

// upTo are the lengths up to n, and some long ones.
func upTo(n int) []int {
	var all []int
	for i := range n {
		all = append(all, i)
	}
	return append(all, 127, 128, 129, 255, longest)
}

func TestEveryOperationAlone(t *testing.T) {
	for _, typ := range []ir.Type{ir.F64, ir.F32} {
		for _, op := range operations(typ) {
			t.Run(fmt.Sprint(typ, " ", op.name), func(t *testing.T) {
				g := ir.New(typ)
				check(t, g.Program(op.make(g)), upTo(71))
			})
		}
	}
}

// operations are programs of one operation: of loads, of a load and a constant, of uniforms.
func operations(typ ir.Type) []struct {
	name string
	make func(*ir.Graph) ir.Value
} {
	type operation = struct {
		name string
		make func(*ir.Graph) ir.Value
	}
	var all []operation
	kinds := []string{"loads", "constants", "uniforms", "column"}
	for op := ir.Neg; op <= ir.IShr; op++ {
		for kind, name := range kinds {
			all = append(all, operation{op.String() + " of " + name, func(g *ir.Graph) ir.Value {
				leaf := func(i int) ir.Value {
					switch {
					case i == 0 || kind == 0:
						return g.Load(i, 0, 0, i-1)
					case kind == 1:
						return g.Const(0.75 * float64(i))
					case kind == 2:
						return g.Mul(g.Time(), g.Coord(1))
					}
					return g.Coord(2)
				}
				var args []ir.Value
				for i, k := range op.Args() {
					switch k {
					case ir.AFloat:
						args = append(args, leaf(i))
					case ir.AnInt:
						args = append(args, g.Bits(leaf(i)))
					case ir.AMask:
						args = append(args, g.Less(leaf(i), leaf(i+1)))
					}
				}
				imm := uint64(0)
				if op == ir.IShl || op == ir.IShr {
					imm = uint64(3)
				}
				v := g.Apply(op, imm, args...)
				switch op.Kind() {
				case ir.AnInt:
					v = g.Float(v)
				case ir.AMask:
					v = g.Select(v, g.Const(1), leaf(2))
				}
				return v
			}})
		}
	}
	return all
}

// random is a program of so many operations over everything, with outputs of its last ones.
func random(typ ir.Type, rng *rand.Rand, nodes, fields int) *ir.Program {
	g := ir.New(typ)
	var kinds [4][]ir.Value
	keep := func(v ir.Value) { kinds[g.Nodes[v].Op.Kind()] = append(kinds[g.Nodes[v].Op.Kind()], v) }
	for f := range fields {
		for range 1 + rng.IntN(4) {
			keep(g.Load(f, rng.IntN(3)-1, rng.IntN(3)-1, rng.IntN(7)-3))
		}
	}
	for range rng.IntN(12) {
		keep(g.Const(rng.NormFloat64()))
	}
	keep(g.Time())
	keep(g.Coord(0))
	keep(g.Mul(g.Coord(1), g.Time()))
	keep(g.Less(g.Time(), g.Coord(1)))
	keep(g.Coord(2))
	for range rng.IntN(20) { // uniforms
		keep(g.Add(g.Time(), g.Const(rng.NormFloat64())))
	}
	keep(g.Int(rng.Uint64()))
	keep(g.Bits(kinds[ir.AFloat][0]))
	recent := func(k ir.Kind) ir.Value {
		list := kinds[k]
		if rng.IntN(2) == 0 {
			return list[rng.IntN(len(list))]
		}
		return list[len(list)-1-rng.IntN(min(len(list), 4))]
	}
	for range nodes {
		op := ir.Neg + ir.Op(rng.IntN(int(ir.IShr-ir.Neg)+1))
		if rng.IntN(2) == 0 {
			op = []ir.Op{ir.Add, ir.Mul, ir.FMA, ir.FMA, ir.Neg, ir.Select}[rng.IntN(6)]
		}
		var args []ir.Value
		for _, k := range op.Args() {
			if k != ir.Nothing {
				args = append(args, recent(k))
			}
		}
		imm := uint64(0)
		switch op {
		case ir.IShl, ir.IShr:
			imm = uint64(rng.IntN(70))
		case ir.Bits: // those of NaN are not defined
			args[0] = g.Select(g.Equal(args[0], args[0]), args[0], g.Const(1))
		}
		keep(g.Apply(op, imm, args...))
	}
	floats := kinds[ir.AFloat]
	var outs []ir.Value
	for i := range 1 + rng.IntN(4) {
		outs = append(outs, floats[max(0, len(floats)-1-2*i)])
	}
	return g.Program(outs...)
}

func TestRandomPrograms(t *testing.T) {
	programs, lengths := 60, []int{1, 3, 4, 5, 8, 17, 31, 64, 70}
	if testing.Short() {
		programs = 20
	}
	for i := range programs {
		rng := rand.New(rand.NewPCG(11, uint64(i)))
		for _, typ := range []ir.Type{ir.F64, ir.F32} {
			check(t, random(typ, rng, 1+rng.IntN(300), 1+rng.IntN(8)), lengths)
		}
	}
}

// TestSpills has far more values alive than there are registers, masks among them.
func TestSpills(t *testing.T) {
	for _, typ := range []ir.Type{ir.F64, ir.F32} {
		g := ir.New(typ)
		var values, masks []ir.Value
		for i := range 80 {
			v := g.FMA(g.Load(i%9, i/30, i%3, i%5-2), g.Const(float64(i)), g.Mul(g.Time(), g.Const(float64(i)/3)))
			values, masks = append(values, v), append(masks, g.Less(v, g.Load(0, 0, 0, i%7-3)))
		}
		forth, back, chosen := values[0], values[79], values[3]
		for i := range values {
			forth, back = g.FMA(forth, g.Const(0.5), values[i]), g.FMA(back, g.Const(0.25), values[79-i])
		}
		for i, m := range masks {
			chosen = g.Select(g.And(m, g.Not(masks[79-i])), g.Add(chosen, values[i]), g.Sub(chosen, values[79-i]))
		}
		p := g.Program(forth, back, chosen)
		for _, isa := range []simd.ISA{simd.AVX2, simd.AVX512, simd.NEON} {
			o, err := Assemble(p, isa)
			if err != nil {
				t.Fatal(err)
			}
			if o.scratch < 10*o.bytes() {
				t.Errorf("%v %v: %d bytes of scratch: nothing is spilled", typ, isa, o.scratch)
			}
		}
		check(t, p, upTo(20))
	}
}

// TestManyPointers has more rows and outputs than there are general registers, and columns as far away as there are.
func TestManyPointers(t *testing.T) {
	for _, typ := range []ir.Type{ir.F64, ir.F32} {
		for _, rows := range []int{1, 3, 20} {
			for _, outs := range []int{9, 10, 13, 22} {
				g := ir.New(typ)
				var made []ir.Value
				for i := range outs {
					near, far := g.Load(i%rows, 0, 0, 0), g.Load(i*7%rows, 0, 0, []int{-128, 127, 33, -5}[i%4])
					made = append(made, g.FMA(near, g.Coord(2), g.Sub(far, g.Const(float64(i)))))
				}
				check(t, g.Program(made...), []int{2, 9, 64})
			}
		}
	}
}

func TestOtherInstructionSets(t *testing.T) {
	g := ir.New(ir.F64)
	p := g.Program(g.Load(0, 0, 0, 0))
	if _, err := Assemble(p, simd.Go); err == nil {
		t.Error("Assemble makes code for no instruction set")
	}
	for _, isa := range []simd.ISA{simd.AVX2, simd.AVX512, simd.NEON} {
		_, err := Compile(p, isa)
		if here := slices.Contains(sets(), isa); here != (err == nil) || !here && !errors.Is(err, ErrUnavailable) {
			t.Errorf("%v: Compile says %v", isa, err)
		}
	}
}
