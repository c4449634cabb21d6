package model

import (
	"fmt"
	"math"

	"hybrid/solvers/model/formula"
)

// A rowOf evaluates formulas for the cells of a row at once, in float64: those of checks,
// which say whether a result is right and are no part of it.
type rowOf struct {
	n       int
	numbers map[string]float64   // for the whole grid
	cells   map[string][]float64 // fields and coordinates
	lets    map[string]*formula.Expr
	whole   map[*formula.Expr]float64 // means and the like, which are known already
}

// truth is a condition as a number.
func truth(is bool) float64 {
	if is {
		return 1
	}
	return 0
}

// functionsOf1 and functionsOf2 are what formulas may call.
var functionsOf1 = map[string]func(float64) float64{
	"sqrt": math.Sqrt, "abs": math.Abs, "floor": math.Floor, "exp": math.Exp, "log": math.Log, "sin": math.Sin, "cos": math.Cos,
	"tan": math.Tan, "sinh": math.Sinh, "cosh": math.Cosh, "tanh": math.Tanh,
}

var functionsOf2 = map[string]func(a, b float64) float64{
	"min": math.Min, "max": math.Max, "pow": math.Pow, "^": math.Pow, "hypot": math.Hypot,
	"+": func(a, b float64) float64 { return a + b }, "-": func(a, b float64) float64 { return a - b },
	"*": func(a, b float64) float64 { return a * b }, "/": func(a, b float64) float64 { return a / b },
	"<": func(a, b float64) float64 { return truth(a < b) }, "<=": func(a, b float64) float64 { return truth(a <= b) },
	">": func(a, b float64) float64 { return truth(a > b) }, ">=": func(a, b float64) float64 { return truth(a >= b) },
	"==": func(a, b float64) float64 { return truth(a == b) }, "!=": func(a, b float64) float64 { return truth(a != b) },
	"and": func(a, b float64) float64 { return truth(a != 0 && b != 0) }, "or": func(a, b float64) float64 { return truth(a != 0 || b != 0) },
}

// eval is what a formula gives in each cell. Its values are nobody else's.
func (r *rowOf) eval(e *formula.Expr) ([]float64, error) {
	if v, ok := r.whole[e]; ok {
		return r.fill(v), nil
	}
	switch e.Kind {
	case formula.Number:
		return r.fill(e.Value), nil
	case formula.Name:
		if v, ok := r.numbers[e.Name]; ok {
			return r.fill(v), nil
		}
		if v, ok := r.cells[e.Name]; ok {
			return append([]float64(nil), v...), nil
		}
		if let, ok := r.lets[e.Name]; ok {
			return r.eval(let)
		}
		return nil, fmt.Errorf("model: a check has no %s", e.Name)
	}
	var args [][]float64
	for _, a := range e.Args {
		v, err := r.eval(a)
		if err != nil {
			return nil, err
		}
		args = append(args, v)
	}
	one, two := functionsOf1[e.Name], functionsOf2[e.Name]
	switch {
	case e.Kind == formula.Unary && e.Name == "-":
		one = func(a float64) float64 { return -a }
	case e.Kind == formula.Unary:
		one = func(a float64) float64 { return truth(a == 0) }
	case e.Name == "select" && len(args) == 3:
		for i, is := range args[0] {
			if is == 0 {
				args[1][i] = args[2][i]
			}
		}
		return args[1], nil
	}
	switch {
	case len(args) == 1 && one != nil:
		for i, a := range args[0] {
			args[0][i] = one(a)
		}
	case len(args) == 2 && two != nil:
		for i, a := range args[0] {
			args[0][i] = two(a, args[1][i])
		}
	default:
		return nil, fmt.Errorf("model: a check cannot have %s", e.Name)
	}
	return args[0], nil
}

func (r *rowOf) fill(v float64) []float64 {
	all := make([]float64, r.n)
	for i := range all {
		all[i] = v
	}
	return all
}

// isReduction tells whether a formula is made of all cells: mean(u), and min(u) of one argument.
func isReduction(e *formula.Expr) bool {
	if e.Kind != formula.Call {
		return false
	}
	switch e.Name {
	case "mean", "integral":
		return true
	case "min", "max":
		return len(e.Args) == 1
	}
	return false
}

// reductions are those in a formula, the outermost ones first.
func reductions(e *formula.Expr) (all []*formula.Expr) {
	if isReduction(e) {
		return []*formula.Expr{e}
	}
	for _, a := range e.Args {
		all = append(all, reductions(a)...)
	}
	return all
}
