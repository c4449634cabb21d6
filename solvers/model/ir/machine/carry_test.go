package machine

import (
	"testing"

	"hybrid/solvers/model/ir"
)

// TestCellsFarAlongTheRow reads cells up to two vectors away, of several rows, so that turns of the loop hand on vectors of which
// each is there from one to five turns.
func TestCellsFarAlongTheRow(t *testing.T) {
	for _, typ := range []ir.Type{ir.F64, ir.F32} {
		for _, far := range []int{1, 3, 8, 9, 20} {
			g := ir.New(typ)
			var outs []ir.Value
			for row := range 3 {
				sum := g.Load(0, 0, row, 0)
				for c := 1; c <= far; c += 1 + far/4 {
					sum = g.FMA(g.Const(0.1*float64(c)), g.Sub(g.Load(0, 0, row, -c), g.Load(0, 0, row, c)), sum)
				}
				outs = append(outs, g.Mul(sum, g.Load(0, 0, row, -far)))
			}
			check(t, g.Program(outs...), upTo(71))
		}
	}
}

// TestTurnsHandOnVectors counts what the loop reads: of a row one vector where cells beside the own one are needed too.
func TestTurnsHandOnVectors(t *testing.T) {
	p, _ := heat(ir.F64).Unrolled(2)
	for _, c := range []struct {
		whole bool
		reads int // the row above and that below; of the others three vectors, the last two from two lines each, or one
	}{{false, 8}, {true, 4}} {
		o, err := assemble(p, target{wide: true, whole: c.whole, typ: ir.F64})
		if err != nil {
			t.Fatal(err)
		}
		reads := 0
		for _, i := range o.code.instructions[o.loop:] {
			if i.class == vector && i.mem != nil && i.args != "mr" {
				reads++
			}
		}
		if reads != c.reads {
			t.Errorf("whole vectors %v: the loop reads %d, want %d:\n%v", c.whole, reads, c.reads, o)
		}
	}
}
