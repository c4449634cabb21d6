package ptxcode

import (
	"math"
	"math/rand/v2"
	"testing"
	"unsafe"

	"hybrid/gpu"
	"hybrid/solvers/model/ir"
)

type real interface{ float32 | float64 }

// random makes a program of every operation, and many of them.
func random(t ir.Type, seed uint64) *ir.Program {
	rng := rand.New(rand.NewPCG(seed, 7))
	g := ir.New(t)
	floats := []ir.Value{g.Const(0.75), g.Time(), g.Coord(0), g.Coord(1), g.Coord(2), g.Mul(g.Coord(1), g.Time())}
	for range 8 {
		floats = append(floats, g.Load(rng.IntN(3), rng.IntN(3)-1, rng.IntN(5)-2, rng.IntN(5)-2))
	}
	masks := []ir.Value{g.Less(floats[6], floats[7]), g.LessEq(g.Time(), g.Const(rng.Float64()*3))}
	ints := []ir.Value{g.Bits(floats[8]), g.Bits(g.Time()), g.Int(rng.Uint64())}
	for range 60 {
		op := ir.Neg + ir.Op(rng.IntN(int(ir.IShr-ir.Neg)+1))
		var operands []ir.Value
		for _, kind := range op.Args() {
			if list := map[ir.Kind][]ir.Value{ir.AFloat: floats, ir.AMask: masks, ir.AnInt: ints}[kind]; list != nil {
				operands = append(operands, list[rng.IntN(len(list))])
			}
		}
		if op == ir.Bits { // those of a NaN are any
			operands[0] = g.Select(g.Equal(operands[0], operands[0]), operands[0], floats[0])
		}
		imm := uint64(0)
		if op == ir.IShl || op == ir.IShr {
			imm = uint64(rng.IntN(t.Width()))
		}
		v := g.Apply(op, imm, operands...)
		list := map[ir.Kind]*[]ir.Value{ir.AFloat: &floats, ir.AMask: &masks, ir.AnInt: &ints}[op.Kind()]
		*list = append(*list, v)
	}
	last := func(n int) ir.Value { return floats[len(floats)-n] }
	return g.Program(last(1), last(2), g.Select(masks[len(masks)-1], last(3), last(4)), g.Float(ints[len(ints)-1]), g.Time(), g.Const(math.Copysign(0, -1)), floats[6])
}

func TestCellsDoAsTheInterpreter(t *testing.T) {
	for seed := range uint64(40) {
		compare[float64](t, random(ir.F64, seed))
		compare[float32](t, random(ir.F32, seed))
	}
}

func TestManyUniformsAreComputedByThreads(t *testing.T) {
	g := ir.New(ir.F64)
	sum := g.Load(0, 0, 0, 0)
	for i := range 2 * most {
		sum = g.FMA(sum, g.Const(0.5), g.Sqrt(g.Add(g.Time(), g.Const(float64(i)))))
	}
	p := g.Program(sum)
	e := New(ir.F64, Layout{}).Cells("k", p)
	if n := len(e.Uniforms(1.5)); n != 1 {
		t.Errorf("%d uniforms, want the time alone", n)
	}
	compare[float64](t, p)
}

// compare runs a program on a simulated device and with the interpreter.
func compare[T real](t *testing.T, p *ir.Program) {
	t.Helper()
	const pad = 2
	size, whole := [3]int{2, 5, 37}, [3]int{2 + 2*pad, 5 + 2*pad, 37 + 2*pad}
	l := Layout{Row: whole[2] + 3, Plane: whole[1]*(whole[2]+3) + 5}
	first := pad*l.Plane + pad*l.Row + pad
	rng := rand.New(rand.NewPCG(1, 2))
	values := func(n int) []T {
		v := make([]T, n)
		for i := range v {
			v[i] = T(math.Ldexp(rng.NormFloat64(), rng.IntN(8)-4))
		}
		return v
	}
	fields, tables := make([][]T, 3), make([][]T, 3)
	for i := range fields {
		fields[i], tables[i] = values(whole[0]*l.Plane), values(size[i]+ir.Slack)
	}
	const time = 1.7
	got := launch(t, p, l, size, first, inputs[T]{fields, tables, time})

	k := p.Interpreter()
	a := &ir.Args{N: size[2], Uniforms: make([]uint64, len(p.Uniforms)), X: unsafe.Pointer(&tables[2][0]), In: make([]unsafe.Pointer, len(p.Rows)), Out: make([]unsafe.Pointer, len(p.Outs))}
	want := make([][]T, len(p.Outs))
	for i := range want {
		want[i] = make([]T, size[2])
		a.Out[i] = unsafe.Pointer(&want[i][0])
	}
	for z := range size[0] {
		for y := range size[1] {
			at := first + z*l.Plane + y*l.Row
			for i, r := range p.Rows {
				a.In[i] = unsafe.Pointer(&fields[r.Field][at+r.A*l.Plane+r.B*l.Row])
			}
			place := ir.Place{Time: time, At: [2]float64{float64(tables[0][z]), float64(tables[1][y])}}
			p.PutUniforms(a.Uniforms, ir.PerStep, place)
			p.PutUniforms(a.Uniforms, ir.PerRow, place)
			k.Run(a)
			for i := range want {
				for x, w := range want[i] {
					if g := got[i][at+x]; p.Type.Bits(float64(g)) != p.Type.Bits(float64(w)) && (g == g || w == w) {
						t.Fatalf("%v: output %d of cell %d %d %d is %v, want %v:\n%v", p.Type, i, z, y, x, g, w, p)
					}
				}
			}
		}
	}
}

// inputs are what a kernel reads.
type inputs[T real] struct {
	fields, tables [][]T
	time           float64
}

// launch runs a program as a kernel on size cells, of which the first lies at first.
func launch[T real](t *testing.T, p *ir.Program, l Layout, size [3]int, first int, in inputs[T]) [][]T {
	t.Helper()
	fields, tables, time := in.fields, in.tables, in.time
	d := gpu.Sim(gpu.SimOptions{})
	defer d.Close()
	m := New(p.Type, l)
	e := m.Cells("cells", p)
	module, err := d.Load("cells.ptx", m.PTX())
	must(t, err)
	k, err := module.Kernel("cells")
	must(t, err)
	s, err := d.NewStream()
	must(t, err)
	outs := make([][]T, len(p.Outs))
	buffers := make([]*gpu.Buffer[T], len(p.Outs))
	var args []gpu.Arg
	for _, a := range e.Params {
		switch a.Kind {
		case In:
			args = append(args, upload(t, d, fields[a.Field]).Slice(first, len(fields[a.Field])).Arg())
		case Out:
			outs[a.Field] = make([]T, len(fields[0]))
			buffers[a.Field] = upload(t, d, outs[a.Field])
			args = append(args, buffers[a.Field].Slice(first, len(fields[0])).Arg())
		case Table:
			args = append(args, upload(t, d, tables[a.Axis]).Arg())
		case Size:
			args = append(args, gpu.Value(int32(size[a.Axis])))
		}
	}
	for _, bits := range e.Uniforms(time) {
		if p.Type == ir.F32 {
			args = append(args, gpu.Value(uint32(bits)))
		} else {
			args = append(args, gpu.Value(bits))
		}
	}
	must(t, k.Launch(s, gpu.Dim{X: 2, Y: 3, Z: size[0]}, gpu.Dim{X: 32, Y: 2}, 0, args...))
	must(t, s.Synchronize())
	for i, b := range buffers {
		must(t, b.Read(outs[i]))
	}
	return outs
}

func upload[T real](t *testing.T, d *gpu.Device, v []T) *gpu.Buffer[T] {
	t.Helper()
	b, err := gpu.Alloc[T](d, len(v))
	must(t, err)
	must(t, b.Write(v))
	return b
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
