package model

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"unsafe"

	"hybrid/solvers/model/formula"
	"hybrid/solvers/model/ir"
)

// A Limit is how long a time step may be.
type Limit struct {
	DT      float64 // 0: not known
	Linear  bool    // all rules are linear; else the limit is that of their linear parts
	Sampled bool    // coefficients that vary were looked at in some of the cells only
	Why     string  // no limit is known
}

// Bounds tells whether a step can be too long.
func (l Limit) Bounds() bool { return l.DT > 0 && !math.IsInf(l.DT, 1) }

// String says it in a line.
func (l Limit) String() string {
	switch {
	case l.DT == 0:
		return "not known for dt: " + l.Why
	case !l.Bounds():
		return "none for dt"
	case !l.Linear:
		return fmt.Sprintf("%.4g for dt to be stable, of the linear part of the model", l.DT)
	case l.Sampled:
		return fmt.Sprintf("%.4g for dt to be stable, as some of the cells have it", l.DT)
	}
	return fmt.Sprintf("%.4g for dt to be stable", l.DT)
}

// time chooses the step and how many there are.
func (l *lowering) time() {
	s, sys := l.spec, l.sys
	sys.DT, sys.Steps = s.DT, s.Steps
	if l.updates() {
		if sys.DT == 0 {
			s.refuse("time.dt", nil, "dt = \"auto\": the model has [updates], which bound no time step: give dt, 1 if it does not matter")
		}
	} else {
		sys.Limit = l.limit()
	}
	limit := sys.Limit
	auto := sys.DT == 0
	if auto {
		share := 0.9
		if !limit.Linear {
			share = 0.5
		}
		if !limit.Bounds() {
			why := limit.Why
			if why == "" {
				why = "no wave in the model fades"
			}
			s.refuse("time.dt", nil, "dt = \"auto\" has no limit to go by: %s: give dt", why)
		}
		sys.DT = rounded(share * limit.DT)
	} else if limit.Linear && limit.DT > 0 && sys.DT > limit.DT*1.001 {
		s.refuse("time.dt", nil, "dt %g is above the stability limit %.4g of %s: the solution would grow without bound; take at most that, or \"auto\" for 0.9 of it", sys.DT, limit.DT, s.Scheme)
	}
	if sys.Steps == 0 {
		steps := math.Ceil(s.End/sys.DT - 1e-9)
		if steps > 1<<53 {
			s.refuse("time.end", nil, "end %g is more than 2^53 steps of dt %g", s.End, sys.DT)
		}
		sys.Steps = max(int(steps), 0)
		if auto && sys.Steps > 0 {
			sys.DT = s.End / float64(sys.Steps)
		}
	}
}

func (l *lowering) updates() bool {
	return slices.ContainsFunc(l.spec.Rules, func(r Rule) bool { return r.Update })
}

// rounded is x to four digits, so that it is the same number on machines whose sines differ
// in the last bit; numbers half way between two are not on the edge.
func rounded(x float64) float64 {
	var made float64
	fmt.Sscanf(fmt.Sprintf("%.3e", x*(1+1e-7)), "%g", &made)
	return made
}

// limit finds how long the time step may be, from the linear part of the rules: each term
// that depends on fields in other cells must be linear in fields that evolve, with coefficients
// that time does not change. Of terms that are not linear, and depend on the cell alone,
// nothing is said.
func (l *lowering) limit() Limit {
	limit := Limit{Linear: true}
	f := l.formulas(map[string]int{})
	f.g = ir.New(ir.F64)
	f.lets = maps.Clone(f.lets)
	for i := range l.spec.Lets {
		f.lets[l.spec.Lets[i].Name] = &l.spec.Lets[i]
	}
	for i := range l.spec.Fields {
		// A field that stays is as good as its formula, where it has one without noise.
		spec := &l.spec.Fields[i]
		if spec.Static && spec.Initial != nil && !random(spec) {
			f.lets[spec.Name] = &Let{Name: spec.Name, Expr: spec.Initial}
			continue
		}
		f.load[spec.Name] = l.load[spec.Name]
	}
	evolves := func(field int) bool { return l.sys.Fields[field].Role == Evolved }
	d := &slopes{sums: &f.sums, evolves: evolves, known: map[ir.Value]slope{}}
	var all []coefficient
	var values []ir.Value
	for i, r := range l.spec.Rules {
		f.in(l.what(r))
		slope := slope{}
		for _, t := range f.real(r.Expr, [3]int{}).terms {
			k := f.g.Const(t.k)
			slope = d.added(slope, d.scaled(d.of(t.v), func(c ir.Value) ir.Value { return f.mul(c, k) }))
		}
		for load := range slope.other {
			limit.Linear = false
			if f.g.Nodes[load].Offset != [3]int8{} {
				limit.Why = fmt.Sprintf("the rule of %s is not linear in %s of the cells around", r.Field, l.sys.Fields[f.g.Nodes[load].Field].Name)
				return limit
			}
		}
		loads := slices.Sorted(maps.Keys(slope.linear))
		for _, load := range loads {
			n := &f.g.Nodes[load]
			c := coefficient{rule: i, of: slices.Index(l.stages[0], int(n.Field))}
			for axis, o := range n.Offset {
				c.offset[axis] = int(o)
			}
			all = append(all, c)
			values = append(values, slope.linear[load])
		}
	}
	if len(all) == 0 {
		limit.DT = math.Inf(1)
		return limit
	}
	p := f.g.Program(values...)
	if len(p.Rows) > 0 {
		limit.Why = fmt.Sprintf("%s is random or comes from a file, and is a coefficient of a rule", l.sys.Fields[p.Rows[0].Field].Name)
		return limit
	}
	if p.Uses(ir.Time, 0) {
		limit.Why = "a coefficient of a rule depends on t"
		return limit
	}
	var sets [][]float64
	sets, limit.Sampled = l.extremes(p, all)
	limit.DT = math.Inf(1)
	for _, set := range sets {
		for i := range all {
			if math.IsInf(set[i], 0) || math.IsNaN(set[i]) {
				limit.DT, limit.Why = 0, fmt.Sprintf("a coefficient in the rule of %s is %v in a cell", l.spec.Rules[all[i].rule].Field, set[i])
				return limit
			}
			all[i].value = set[i]
		}
		limit.DT = min(limit.DT, stableStep(l.spec.Scheme, spectrum(len(l.spec.Rules), l.sys.Dims, all)))
	}
	if limit.Bounds() {
		limit.DT = rounded(limit.DT)
	}
	if limit.DT == 0 {
		limit.Why = fmt.Sprintf("%s lets waves grow that do not fade by themselves, whatever the step: take scheme = \"rk4\"", l.spec.Scheme)
		if l.spec.Scheme == "rk4" {
			limit.Why = "waves grow, whatever the step"
		}
	}
	return limit
}

// random tells whether a field begins with noise.
func random(spec *FieldSpec) bool {
	var calls func(e *formula.Expr) bool
	calls = func(e *formula.Expr) bool {
		return e.Kind == formula.Call && e.Name == "noise" || slices.ContainsFunc(e.Args, calls)
	}
	return calls(spec.Initial)
}

// extremes are the values of the coefficients in the cells where one of them, or the sum of
// the absolute ones of a rule, is least or most.
func (l *lowering) extremes(p *ir.Program, all []coefficient) (sets [][]float64, sampled bool) {
	sys := l.sys
	const most = 1 << 18 // cells
	stride := max(1, int(math.Ceil(math.Pow(float64(sys.cells())/most, 1/float64(sys.Dims)))))
	if !p.Uses(ir.Coord, 0) && !p.Uses(ir.Coord, 1) && !p.Uses(ir.Coord, 2) {
		stride = max(sys.Size[0], sys.Size[1], sys.Size[2]) // one cell does
	} else {
		sampled = stride > 1
	}
	best := make([][]float64, 2*len(all)+len(l.spec.Rules))
	score := make([]float64, len(best))
	look := func(set []float64) {
		consider := func(i int, s float64) {
			if best[i] == nil || s > score[i] {
				best[i], score[i] = slices.Clone(set), s
			}
		}
		sum := make([]float64, len(l.spec.Rules))
		for i, v := range set {
			consider(2*i, v)
			consider(2*i+1, -v)
			sum[all[i].rule] += math.Abs(v)
		}
		for i, s := range sum {
			consider(2*len(all)+i, s)
		}
	}
	l.everyCell(p, stride, look)
	slices.SortFunc(best, func(a, b []float64) int { return slices.Compare(a, b) })
	return slices.CompactFunc(best, func(a, b []float64) bool { return slices.Equal(a, b) }), sampled
}

// everyCell gives look what a program without loads makes in every so many-th cell.
func (l *lowering) everyCell(p *ir.Program, stride int, look func(values []float64)) {
	sys := l.sys
	var x []float64
	for c := 0; c < sys.Size[2]; c += stride {
		x = append(x, sys.coordinate(2, c))
	}
	args := ir.Args{N: len(x), X: unsafe.Pointer(&x[0]), Uniforms: make([]uint64, len(p.Uniforms))}
	rows := make([][]float64, len(p.Outs))
	for i := range rows {
		rows[i] = make([]float64, len(x))
		args.Out = append(args.Out, unsafe.Pointer(&rows[i][0]))
	}
	k := p.Interpreter()
	values := make([]float64, len(rows))
	p.PutUniforms(args.Uniforms, ir.PerStep, ir.Place{})
	for a := 0; a < sys.Size[0]; a += stride {
		for b := 0; b < sys.Size[1]; b += stride {
			p.PutUniforms(args.Uniforms, ir.PerRow, ir.Place{At: [2]float64{sys.coordinate(0, a), sys.coordinate(1, b)}})
			k.Run(&args)
			for j := range x {
				for i := range rows {
					values[i] = rows[i][j]
				}
				look(values)
			}
		}
	}
}
