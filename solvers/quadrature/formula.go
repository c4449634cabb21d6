package quadrature

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"math"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/conf"
	"github.com/expr-lang/expr/file"
	"github.com/expr-lang/expr/parser"
)

// Function is an integrand.
type Function struct {
	text  string
	eval  evaluator
	depth int  // room that eval needs, in numbers of places
	arc   bool // 4/(1+x²), which has vector kernels

	place func(t float64) float64 // nil, or the place x of the function that this one was mapped from
}

// An evaluator sets y[i] to the value at x[i]; it may write to free. Evaluators hold
// no state, so that several threads may use one.
type evaluator func(x, y, free []float64)

// values sets y[i] to the value at x[i].
func (f *Function) values(x, y []float64) { f.eval(x, y, make([]float64, f.depth*len(x))) }

// String returns the formula.
func (f *Function) String() string { return f.text }

// short is the formula for a message.
func (f *Function) short() string { return Short(f.text) }

// At returns the value at a place.
func (f *Function) At(x float64) float64 {
	y := []float64{0}
	f.values([]float64{x}, y)
	return y[0]
}

// Of makes a function that is written in Go. It must give equal values for equal
// arguments, and is called by several threads at once.
func Of(name string, f func(x float64) float64) *Function {
	return &Function{text: name, eval: each(f)}
}

// A SyntaxError is a formula that Parse cannot read.
type SyntaxError struct {
	Formula string
	At      int // where, in characters from 0
	Msg     string
}

func (e *SyntaxError) Error() string {
	return fmt.Sprintf("quadrature: formula %q, character %d: %s", Short(e.Formula), e.At+1, e.Msg)
}

// Short is a formula as a message shows it: cut where it is long.
func Short(formula string) string {
	const most = 80
	if r := []rune(formula); len(r) > most {
		return string(r[:most]) + "..."
	}
	return formula
}

// syntaxError is what the parser's error, or one of compile, says of a formula.
func syntaxError(formula string, err error) error {
	var at *file.Error
	if !errors.As(err, &at) {
		return &SyntaxError{formula, 0, err.Error()}
	}
	if strings.Contains(at.Message, "token EOF") {
		return &SyntaxError{formula, utf8.RuneCountInString(formula), "the formula ends too early"}
	}
	return &SyntaxError{formula, min(at.From, utf8.RuneCountInString(formula)), plainly(at.Message)}
}

var (
	unexpected = regexp.MustCompile(`^unexpected token (\w+)\("(.*)"\)`)
	badNumber  = regexp.MustCompile(`^(?:bad number syntax: |invalid float literal: .*parsing )"([^"]*)"`)
)

// plainly says the parser's messages about what people forget in the words of a formula.
func plainly(message string) string {
	if m := badNumber.FindStringSubmatch(message); m != nil {
		return fmt.Sprintf("%s is no number; a product needs its *, as in 2*x", m[1])
	}
	m := unexpected.FindStringSubmatch(message)
	switch {
	case m == nil:
		return message
	case m[1] == "Identifier" || m[1] == "Number" || m[2] == "(":
		return fmt.Sprintf("unexpected %s: a product needs its *, as in 2*x, and a function its parentheses, as in sin(x)", m[2])
	}
	return fmt.Sprintf("unexpected %s: want one of + - * / %% ^, or the end", m[2])
}

// comment finds a comment, which the parser would take for nothing: x//2 for x.
func comment(formula string) error {
	for _, mark := range []string{"//", "/*"} {
		if before, _, found := strings.Cut(formula, mark); found {
			return &SyntaxError{formula, utf8.RuneCountInString(before), fmt.Sprintf("%s is no operator: want one of + - * / %% ^, and no comments", mark)}
		}
	}
	return nil
}

// nested finds brackets in brackets, and signs before signs, that are too many: each takes room on the
// stack before the parser counts it.
func nested(formula string) error {
	const most = 1000
	brackets, signs := 0, 0
	for i, c := range []rune(formula) {
		switch c {
		case '(', '[', '{':
			brackets++
		case ')', ']', '}':
			brackets--
		case '+', '-', '!':
			signs++
		case ' ', '\t', '\n', '\r':
		default:
			signs = 0
		}
		if max(brackets, signs) > most {
			return &SyntaxError{formula, i, fmt.Sprintf("brackets or signs are nested deeper than %d", most)}
		}
	}
	return nil
}

// Parse reads a formula in x, such as 4/(1+x^2) or exp(-x*x/2)/sqrt(2*pi). It has
// numbers, x, pi, e, the operators + - * / % ^ (or **) and parentheses, and the
// functions that Functions lists. The syntax is that of github.com/expr-lang/expr,
// whose parser reads it: -x^2 is -(x^2), and 2^3^x is 2^(3^x). An error is a
// *SyntaxError.
func Parse(formula string) (*Function, error) {
	if err := cmp.Or(comment(formula), nested(formula)); err != nil {
		return nil, err
	}
	config := conf.CreateNew()
	config.Functions = config.Builtins // an overridden name is a call like any other: all functions are our own
	tree, err := parser.ParseWithConfig(formula, config)
	if err != nil {
		var at *file.Error
		if errors.As(err, &at) {
			at.Message = Short(at.Message) // it may repeat the formula
		}
		return nil, syntaxError(formula, err)
	}
	eval, depth, err := compile(tree.Node)
	if err != nil {
		return nil, syntaxError(formula, err)
	}
	f := &Function{text: formula, eval: eval, depth: depth}
	switch tree.Node.String() {
	case "4 / (1 + x ^ 2)", "4 / (1 + x ** 2)", "4 / (1 + x * x)":
		f.arc = true
		f.eval = each(func(x float64) float64 { return 4 / math.FMA(x, x, 1) })
	}
	return f, nil
}

var functions = map[string]func(float64) float64{
	"sqrt": math.Sqrt, "cbrt": math.Cbrt, "abs": math.Abs, "exp": math.Exp, "log": math.Log, "log2": math.Log2, "log10": math.Log10,
	"sin": math.Sin, "cos": math.Cos, "tan": math.Tan, "asin": math.Asin, "acos": math.Acos, "atan": math.Atan,
	"sinh": math.Sinh, "cosh": math.Cosh, "tanh": math.Tanh, "asinh": math.Asinh, "acosh": math.Acosh, "atanh": math.Atanh,
	"gamma": math.Gamma, "erf": math.Erf, "erfc": math.Erfc, "floor": math.Floor, "ceil": math.Ceil,
}

// Functions lists the functions that a formula may call, each of one argument.
func Functions() []string { return slices.Sorted(maps.Keys(functions)) }

// compile turns a formula into loops over places. depth is what they need of free.
func compile(n ast.Node) (f evaluator, depth int, err error) {
	fail := func(format string, args ...any) (evaluator, int, error) {
		return nil, 0, &file.Error{Location: n.Location(), Message: fmt.Sprintf(format, args...)}
	}
	switch n := n.(type) {
	case *ast.IntegerNode:
		return constant(float64(n.Value)), 0, nil
	case *ast.FloatNode:
		return constant(n.Value), 0, nil
	case *ast.IdentifierNode:
		switch n.Value {
		case "x":
			return func(x, y, _ []float64) { copy(y, x) }, 0, nil
		case "pi":
			return constant(math.Pi), 0, nil
		case "e":
			return constant(math.E), 0, nil
		}
		return fail("unknown name %s: want x, pi or e", Short(n.Value))
	case *ast.UnaryNode:
		f, depth, err := compile(n.Node)
		switch {
		case err != nil || n.Operator == "+":
			return f, depth, err
		case n.Operator == "-":
			return compose(f, func(v float64) float64 { return -v }), depth, nil
		}
		return fail("unknown operator %s: want one of + - * / %% ^", n.Operator)
	case *ast.CallNode:
		name, _ := n.Callee.(*ast.IdentifierNode)
		if name == nil || functions[name.Value] == nil {
			return fail("unknown function %v: want one of %s", Short(n.Callee.String()), strings.Join(Functions(), " "))
		}
		if len(n.Arguments) != 1 {
			return fail("%s has %d arguments: want 1", name.Value, len(n.Arguments))
		}
		f, depth, err := compile(n.Arguments[0])
		if err != nil {
			return nil, 0, err
		}
		return compose(f, functions[name.Value]), depth, nil
	case *ast.BinaryNode:
		left, depthLeft, err := compile(n.Left)
		if err != nil {
			return nil, 0, err
		}
		right, depthRight, err := compile(n.Right)
		if err != nil {
			return nil, 0, err
		}
		op := operator(n)
		if op == nil {
			return fail("unknown operator %s: want one of + - * / %% ^", n.Operator)
		}
		return func(x, y, free []float64) {
			left(x, y, free)
			z := free[:len(x)]
			right(x, z, free[len(x):])
			op(y, z)
		}, max(depthLeft, 1+depthRight), nil
	}
	return fail("%v is not a number: want a formula in x of numbers, + - * / %% ^ and functions", Short(n.String()))
}

// operator returns what replaces y by y op z.
func operator(n *ast.BinaryNode) func(y, z []float64) {
	switch n.Operator {
	case "+":
		return func(y, z []float64) {
			for i, v := range z {
				y[i] += v
			}
		}
	case "-":
		return func(y, z []float64) {
			for i, v := range z {
				y[i] -= v
			}
		}
	case "*":
		return func(y, z []float64) {
			for i, v := range z {
				y[i] *= v
			}
		}
	case "/":
		return func(y, z []float64) {
			for i, v := range z {
				y[i] /= v
			}
		}
	case "%":
		return pairwise(math.Mod)
	case "^", "**":
		if k, ok := n.Right.(*ast.IntegerNode); ok && k.Value == 2 {
			return func(y, _ []float64) {
				for i, v := range y {
					y[i] = v * v
				}
			}
		}
		return pairwise(math.Pow)
	}
	return nil
}

func pairwise(f func(y, z float64) float64) func(y, z []float64) {
	return func(y, z []float64) {
		for i, v := range z {
			y[i] = f(y[i], v)
		}
	}
}

func constant(v float64) evaluator {
	return func(_, y, _ []float64) {
		for i := range y {
			y[i] = v
		}
	}
}

func compose(f evaluator, g func(float64) float64) evaluator {
	return func(x, y, free []float64) {
		f(x, y, free)
		for i, v := range y {
			y[i] = g(v)
		}
	}
}

func each(f func(float64) float64) evaluator {
	return func(x, y, _ []float64) {
		for i, v := range x {
			y[i] = f(v)
		}
	}
}
