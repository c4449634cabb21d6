package model

import (
	"math"
	"slices"
	"sync"
	"unsafe"

	"hybrid/mpi/gather"
	"hybrid/solvers/model/formula"
	"hybrid/solvers/model/ir"
	"hybrid/solvers/task"
)

// An extremes keeps the values of coefficients in the cells where one of them, or the sum of the
// absolute ones of a rule, is least or greatest, and in the first cell where one is no finite
// number. It comes to the same in whichever order it sees the cells.
type extremes struct {
	rules []int // of each coefficient
	best  []sample
	bad   sample
	sums  []float64 // by rule; of the cell that is looked at
}

// A sample is the values of the coefficients in a cell.
type sample struct {
	score float64
	Cell  [3]int
	Bits  []uint64 // of the values, as float64; nil: of no cell
}

func newExtremes(all []coefficient, rules int) *extremes {
	e := &extremes{best: make([]sample, 2*len(all)+rules), sums: make([]float64, rules)}
	for _, c := range all {
		e.rules = append(e.rules, c.rule)
	}
	return e
}

// consider puts a cell in the sample's place if its score is higher, or the same and the cell is before.
func (s *sample) consider(score float64, cell [3]int, values []float64) {
	if s.Bits != nil && (score < s.score || score == s.score && slices.Compare(cell[:], s.Cell[:]) >= 0) {
		return
	}
	s.score, s.Cell, s.Bits = score, cell, make([]uint64, len(values))
	for i, v := range values {
		s.Bits[i] = math.Float64bits(v)
	}
}

func (s *sample) values() []float64 {
	values := make([]float64, len(s.Bits))
	for i, b := range s.Bits {
		values[i] = math.Float64frombits(b)
	}
	return values
}

// look takes in a cell.
func (e *extremes) look(cell [3]int, values []float64) {
	clear(e.sums)
	for i, v := range values {
		if !finite(v) {
			e.bad.consider(0, cell, values)
			return
		}
		e.sums[e.rules[i]] += math.Abs(v)
	}
	for i, v := range values {
		e.best[2*i].consider(v, cell, values)
		e.best[2*i+1].consider(-v, cell, values)
	}
	for i, s := range e.sums {
		e.best[2*len(values)+i].consider(s, cell, values)
	}
}

// samples are those that it has.
func (e *extremes) samples() (all []sample) {
	for _, s := range append(e.best, e.bad) {
		if s.Bits != nil {
			all = append(all, s)
		}
	}
	return all
}

// join takes in the samples of others.
func (e *extremes) join(samples []sample) {
	for _, s := range samples {
		e.look(s.Cell, s.values())
	}
}

// sets are the values of the coefficients, each once.
func (e *extremes) sets() (sets [][]float64) {
	for _, s := range e.best {
		if s.Bits != nil {
			sets = append(sets, s.values())
		}
	}
	slices.SortFunc(sets, func(a, b []float64) int { return slices.Compare(a, b) })
	return slices.CompactFunc(sets, func(a, b []float64) bool { return slices.Equal(a, b) })
}

// formulas looks at what a program without loads makes in the cells, of more than 2^18 in some of them.
func (e *extremes) formulas(sys *System, p *ir.Program) (sampled bool) {
	const most = 1 << 18
	stride := max(1, int(math.Ceil(math.Pow(float64(sys.cells())/most, 1/float64(sys.Dims)))))
	if !p.Uses(ir.Coord, 0) && !p.Uses(ir.Coord, 1) && !p.Uses(ir.Coord, 2) {
		stride = max(sys.Size[0], sys.Size[1], sys.Size[2]) // one cell does
	} else {
		sampled = stride > 1
	}
	var x []float64
	for c := 0; c < sys.Size[2]; c += stride {
		x = append(x, sys.coordinate(2, c))
	}
	args := ir.Args{N: len(x), X: unsafe.Pointer(&x[0]), Uniforms: make([]uint64, len(p.Uniforms))}
	r := newResults(p, len(x))
	args.Out = r.out
	k := p.Interpreter()
	p.PutUniforms(args.Uniforms, ir.PerStep, ir.Place{})
	for a := 0; a < sys.Size[0]; a += stride {
		for b := 0; b < sys.Size[1]; b += stride {
			p.PutUniforms(args.Uniforms, ir.PerRow, ir.Place{At: [2]float64{sys.coordinate(0, a), sys.coordinate(1, b)}})
			k.Run(&args)
			for j := range x {
				e.look([3]int{a, b, j * stride}, r.at(j))
			}
		}
	}
	return sampled
}

// results is what a program of float64 makes along a row.
type results struct {
	out    []unsafe.Pointer
	rows   [][]float64
	values []float64
}

func newResults(p *ir.Program, n int) *results {
	r := &results{values: make([]float64, len(p.Outs))}
	for range p.Outs {
		r.rows = append(r.rows, make([]float64, n))
		r.out = append(r.out, unsafe.Pointer(&r.rows[len(r.rows)-1][0]))
	}
	return r
}

// at are all results in a cell, until the next call.
func (r *results) at(cell int) []float64 {
	for i := range r.rows {
		r.values[i] = r.rows[i][cell]
	}
	return r.values
}

// fields looks at what a program makes in all cells, where it reads fields that stay: each rank has
// its part of them. It is collective.
func (e *extremes) fields(sys *System, p *ir.Program, place task.Place) error {
	place.Device = nil
	s, err := New[float64](sys, place, Options{Steps: 1})
	if err != nil {
		return err
	}
	defer s.Close()
	if err := s.Prepare(); err != nil {
		return err
	}
	views := make([]view, len(sys.Fields))
	for f := range views {
		views[f] = s.viewOf(s.current[f])
	}
	step := make([]uint64, len(p.Uniforms))
	p.PutUniforms(step, ir.PerStep, ir.Place{})
	var mu sync.Mutex
	one := p.Rows[0].Field
	s.ownRows(func(at [3]int, row []float64) {
		r := newResults(p, len(row))
		a := ir.Args{N: len(row), Out: r.out, Uniforms: step, X: unsafe.Pointer(&s.coords[2][at[2]-s.part.from(2)])}
		if u := s.passes[0].one.uniforms; u != nil {
			var own []uint64
			a.Uniforms = u.at(&own, step, at, 0)
		}
		for _, in := range p.Rows {
			from := [3]int{at[0] + in.A, at[1] + in.B, at[2]}
			a.In = append(a.In, views[in.Field].at(from[s.order[0]], from[s.order[1]], from[2]))
		}
		s.passes[0].one.kernel.Run(&a)
		mine := &extremes{rules: e.rules, best: make([]sample, len(e.best)), sums: make([]float64, len(e.sums))}
		for c := range row {
			mine.look([3]int{at[0], at[1], at[2] + c}, r.at(c))
		}
		mu.Lock()
		e.join(mine.samples())
		mu.Unlock()
	}, s.current[one].Data, views[one])
	all, err := gather.Values(place.Comm, e.samples())
	for _, samples := range all {
		e.join(samples)
	}
	return err
}

// staying is a system of the fields that stay and are read by a program, which is its only pass.
func (l *lowering) staying(p *ir.Program) *System {
	of, sys, spec := *l, *l.sys, *l.spec
	sys.Type, sys.Fields, sys.Passes = ir.F64, slices.Clone(sys.Fields), []Pass{{Program: p}}
	for f := range sys.Fields {
		if _, reads := p.Reach(f); !reads {
			sys.Fields[f].Role, sys.Fields[f].File = Stage, "" // of which there is nothing
		}
	}
	of.sys, of.spec = &sys, &spec
	spec.Fields = slices.DeleteFunc(slices.Clone(spec.Fields), func(f FieldSpec) bool { return sys.Fields[l.load[f.Name]].Role == Stage })
	of.initials()
	of.spec = l.spec // whose fields all say where the grid is periodic
	of.boundaries()
	return &sys
}

// has tells whether a formula, or a let that it makes use of, has a call or a name.
func (s *Spec) has(e *formula.Expr, kind formula.Kind, name string) bool {
	if e == nil {
		return false
	}
	if e.Kind == kind && e.Name == name {
		return true
	}
	if e.Kind == formula.Name {
		for i := range s.Lets {
			if s.Lets[i].Name == e.Name {
				return s.has(s.Lets[i].Expr, kind, name)
			}
		}
	}
	return slices.ContainsFunc(e.Args, func(a *formula.Expr) bool { return s.has(a, kind, name) })
}
