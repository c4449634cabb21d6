package model

import (
	"fmt"
	"maps"

	"hybrid/solvers/model/ir"
)

// passes makes what a step does. With f for the right sides and u1, u2, u3 for stages:
//
//	euler  u' = u + dt f(u)
//	rk2    u1 = u + dt f(u), u' = (u + u1 + dt f(u1))/2                      Heun's
//	rk4    u1 = u + dt/2 f(u), u2 = u + dt/2 f(u1), u3 = u + dt f(u2),
//	       u' = (-u + u1 + 2 u2 + u3)/3 + dt/6 f(u3)                         the classic one
//
// and updates are the next values themselves. No sum of slopes is kept: the stages hold them.
func (l *lowering) passes() {
	dt := l.sys.DT
	switch l.spec.Scheme {
	case "rk2":
		l.pass(0, 1, 0, 1, func(u func(int) sum, f sum) sum { return u(0).plus(dt, f) })
		l.pass(1, 1, 1, 0, func(u func(int) sum, f sum) sum { return u(0).times(0.5).plus(0.5, u(1)).plus(dt/2, f) })
	case "rk4":
		l.pass(0, 0.5, 0, 1, func(u func(int) sum, f sum) sum { return u(0).plus(dt/2, f) })
		l.pass(0.5, 0.5, 1, 2, func(u func(int) sum, f sum) sum { return u(0).plus(dt/2, f) })
		l.pass(0.5, 1, 2, 3, func(u func(int) sum, f sum) sum { return u(0).plus(dt, f) })
		l.pass(1, 1, 3, 0, func(u func(int) sum, f sum) sum {
			return u(1).plus(-1, u(0)).plus(1, u(3)).plus(2, u(2)).times(1./3).plus(dt/6, f)
		})
	case "euler":
		l.pass(0, 1, 0, 0, func(u func(int) sum, f sum) sum { return u(0).plus(dt, f) })
	default:
		l.pass(0, 1, 0, 0, func(_ func(int) sum, f sum) sum { return f })
	}
}

// pass makes the rules' fields of one stage from those of another, from which the rules are
// taken, by a formula of their right side and of the stages in the cell; before it lets that are
// fields, and auxiliary fields. It is at a time, and what it makes too, in steps.
func (l *lowering) pass(time, after float64, from, to int, made func(u func(stage int) sum, rhs sum) sum) {
	load := maps.Clone(l.load)
	for i, r := range l.spec.Rules {
		load[r.Field] = l.stages[from][i]
	}
	for _, layer := range l.layers {
		p := Pass{Time: time, After: time}
		f := l.formulas(load)
		var outs []ir.Value
		for _, m := range layer {
			p.Writes = append(p.Writes, l.load[m.name])
			outs = append(outs, f.in(m.what).valueOf(m.expr, [3]int{}))
		}
		p.Program = f.g.Program(outs...)
		l.sys.Passes = append(l.sys.Passes, p)
	}
	p := Pass{Time: time, After: after, Writes: l.stages[to]}
	f := l.formulas(load)
	var outs []ir.Value
	for i, r := range l.rules {
		u := func(stage int) sum { return f.of(f.g.Load(l.stages[stage][i], 0, 0, 0)) }
		outs = append(outs, f.value(made(u, f.in(l.what(r)).real(r.Expr, [3]int{}))))
	}
	p.Program = f.g.Program(outs...)
	l.sys.Passes = append(l.sys.Passes, p)
}

// what a rule is of, in Texts.
func (l *lowering) what(r Rule) string {
	if r.Update {
		return fmt.Sprintf("updates.%s", r.Field)
	}
	return fmt.Sprintf("equations.%s", r.Field)
}
