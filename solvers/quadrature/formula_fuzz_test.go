package quadrature

import (
	"errors"
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// FuzzParse holds formulas against a reader of what the help promises, which computes as it
// reads. What else the parser takes has the same values one by one and in a row.
func FuzzParse(f *testing.F) {
	for _, formula := range []string{"4/(1+x^2)", "0x1f+0b101+0o17+1_000+.5+1e-3*x", "-x^2", "2^-x*3", "2^3^x", "-7%3 - -x", "x**2", "exp(-x*x/2)/sqrt(2*pi)",
		"sin(x)^2 + cos(x) ** 2", "((x))", "1/ x\t+\ne", "gamma(x)%2", "x | sin()", "sin(x,)", "x;", "x?1:2", "let y = x; y", "1..2", "x//2", "'a'+x", "# x", "é"} {
		f.Add(formula)
	}
	places := []float64{0, 0.25, 1.5, -3, 1e300, math.Inf(-1)}
	f.Fuzz(func(t *testing.T, formula string) {
		if len(formula) > 1000 {
			return // it may be nested too deep, or have too many parts
		}
		got, err := Parse(formula)
		values := make([]float64, len(places))
		promised := true
		for i, x := range places {
			if values[i], promised = compute(formula, x); !promised {
				break
			}
		}
		if err != nil {
			var at *SyntaxError
			if promised || !errors.As(err, &at) || at.At < 0 || at.At > len([]rune(formula)) || len(err.Error()) > 700 {
				t.Errorf("%q: %v", formula, err)
			}
			return
		}
		all := make([]float64, len(places))
		got.values(places, all)
		for i, x := range places {
			if one := got.At(x); math.Float64bits(one) != math.Float64bits(all[i]) {
				t.Errorf("%q at %v is %v, among others %v", formula, x, one, all[i])
			}
			if promised && !got.arc && !(math.IsNaN(all[i]) && math.IsNaN(values[i])) && all[i] != values[i] {
				t.Errorf("%q at %v is %v, want %v", formula, x, all[i], values[i])
			}
		}
	})
}

// A formulaReader computes the formula in rest at x.
type formulaReader struct {
	rest string
	x    float64
}

var errNotPromised = errors.New("not a formula as the help has it")

// compute is the value of a formula at x; false for one that the help does not promise.
func compute(formula string, x float64) (v float64, ok bool) {
	defer func() {
		if e := recover(); e != nil {
			if e != errNotPromised {
				panic(e)
			}
			v, ok = 0, false
		}
	}()
	r := &formulaReader{formula, x}
	v, _ = r.operation(0)
	if r.skip(); r.rest != "" {
		panic(errNotPromised)
	}
	return v, true
}

func (r *formulaReader) skip() { r.rest = strings.TrimLeft(r.rest, " \t\n") }

func (r *formulaReader) accept(s string) bool {
	r.skip()
	rest, ok := strings.CutPrefix(r.rest, s)
	if ok {
		r.rest = rest
	}
	return ok
}

// operation reads what binds at least as tightly: sums 1, products 2, signs 3, powers 4. two tells
// the whole number 2, whose power is a product.
func (r *formulaReader) operation(least int) (v float64, two bool) {
	v, two = r.operand()
	for {
		r.skip()
		op, tight := "", 0
		for _, o := range []struct {
			op    string
			tight int
		}{{"**", 4}, {"^", 4}, {"*", 2}, {"/", 2}, {"%", 2}, {"+", 1}, {"-", 1}} {
			if op == "" && strings.HasPrefix(r.rest, o.op) {
				op, tight = o.op, o.tight
			}
		}
		if op == "" || tight < least {
			return v, two
		}
		r.rest = r.rest[len(op):]
		if tight < 4 {
			least := tight + 1
			w, _ := r.operation(least)
			v = map[string]func(a, b float64) float64{"*": func(a, b float64) float64 { return a * b }, "/": func(a, b float64) float64 { return a / b },
				"%": math.Mod, "+": func(a, b float64) float64 { return a + b }, "-": func(a, b float64) float64 { return a - b }}[op](v, w)
		} else if w, square := r.operation(4); square {
			v *= v
		} else {
			v = math.Pow(v, w)
		}
		two = false
	}
}

var (
	number = regexp.MustCompile(`^(?:0[xX][0-9a-fA-F]+|0[bB][01]+|0[oO][0-7]+|(?:[0-9]+(?:_[0-9]+)*)?\.[0-9]+(?:[eE][+-]?[0-9]+)?|[0-9]+(?:_[0-9]+)*(?:[eE][+-]?[0-9]+)?)`)
	name   = regexp.MustCompile(`^[a-z][a-z0-9]*`)
	glued  = regexp.MustCompile(`^[\pL\p{Nd}_$.]`)
)

// operand reads a number, a name, a call, parentheses or a sign with what it is of.
func (r *formulaReader) operand() (v float64, two bool) {
	switch {
	case r.accept("+"):
		v, _ = r.operation(3)
		return v, false
	case r.accept("-"):
		v, _ = r.operation(3)
		return -v, false
	case r.accept("("):
		return r.inParentheses()
	}
	text := number.FindString(r.rest)
	if text == "" {
		text = name.FindString(r.rest)
	}
	r.rest = r.rest[len(text):]
	if text == "" || glued.MatchString(r.rest) {
		panic(errNotPromised)
	}
	switch text {
	case "x":
		return r.x, false
	case "pi":
		return math.Pi, false
	case "e":
		return math.E, false
	}
	if f := functions[text]; f != nil && r.accept("(") {
		v, _ = r.inParentheses()
		return f(v), false
	}
	digits := strings.ReplaceAll(text, "_", "")
	base := 10
	if len(digits) > 1 && digits[0] == '0' && strings.ContainsAny(digits[1:2], "xXbBoO") {
		base = 0
	} else if strings.ContainsAny(digits, ".eE") {
		v, err := strconv.ParseFloat(digits, 64)
		if err != nil {
			panic(errNotPromised)
		}
		return v, false
	}
	n, err := strconv.ParseInt(digits, base, 64)
	if err != nil {
		panic(errNotPromised)
	}
	return float64(n), n == 2
}

func (r *formulaReader) inParentheses() (float64, bool) {
	v, two := r.operation(0)
	if !r.accept(")") {
		panic(errNotPromised)
	}
	return v, two
}
