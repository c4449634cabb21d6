package model

import (
	"fmt"
	"maps"
	"math"
	"slices"

	"hybrid/solvers/model/formula"
	"hybrid/solvers/model/ir"
	"hybrid/solvers/task"
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
		return "no stable dt is known: " + l.Why
	case !l.Bounds():
		return "stable with any dt"
	case !l.Linear:
		return fmt.Sprintf("stable with dt up to %.4g, as far as the linear part of the model goes", l.DT)
	case l.Sampled:
		return fmt.Sprintf("stable with dt up to %.4g, in those cells that were looked at", l.DT)
	}
	return fmt.Sprintf("stable with dt up to %.4g", l.DT)
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
		if spec.Static && spec.Initial != nil && !l.spec.has(spec.Initial, formula.Call, "noise") {
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
	if p.Uses(ir.Time, 0) {
		limit.Why = "a coefficient of a rule depends on t"
		return limit
	}
	e := newExtremes(all, len(l.spec.Rules))
	switch {
	case len(p.Rows) == 0:
		limit.Sampled = e.formulas(l.sys, p)
	case l.place == nil:
		limit.Why = fmt.Sprintf("%s is random or comes from a file, and is a coefficient of a rule", l.sys.Fields[p.Rows[0].Field].Name)
		return limit
	default:
		if err := e.fields(l.staying(p), p, *l.place); err != nil {
			panic(refusal{task.BadInput("", err)})
		}
	}
	if e.bad.Bits != nil {
		i := slices.IndexFunc(e.bad.values(), func(v float64) bool { return !finite(v) })
		limit.Why = fmt.Sprintf("a coefficient in the rule of %s is %v at %s", l.spec.Rules[all[i].rule].Field, e.bad.values()[i], l.sys.placeOf(e.bad.Cell))
		return limit
	}
	limit.DT = math.Inf(1)
	for _, set := range e.sets() {
		for i := range all {
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
