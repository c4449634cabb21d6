package model

import (
	"math"

	"hybrid/solvers/model/formula"
	"hybrid/solvers/model/ir"
)

// formulas makes sums and values of formulas, all in one graph.
type formulas struct {
	sums
	spec    *Spec
	grid    *System            // its axes, spacing, origin and step
	load    map[string]int     // fields and the lets that are fields, by name: where they are read
	lets    map[string]*Let    // those that stand for their formulas
	numbers map[string]float64 // parameters and pi, e, dt, dx, dy, dz
	fixed   [3]*float64        // coordinates that are constants
	noise   func(seed uint64) ir.Value

	constants *ir.Graph // of f64: what formulas of constants are worked out in
	reals     map[place]sum
	truths    map[place]ir.Value
	what      string // the formula that is being made, by its name in the spec's Texts
	work      int    // terms made so far
}

// A place is a formula at a cell so many planes, rows and columns away.
type place struct {
	e  *formula.Expr
	at [3]int
}

// Bounds for formulas that would take too long: cells away, terms of a sum, terms in all and
// nodes.
const (
	mostReach = 32
	mostTerms = 2000
	mostWork  = 2_000_000
	mostNodes = 50_000
)

// A refusal is what a formula cannot be made into, and why. It is what functions here panic
// with, and System returns.
type refusal struct{ err error }

// refuse gives up, with a mark under a part of the formula where one is to blame.
func (f *formulas) refuse(e *formula.Expr, format string, args ...any) {
	f.spec.refuse(f.what, e, format, args...)
}

// inside makes what makes use of a let.
func inside[T any](f *formulas, let *Let, of func(*formula.Expr) T) T {
	what := f.what
	f.what = "let." + let.Name
	made := of(let.Expr)
	f.what = what
	return made
}

// real is what a formula gives in a cell, as a sum.
func (f *formulas) real(e *formula.Expr, at [3]int) sum {
	key := place{e, at}
	if s, ok := f.reals[key]; ok {
		return s
	}
	s := f.makeReal(e, at)
	f.work += len(s.terms) + 1
	switch {
	case len(s.terms) > mostTerms || f.work > mostWork || len(f.g.Nodes) > mostNodes:
		f.refuse(e, "the formula becomes too long: derivatives of derivatives are shorter by way of a let with a boundary of its own")
	case math.IsNaN(s.constant) || math.IsInf(s.constant, 0):
		f.refuse(e, "this has the value %v", s.constant)
	}
	f.reals[key] = s
	return s
}

func (f *formulas) makeReal(e *formula.Expr, at [3]int) sum {
	switch e.Kind {
	case formula.Number:
		return number(e.Value)
	case formula.Name:
		return f.name(e, at)
	case formula.Shift:
		first := 3 - len(e.Offset)
		for i, o := range e.Offset {
			at[first+i] += o
		}
		return f.name(e, at)
	case formula.Call:
		return f.call(e, at)
	case formula.Unary:
		if e.Name == "-" {
			return f.real(e.Args[0], at).times(-1)
		}
	case formula.Binary:
		switch e.Name {
		case "+":
			return f.real(e.Args[0], at).plus(1, f.real(e.Args[1], at))
		case "-":
			return f.real(e.Args[0], at).plus(-1, f.real(e.Args[1], at))
		case "*":
			return f.product(f.real(e.Args[0], at), f.real(e.Args[1], at))
		case "/":
			return f.quotient(f.real(e.Args[0], at), f.real(e.Args[1], at))
		case "^":
			return f.pow(f.real(e.Args[0], at), f.real(e.Args[1], at))
		}
	}
	return f.of(f.g.Select(f.truth(e, at), f.g.Const(1), f.g.Const(0)))
}

// name is what a name stands for in a cell.
func (f *formulas) name(e *formula.Expr, at [3]int) sum {
	for _, o := range at {
		if o < -mostReach || o > mostReach {
			f.refuse(e, "this reads %s more than %d cells away", e.Name, mostReach)
		}
	}
	if x, ok := f.numbers[e.Name]; ok {
		return number(x)
	}
	if i, ok := f.load[e.Name]; ok {
		return f.of(f.g.Load(i, at[0], at[1], at[2]))
	}
	if l, ok := f.lets[e.Name]; ok {
		return inside(f, l, func(e *formula.Expr) sum { return f.real(e, at) })
	}
	switch e.Name {
	case "t":
		return f.of(f.g.Time())
	case "x", "y", "z":
		axis := 2 - int(e.Name[0]-'x')
		if f.fixed[axis] != nil {
			return number(*f.fixed[axis])
		}
		return f.of(f.g.Coord(axis)).plus(1, number(float64(float64(at[axis])*f.grid.Spacing[axis])))
	}
	if e.Name == "dt" {
		f.refuse(e, "dt has no value here: dt = \"auto\" depends on this formula")
	}
	f.refuse(e, "%s has no value here", e.Name)
	return sum{}
}

// truth is whether a condition holds in a cell.
func (f *formulas) truth(e *formula.Expr, at [3]int) ir.Value {
	key := place{e, at}
	if v, ok := f.truths[key]; ok {
		return v
	}
	v := f.makeTruth(e, at)
	f.truths[key] = v
	return v
}

func (f *formulas) makeTruth(e *formula.Expr, at [3]int) ir.Value {
	if l, ok := f.lets[e.Name]; ok && e.Kind == formula.Name {
		return inside(f, l, func(e *formula.Expr) ir.Value { return f.truth(e, at) })
	}
	g := f.g
	if e.Kind == formula.Unary || e.Kind == formula.Binary {
		switch e.Name {
		case "not":
			return g.Not(f.truth(e.Args[0], at))
		case "and":
			return g.And(f.truth(e.Args[0], at), f.truth(e.Args[1], at))
		case "or":
			return g.Or(f.truth(e.Args[0], at), f.truth(e.Args[1], at))
		case "<":
			return g.Less(f.valueOf(e.Args[0], at), f.valueOf(e.Args[1], at))
		case "<=":
			return g.LessEq(f.valueOf(e.Args[0], at), f.valueOf(e.Args[1], at))
		case ">":
			return g.Less(f.valueOf(e.Args[1], at), f.valueOf(e.Args[0], at))
		case ">=":
			return g.LessEq(f.valueOf(e.Args[1], at), f.valueOf(e.Args[0], at))
		case "==":
			return g.Equal(f.valueOf(e.Args[0], at), f.valueOf(e.Args[1], at))
		case "!=":
			return g.Not(g.Equal(f.valueOf(e.Args[0], at), f.valueOf(e.Args[1], at)))
		}
	}
	return g.Not(g.Equal(f.valueOf(e, at), g.Const(0)))
}

// valueOf is what a formula gives in a cell, as a value.
func (f *formulas) valueOf(e *formula.Expr, at [3]int) ir.Value { return f.value(f.real(e, at)) }

// pow is x^y. Whole exponents up to 64 are products, 0.5 is a square root, and what is
// negative is one over the positive power; others are left to the function of package ir.
func (f *formulas) pow(x, y sum) sum {
	if n := y.constant; y.isConstant() {
		switch {
		case n == math.Trunc(n) && math.Abs(n) <= 64:
			return f.power(x, int(n))
		case math.Abs(n) == 0.5:
			root := f.apply((*ir.Graph).Sqrt, x)
			if n < 0 {
				return f.quotient(number(1), root)
			}
			return root
		}
	}
	return f.apply2((*ir.Graph).Pow, x, y)
}

// apply is a function of a sum. Of constants it is worked out in f64.
func (f *formulas) apply(do func(*ir.Graph, ir.Value) ir.Value, x sum) sum {
	if x.isConstant() {
		made, _ := f.constants.Constant(do(f.constants, f.constants.Const(x.constant)))
		return number(made)
	}
	return f.of(do(f.g, f.value(x)))
}

func (f *formulas) apply2(do func(*ir.Graph, ir.Value, ir.Value) ir.Value, x, y sum) sum {
	if x.isConstant() && y.isConstant() {
		made, _ := f.constants.Constant(do(f.constants, f.constants.Const(x.constant), f.constants.Const(y.constant)))
		return number(made)
	}
	return f.of(do(f.g, f.value(x), f.value(y)))
}

// call is a function or an operator in a cell.
func (f *formulas) call(e *formula.Expr, at [3]int) sum {
	if do, ok := functions[e.Name]; ok {
		return f.apply(do, f.real(e.Args[0], at))
	}
	if do, ok := functions2[e.Name]; ok {
		return f.apply2(do, f.real(e.Args[0], at), f.real(e.Args[1], at))
	}
	switch e.Name {
	case "pow":
		return f.pow(f.real(e.Args[0], at), f.real(e.Args[1], at))
	case "select":
		m := f.truth(e.Args[0], at)
		return f.of(f.g.Select(m, f.valueOf(e.Args[1], at), f.valueOf(e.Args[2], at)))
	case "noise":
		seed := f.real(e.Args[0], at)
		if x := seed.constant; f.noise == nil || !seed.isConstant() || x < 0 || x != math.Trunc(x) || x > 1<<53 {
			f.refuse(e, "a seed is a whole number from 0 to 2^53, as in noise(1)")
		}
		return f.of(f.noise(uint64(seed.constant)))
	}
	return f.operator(e, at)
}

// functions are those of one argument, functions2 those of two.
var (
	functions = map[string]func(*ir.Graph, ir.Value) ir.Value{
		"sqrt": (*ir.Graph).Sqrt, "abs": (*ir.Graph).Abs, "floor": (*ir.Graph).Floor,
		"exp": (*ir.Graph).Exp, "log": (*ir.Graph).Log, "sin": (*ir.Graph).Sin, "cos": (*ir.Graph).Cos, "tan": (*ir.Graph).Tan,
		"sinh": (*ir.Graph).Sinh, "cosh": (*ir.Graph).Cosh, "tanh": (*ir.Graph).Tanh,
	}
	functions2 = map[string]func(*ir.Graph, ir.Value, ir.Value) ir.Value{
		"min": (*ir.Graph).Min, "max": (*ir.Graph).Max, "hypot": (*ir.Graph).Hypot,
	}
)
