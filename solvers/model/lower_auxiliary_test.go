package model

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"hybrid/internal/shorttest"
	"hybrid/solvers/model/ir"
)

// auxiliaryNames are those of a system's auxiliary fields.
func auxiliaryNames(s *System) (names []string) {
	for _, f := range s.Fields {
		if f.Auxiliary {
			names = append(names, f.Name)
		}
	}
	return names
}

func TestWhatBecomesAnAuxiliaryField(t *testing.T) {
	const mu = "u^3 - u - laplacian(u)"
	for _, c := range []struct {
		text string
		want string // the fields
	}{
		{`u = "laplacian(` + mu + `)"`, "(" + mu + ")"},
		{`u = "laplacian(u)"`, ""},
		{`u = "laplacian(2*u + 1)"`, ""},
		{`u = "laplacian(u*v)"`, ""},
		{`u = "dx(u*v) + dy(u*v)"`, ""},
		{`u = "dx(dx(u))"`, ""},
		{`u = "laplacian(exp(-u^2))"`, "(exp(-u^2))"},
		{`u = "divergence(1/(1 + exp(u)), u)"`, "(1/(1 + exp(u)))"},
		{`u = "laplacian(` + mu + `) - u*laplacian(` + mu + `)"` + "\n" + `v = "dx(` + mu + `)"`, "(" + mu + ")"}, // the same twice
		{`u = "laplacian(` + mu + `)"` + "\n" + `v = "laplacian(v^3 - v - laplacian(v))"`, "(" + mu + ") (v^3 - v - laplacian(v))"},
		{`u = "laplacian(` + mu + ` - laplacian(exp(u)*u))"`, "(exp(u)*u) (" + mu + " - laplacian(exp(u)*u))"}, // one of the other
		{`u = "laplacian(sin(x)*exp(x))"`, ""},                      // no step changes it
		{`u = "laplacian(` + mu + ` + x*u)"`, "(" + mu + " + x*u)"}, // x goes on beyond the grid
		{`u = "laplacian(` + mu + ` + y*u)"`, ""},                   // y does not beyond the seam
		{`u = "laplacian(` + mu + ` + exp(x)*u)"`, ""},              // what is made once is made within the grid
		{`u = "laplacian(mu)"` + "\n" + `[let]` + "\n" + `mu = "` + mu + `"`, "mu"},
		{`u = "laplacian(mu) + dx(other)"` + "\n" + `[let]` + "\n" + `mu = "` + mu + `"` + "\n" + `other = "mu"`, "mu"},
		{`u = "dx(mu)"` + "\n" + `[let]` + "\n" + `mu = "u"` + "\n" + `unused = "laplacian(` + mu + `)"`, ""},
	} {
		rules, lets, _ := strings.Cut(c.text, "[let]")
		if !strings.Contains(rules, "v = ") {
			rules += "\n" + `v = "0"` + "\n"
		}
		text := "[grid]\nsize = [20, 30]\n[fields]\nu = \"x\"\nv = \"y\"\n[equations]\n" + rules + "\n[boundary]\nu.y = \"periodic\"\n[let]\n" + lets + "\n[time]\ndt = 0.1\nsteps = 1\n"
		sys := system(t, read(t, text), ir.F64)
		if got := strings.Join(auxiliaryNames(sys), " "); got != c.want {
			t.Errorf("%s\n%q, want %q", c.text, got, c.want)
		}
	}
}

// randomModel has operators of formulas that become auxiliary fields, at boundaries of all kinds.
func randomModel(seed uint64) string {
	rng := rand.New(rand.NewPCG(seed, 5))
	dims := 1 + int(seed%3)
	one := func(of ...string) string { return of[rng.IntN(len(of))] }
	operators := []string{"laplacian(%s)", "dx(%s)", "d2x(%s)", "gradient_squared(%s)", "divergence(1 + 0.1*k, %s)", "divergence(%s, v)"}
	axes := []string{"x"}
	if dims > 1 {
		operators, axes = append(operators, "dy(%s)", "d2y(%s)", "dx(dy(%s))"), append(axes, "y")
	}
	if dims > 2 {
		operators, axes = append(operators, "dz(%s)"), append(axes, "z")
	}
	var seams, open []string
	for _, axis := range axes {
		if rng.IntN(3) == 0 {
			seams = append(seams, axis)
		} else {
			open = append(open, axis)
		}
	}
	along := "1"
	if len(open) > 0 {
		along = open[rng.IntN(len(open))]
	}
	arg := func() string {
		return one("u^3 - u - laplacian(u)", "exp(-u^2)*v", "tanh(u)*k + t*v", "mu", "select(k < 0.5, exp(u), sin(t)*laplacian(v))", "("+along+")*exp(u)", "v*tanh(dx(u)) + laplacian(mu)", "laplacian(exp(u))*u", "m*exp(v)")
	}
	operator := func() string { return fmt.Sprintf(operators[rng.IntN(len(operators))], arg()) }
	var b strings.Builder
	size := [][]string{{"100"}, {"44", "15"}, {"19", "7", "9"}}[dims-1]
	fmt.Fprintf(&b, "[grid]\nsize = [%s]\nspacing = 0.5\norder = %s\n", strings.Join(size, ", "), []string{"4", one("2", "4"), "2"}[dims-1])
	fmt.Fprint(&b, "[fields]\nu = \"noise(1)\"\nv = \"noise(2)\"\nk = \"noise(3)\"\n")
	fmt.Fprint(&b, "[let]\nmu = \"u*v - tanh(u)*k\"\nm = \"u*laplacian(v)\"\n")
	scheme := one([]string{"euler", "updates", "rk2", "rk4"}[:5-dims]...)
	if scheme == "updates" {
		fmt.Fprintf(&b, "[updates]\nu = \"u + 0.1*tanh(%s)\"\nv = \"0.5*v + 0.1*tanh(%s - %s)\"\n", operator(), operator(), operator())
	} else {
		fmt.Fprintf(&b, "[equations]\nu = \"tanh(%s) - u\"\nv = \"tanh(%s + v*%s)\"\n", operator(), operator(), operator())
	}
	fmt.Fprint(&b, "[boundary]\n")
	names := []string{"u", "v", "k"}
	if rng.IntN(2) == 0 {
		names = append(names, "m") // a field of its own
	}
	for _, name := range names {
		var faces []string
		for _, axis := range seams {
			faces = append(faces, axis+` = "periodic"`)
		}
		for _, axis := range open {
			for _, face := range map[string][]string{"x": {"left", "right"}, "y": {"top", "bottom"}, "z": {"front", "back"}}[axis] {
				condition := one(`"value 0.3*sin(t) + 0.1*`+axis+`"`, `"derivative 0.2*cos(t)"`, `"robin 1 2 t"`, `"derivative 0"`, `"value 0.5"`)
				if name == "k" { // it stays
					condition = strings.NewReplacer("(t)", "(1)", "2 t", "2 1").Replace(condition)
				}
				faces = append(faces, face+" = "+condition)
			}
		}
		fmt.Fprintf(&b, "%s = { %s }\n", name, strings.Join(faces, ", "))
	}
	fmt.Fprint(&b, "[time]\ndt = 0.001\nsteps = 3\n")
	if scheme != "updates" {
		fmt.Fprintf(&b, "scheme = %q\n", scheme)
	}
	return b.String()
}

// literally is the model in cells without auxiliary fields.
func literally(s *Spec, typ ir.Type) *System {
	l := &lowering{spec: s, sys: s.gridOf(typ), lets: map[string]*Let{}, load: map[string]int{}}
	l.fields()
	l.time()
	l.arguments().read()
	l.passes()
	l.initials()
	l.boundaries()
	return l.sys
}

// TestAuxiliaryFieldsAreTheirFormulas compares models that have some with the same where each
// operator works out its argument in every cell around: only rounding differs, inside and at
// boundaries.
func TestAuxiliaryFieldsAreTheirFormulas(t *testing.T) {
	some, models := 0, 30
	if testing.Short() {
		models = 6
	}
	for seed := range uint64(models) {
		text := randomModel(seed)
		s := read(t, text)
		sys := system(t, s, ir.F64)
		if auxiliaryNames(sys) == nil {
			continue
		}
		some++
		got, want := stepsOf[float64](sys, 3), stepsOf[float64](literally(s, ir.F64), 3)
		for f := range 2 {
			most := math.Max(-slices.Min(want[f]), slices.Max(want[f]))
			for i := range want[f] {
				if d := math.Abs(got[f][i] - want[f][i]); !(d <= 1e-11*most) {
					t.Fatalf("seed %d, auxiliary fields %q: %s\n%s", seed, auxiliaryNames(sys), first(got[f], want[f], sys), text)
				}
			}
		}
	}
	if some < models*5/6 {
		t.Errorf("%d models have auxiliary fields", some)
	}
}

// stepsOf are all fields after some steps of the reference.
func stepsOf[T Real](sys *System, steps int) (fields [][]T) {
	begin := make([][]T, len(sys.Fields))
	for f := range begin {
		if sys.Fields[f].Role != Stage {
			begin[f] = initially[T](sys, f)
		}
	}
	r := newReference(sys, begin)
	r.advance(steps)
	for f := range sys.Fields {
		fields = append(fields, r.field(f))
	}
	return fields
}

// TestSameBitsWithAuxiliaryFields compares however the grid is cut, and simulated devices, with
// the reference.
func TestSameBitsWithAuxiliaryFields(t *testing.T) {
	rng := rand.New(rand.NewPCG(8, 8))
	cases := shorttest.Every(5)
	for seed := range uint64(18) {
		if cases.Skip() {
			continue
		}
		typ := ir.Type(seed / 3 % 2)
		sys := system(t, read(t, randomModel(seed)), typ)
		t.Run(fmt.Sprint("model ", seed), func(t *testing.T) {
			if typ == ir.F64 {
				sameBits[float64](t, rng, sys)
				partsOfReference(t, sys, 2, 3)
			} else {
				sameBits[float32](t, rng, sys)
			}
			if seed%4 == 0 {
				onDevices(t, sys, 1+int(seed/4)%3, 3, Options{Steps: 1 + int(seed)%4}, false)
			}
		})
	}
}
