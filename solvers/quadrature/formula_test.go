package quadrature

import (
	"fmt"
	"math"
	"strings"
	"testing"
)

func TestParse(t *testing.T) {
	for formula, want := range map[string]func(x float64) float64{
		"1":                               func(x float64) float64 { return 1 },
		"x":                               func(x float64) float64 { return x },
		"2.5e-3*x + 1":                    func(x float64) float64 { return float64(2.5e-3*x) + 1 },
		"1/2 - x":                         func(x float64) float64 { return 0.5 - x },
		"x/3/2":                           func(x float64) float64 { return x / 3 / 2 },
		"2*x^2":                           func(x float64) float64 { return 2 * (x * x) },
		"x**3":                            func(x float64) float64 { return math.Pow(x, 3) },
		"-(x^2)":                          func(x float64) float64 { return -(x * x) },
		"0x1f+0b101+0o17+1_000+.5+1e-3*x": func(x float64) float64 { return 31 + 5 + 15 + 1000 + .5 + 1e-3*x },
		"2^3^2 + x":                       func(x float64) float64 { return 512 + x },
		"-7 % 3 + x":                      func(x float64) float64 { return -1 + x },
		"7 % 4 + x":                       func(x float64) float64 { return 3 + x },
		"+x":                              func(x float64) float64 { return x },
		"exp(-x*x/2)/sqrt(2*pi)":          func(x float64) float64 { return math.Exp(-x*x/2) / math.Sqrt(2*math.Pi) },
		"sin(x)^2 + cos(x)^2":             func(x float64) float64 { return float64(math.Sin(x)*math.Sin(x)) + float64(math.Cos(x)*math.Cos(x)) },
		"abs(x-0.5)":                      func(x float64) float64 { return math.Abs(x - 0.5) },
		"log(e)":                          func(x float64) float64 { return math.Log(math.E) },
		"4/(1+x^2)":                       func(x float64) float64 { return 4 / math.FMA(x, x, 1) },
		" 4 / ( 1+x*x )":                  func(x float64) float64 { return 4 / math.FMA(x, x, 1) },
		"floor(3*x) + ceil(x)+erf(x)":     func(x float64) float64 { return math.Floor(3*x) + math.Ceil(x) + math.Erf(x) },
	} {
		f, err := Parse(formula)
		if err != nil {
			t.Errorf("%s: %v", formula, err)
			continue
		}
		for _, x := range []float64{0.25, 0.7, 1.5, 3} {
			if got := f.At(x); got != want(x) {
				t.Errorf("%s at %v = %v, want %v", formula, x, got, want(x))
			}
		}
		if f.String() != formula {
			t.Errorf("%s calls itself %s", formula, f)
		}
	}
}

// TestDepth reads as much as is allowed.
func TestDepth(t *testing.T) {
	for _, formula := range []string{strings.Repeat("(", 1000) + "x" + strings.Repeat(")", 1000), strings.Repeat("-", 1000) + "x", strings.Repeat("(x)+", 2000) + "x"} {
		f, err := Parse(formula)
		if err != nil {
			t.Fatal(err)
		}
		if got := f.At(1); got != 1 && got != 2001 {
			t.Errorf("%.10s: %v", formula, got)
		}
	}
}

// TestSigns pins how signs and powers bind, which the comment of Parse tells.
func TestSigns(t *testing.T) {
	for formula, want := range map[string]float64{"-x^2": -9, "2^-x": 0.125, "2^3^x": 1 << 27, "-x*x": -9} {
		f, err := Parse(formula)
		if err != nil {
			t.Fatal(err)
		}
		if got := f.At(3); got != want {
			t.Errorf("%s at 3 = %v, want %v", formula, got, want)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	for formula, want := range map[string][]string{
		"":           {"character 1", "ends too early"},
		"4/(1+x^2":   {"character 9", "ends too early"},
		"x +":        {"character 4", "ends too early"},
		"2*y":        {"unknown name y", "character 3"},
		"x + foo(x)": {"unknown function foo", "sqrt", "character 5"},
		"sin(x, 2)":  {"sin has 2 arguments", "character 1"},
		"x > 1":      {"unknown operator >", "character 3"},
		"!x":         {"unknown operator !"},
		"'a'":        {"is not a number"},
		"len(x)":     {"unknown function len"},
		"x.y":        {"is not a number"},
		"[1,2]":      {"is not a number"},
		"if(x)":      {"ends too early"},
		"map(x, x)":  {"unknown function map"},
		"x//2":       {"// is no operator", "character 2"},
		"1 /* 2 */":  {"/* is no operator", "character 3"},
		"x/*":        {"/* is no operator", "character 2"},
		"# x":        {"unexpected #: want one of + - * / % ^", "character 1"},
		"1,5*x":      {"unexpected ,: want one of", "character 2"},
		"2x":         {"2x is no number; a product needs its *, as in 2*x", "character 2"},
		"3e*x":       {"3e is no number; a product"},
		"2 x":        {"unexpected x: a product needs its *", "character 3"},
		"(x+1)(x-1)": {"unexpected (: a product needs its *", "character 6"},
		"sin x":      {"and a function its parentheses, as in sin(x)", "character 5"},
		strings.Repeat("(", 1001) + "x" + strings.Repeat(")", 1001): {"nested deeper than 1000", "character 1001"},
		strings.Repeat("- ", 1001) + "x":                            {"nested deeper than 1000"},
		strings.Repeat("[", 100_000):                                {"nested deeper than 1000"},
	} {
		_, err := Parse(formula)
		if err == nil {
			t.Errorf("%q parses", formula)
			continue
		}
		for _, part := range want {
			if !strings.Contains(err.Error(), part) {
				t.Errorf("%q: error %q does not tell %q", formula, err, part)
			}
		}
	}
}

// TestLongFormulasAreCut wants messages that a terminal can show.
func TestLongFormulasAreCut(t *testing.T) {
	long := strings.Repeat("x+", 40_000)
	for _, formula := range []string{
		long, long + "1", strings.Repeat("y", 80_000), strings.Repeat("f", 80_000) + "(x)", "'" + long + "'", "[" + strings.Repeat("x,", 4000) + "x]",
		strings.Repeat("(", 10_000), strings.Repeat("7", 80_000), strings.Repeat("é", 80_000), "x." + strings.Repeat("z", 80_000), "x " + strings.Repeat("y", 80_000),
	} {
		if _, err := Parse(formula); err == nil || len(err.Error()) > 600 {
			t.Errorf("%s: error of %d bytes", Short(formula), len(fmt.Sprint(err)))
		}
	}
}
