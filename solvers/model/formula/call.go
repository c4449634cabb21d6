package formula

import (
	"fmt"
	"slices"
	"strings"

	"hybrid/internal/near"
)

// A function is what can be called.
type function struct {
	args string // names of its arguments
	use  Use
	dims int // least of the grid
}

// functions are all that can be called. Those with UsesOperator are made of cells around a
// cell, those with UsesReduction of all cells.
var functions = map[string]function{
	"sqrt": {args: "a"}, "abs": {args: "a"}, "floor": {args: "a"},
	"exp": {args: "a"}, "log": {args: "a"}, "sin": {args: "a"}, "cos": {args: "a"}, "tan": {args: "a"}, "sinh": {args: "a"}, "cosh": {args: "a"}, "tanh": {args: "a"},
	"min": {args: "a, b"}, "max": {args: "a, b"}, "pow": {args: "a, b"}, "hypot": {args: "a, b"},
	"select": {args: "condition, a, b"},

	"laplacian": {args: "u", use: UsesOperator}, "gradient_squared": {args: "u", use: UsesOperator}, "divergence": {args: "k, u", use: UsesOperator},
	"dx": {args: "u", use: UsesOperator}, "d2x": {args: "u", use: UsesOperator},
	"dy": {args: "u", use: UsesOperator, dims: 2}, "d2y": {args: "u", use: UsesOperator, dims: 2},
	"dz": {args: "u", use: UsesOperator, dims: 3}, "d2z": {args: "u", use: UsesOperator, dims: 3},

	"noise": {args: "seed", use: UsesNoise},
	"mean":  {args: "u", use: UsesReduction}, "integral": {args: "u", use: UsesReduction},
}

// meant are functions of other languages and papers.
var meant = map[string]string{
	"ln": "log(a)", "log10": "log(a)/log(10)", "log2": "log(a)/log(2)", "cbrt": "pow(a, 1/3)",
	"where": "select(condition, a, b)", "if": "select(condition, a, b)", "mod": "a - b*floor(a/b)", "fmod": "a - b*floor(a/b)", "ceil": "-floor(-a)", "round": "floor(a + 0.5)", "sign": "(a > 0) - (a < 0)",
	"heaviside": "(a > 0)", "sum": "integral(u), or mean(u)", "average": "mean(u)", "laplace": "laplacian(u)", "grad": "dx(u), dy(u) or gradient_squared(u)", "gradient": "dx(u), dy(u) or gradient_squared(u)", "div": "divergence(k, u), of k times the gradient of u", "rand": "noise(seed)", "random": "noise(seed)",
	"d2": "d2x(u), or laplacian(u)", "dxx": "d2x(u)", "dyy": "d2y(u)", "dzz": "d2z(u)",
	"d_dx": "dx(u)", "d_dy": "dy(u)", "d_dz": "dz(u)", "fabs": "abs(a)", "power": "pow(a, b)", "square": "a^2", "diff": "dx(u)", "atan2": "hypot(a, b) and comparisons",
}

// IsOperator tells whether a function is made of cells around a cell.
func IsOperator(name string) bool { return functions[name].use == UsesOperator }

// form is how a function is written.
func (f function) form(name string) string { return name + "(" + f.args + ")" }

// count is the number of its arguments.
func (f function) count() int { return strings.Count(f.args, ",") + 1 }

func (c *checker) call(e *Expr, allow Use) (Use, *Error) {
	f, err := c.function(e)
	if err != nil {
		return 0, err
	}
	if err := c.allowed(e, e.Name, f.use, allow); err != nil {
		return 0, err
	}
	inner := allow
	switch {
	case f.use == UsesReduction:
		inner &^= UsesReduction
		inner |= UsesField | UsesCoord
	case f.use == UsesNoise:
		inner = 0
	case f.use == UsesOperator:
		inner &^= UsesNoise
	}
	use := f.use
	for i, a := range e.Args {
		of, err := c.check(a, inner)
		if err != nil {
			if e.Name == "noise" {
				return 0, c.wrong(a, "a seed is a whole number, as in noise(1), or made of parameters")
			}
			return 0, err
		}
		use |= of
		if e.Name == "select" && i == 0 {
			if err := c.truth(a, "select"); err != nil {
				return 0, err
			}
		}
	}
	if f.use == UsesReduction {
		use = UsesReduction
	}
	return use, nil
}

// function finds what is called.
func (c *checker) function(e *Expr) (function, *Error) {
	f, is := functions[e.Name]
	// The least and the greatest value of a field.
	if (e.Name == "min" || e.Name == "max") && len(e.Args) == 1 && c.Allow&UsesReduction != 0 {
		return function{args: "u", use: UsesReduction}, nil
	}
	switch {
	case !is:
		return f, c.unknownCall(e)
	case f.dims > c.Dims:
		return f, c.wrong(e, "%s where the grid has %s, as many as grid.size has numbers", e.Name, dimensions(c.Dims))
	case len(e.Args) != f.count():
		return f, c.wrong(e, "%s with %s: want %s", e.Name, arguments(len(e.Args)), f.form(e.Name))
	}
	return f, nil
}

func arguments(n int) string {
	if n == 1 {
		return "1 argument"
	}
	return fmt.Sprintf("%d arguments", n)
}

func (c *checker) unknownCall(e *Expr) *Error {
	lo := e.Lo + strings.Index(c.text[e.Lo:], e.Name) // behind parentheses
	at := &Expr{Lo: lo, Hi: lo + len(e.Name)}
	if s, is := c.Names[e.Name]; is {
		return c.wrong(at, "%s is %s and no function: a product is written %s*(...)", e.Name, s.What, e.Name)
	}
	if say, is := meant[strings.ToLower(e.Name)]; is {
		return c.wrong(at, "there is no %s: write %s", e.Name, say)
	}
	var known []string
	for name, f := range functions {
		if f.use&^c.Allow == 0 && f.dims <= c.Dims {
			known = append(known, name)
		}
	}
	slices.Sort(known)
	return c.wrong(at, "unknown function %s%s: %s may call %s", short(e.Name), near.Word(e.Name, known, ""), c.Place, strings.Join(known, ", "))
}

// Functions are all that can be called, with their arguments, in the order of the alphabet.
func Functions() []string {
	var all []string
	for name, f := range functions {
		all = append(all, f.form(name))
	}
	slices.Sort(all)
	return all
}
