package machine

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"hybrid/solvers/model/ir"
)

// heat is a step of the heat equation with one spacing.
func heat(typ ir.Type) *ir.Program {
	g := ir.New(typ)
	l := func(b, c int) ir.Value { return g.Load(0, 0, b, c) }
	around := g.Add(g.Add(l(0, -1), l(0, 1)), g.Add(l(-1, 0), l(1, 0)))
	return g.Program(g.FMA(g.Const(0.2), around, g.Mul(g.Const(0.2), l(0, 0))))
}

// grayScott is a step of the Gray-Scott equations: two fields that react.
func grayScott(typ ir.Type) *ir.Program {
	g := ir.New(typ)
	u, v := g.Load(0, 0, 0, 0), g.Load(1, 0, 0, 0)
	uvv := g.Mul(u, g.Mul(v, v))
	step := func(f int, d, keep float64, reaction ir.Value) ir.Value {
		l := func(b, c int) ir.Value { return g.Load(f, 0, b, c) }
		around := g.Add(g.Add(l(0, -1), l(0, 1)), g.Add(l(-1, 0), l(1, 0)))
		return g.FMA(g.Const(d), around, g.FMA(g.Const(keep), l(0, 0), reaction))
	}
	return g.Program(step(0, 0.16, 1-4*0.16-0.035, g.Sub(g.Const(0.035), uvv)), step(1, 0.08, 1-4*0.08-0.1, uvv))
}

// polynomials is what elementary functions are made of: chains of FMA, here three of length 13.
func polynomials(typ ir.Type) *ir.Program {
	g := ir.New(typ)
	sum := g.Load(0, 0, 0, 0)
	for f := range 3 {
		x := g.Load(f, 0, 0, 0)
		y := g.Const(1 / float64(f+2))
		for i := range 13 {
			y = g.FMA(y, x, g.Const(1/float64(i+f+3)))
		}
		sum = g.Add(sum, y)
	}
	return g.Program(sum)
}

// BenchmarkRow takes rows that lie in the first-level cache, and gives cycles for each vector beside what the ports of a
// processor allow that does two loads, two operations on floats, one store and six instructions in a cycle. The
// shortest of many times counts, and the clock is taken from a chain of multiplications in between.
func BenchmarkRow(b *testing.B) {
	models := []struct {
		name string
		make func(ir.Type) *ir.Program
	}{{"heat", heat}, {"grayscott", grayScott}, {"polynomials", polynomials}}
	for _, m := range models {
		for _, n := range []int{128, 256, 512} {
			for _, isa := range sets() {
				b.Run(fmt.Sprintf("%s/%v/%d", m.name, isa, n), func(b *testing.B) {
					p := m.make(ir.F64)
					k := compiled(b, p, isa)
					t := newTable[float64](p, rand.New(rand.NewPCG(1, 1)))
					for _, row := range t.rows {
						for j := range row {
							row[j] = 0.5
						}
					}
					t.run(k, 0, n)
					kernel, clock := time.Hour, time.Hour
					for b.Loop() {
						start := time.Now()
						for range 20 {
							k.Run(&t.args)
						}
						middle := time.Now()
						chain(1000)
						kernel, clock = min(kernel, middle.Sub(start)), min(clock, time.Since(middle))
					}
					b.ReportMetric(kernel.Seconds()/20/float64(n/k.lanes())/(clock.Seconds()/12000), "cycles/vector")
					b.ReportMetric(k.ports(), "ports/vector")
				})
			}
		}
	}
}

var chained uint64

// chain is four dependent multiplications of three cycles each, so many times.
func chain(n int) {
	x := chained
	for range n {
		x *= x
		x *= x
		x *= x
		x *= x
	}
	chained = x
}

// ports is the number of cycles for a vector that the ports of a processor ask for.
func (o *Object) ports() float64 {
	var reads, floats, stores, all float64
	for _, i := range o.code.instructions[o.loop : len(o.code.instructions)-6] {
		all++
		switch {
		case i.mem != nil && i.args == "mr":
			stores++
		case i.mem != nil:
			reads++
		}
		if i.class == vector && !strings.HasPrefix(i.name, "vmov") {
			floats++
		}
	}
	return max(reads/2, floats/2, stores, all/6) / float64(o.copies)
}

// BenchmarkCompile is from a program to code that can be called.
func BenchmarkCompile(b *testing.B) {
	for _, isa := range sets() {
		b.Run(isa.String(), func(b *testing.B) {
			for b.Loop() {
				k, err := Compile(grayScott(ir.F64), isa)
				if err != nil {
					b.Fatal(err)
				}
				k.Close()
			}
		})
	}
}
