package formula

import (
	"errors"
	"maps"
	"strings"
	"testing"
)

// scopes are some of a model's, by the letter that begins a case.
func scopes(dims int) map[byte]*Scope {
	names := Standard(dims)
	maps.Copy(names, map[string]Symbol{
		"Du": {What: "a parameter"}, "u": {What: "a field", Use: UsesField, At: true}, "v": {What: "a field", Use: UsesField, At: true},
		"wall": {What: Let, Type: Truth, Use: UsesCoord}, "mu": {What: Let, Use: UsesField | UsesOperator}, "lap": {What: "a parameter"},
	})
	return map[byte]*Scope{
		'E': {names, UsesField | UsesCoord | UsesTime | UsesOperator, dims, "an equation"},
		'U': {names, UsesField | UsesCoord | UsesTime | UsesStep | UsesOperator | UsesOffset, dims, "an update"},
		'I': {names, UsesCoord | UsesNoise, dims, "an initial field"},
		'P': {names, 0, dims, "a parameter"},
		'B': {names, UsesCoord | UsesTime, dims, "a boundary condition"},
		'C': {names, UsesField | UsesCoord | UsesTime | UsesStep | UsesReduction, dims, "a check"},
	}
}

func TestCheck(t *testing.T) {
	for _, c := range []struct {
		text string
		typ  Type
		use  Use
	}{
		{"E Du*laplacian(u) - u*v^2 + lap*(1 - u)", Real, UsesField | UsesOperator},
		{"E u < v and not x > t", Truth, UsesField | UsesCoord | UsesTime},
		{"E (u < v) + 1", Real, UsesField},
		{"E select(wall, u, mu)", Real, UsesField | UsesCoord | UsesOperator},
		{"E wall and u == (x < y)", Truth, UsesField | UsesCoord},
		{"E divergence(1 + u^2, v) + gradient_squared(u) + dx(dy(u)) - d2x(u*v)/d2y(v)", Real, UsesField | UsesOperator},
		{"E hypot(x, y) + pow(u, 2) + min(u, max(v, 0)) + floor(sin(t)) - 0.1*dx^2", Real, UsesField | UsesCoord | UsesTime},
		{"U 2*u - v + (dt*Du)^2*laplacian(u) + u[-1,0] - u[0,1]", Real, UsesField | UsesStep | UsesOperator | UsesOffset},
		{"I 1 - 0.5*(hypot(x-1.2, y-1.2) < 0.2) + noise(7)*wall", Real, UsesCoord | UsesNoise},
		{"I noise(lap + 2)", Real, UsesNoise},
		{"P 2*pi*Du + e^2*exp(-lap)/dx", Real, 0},
		{"C abs(mean(u) - 1) < 1e-12 and max(u) <= max(1, lap)", Truth, UsesReduction},
		{"C abs(integral(u*v - sin(x)) - integral(u)) < dt", Truth, UsesReduction | UsesStep},
		{"C abs(u - exp(-t)*sin(pi*x)) < 1e-3*max(abs(u))", Truth, UsesField | UsesTime | UsesCoord | UsesReduction},
	} {
		e, err := Parse(c.text[2:])
		if err != nil {
			t.Fatal(err)
		}
		use, err := e.Check(c.text[2:], scopes(2)[c.text[0]])
		if err != nil || use != c.use || e.Type != c.typ {
			t.Errorf("%s: type %d, uses %b, %v; want %d, %b", c.text, e.Type, use, err, c.typ, c.use)
		}
	}
}

// TestChecksMistakes has the mistake of each formula between «».
func TestChecksMistakes(t *testing.T) {
	for _, c := range []string{
		"E Du*«lapacian»(u)|unknown function lapacian (did you mean laplacian?): an equation may call abs, cos",
		"E «U» + 1|unknown name U (did you mean u?)", "E «w» + 1|unknown name w: an equation may use Du, dx, dy, e,", "E «Dv»*u|unknown name Dv (did you mean Du?): an equation may use Du, dx",
		"E «sin» + 1|sin is a function: write sin(a)", "E «true»|1 == 1",
		"E «z»|z where the grid has 2 dimensions", "E «dz(u)»|dz where the grid has 2", "E «dz»*u|dz where",
		"E «sqrt()»|sqrt with 0 arguments: want sqrt(a)", "E «sin(u, v)»|2 arguments: want sin(a)", "E «select(u < v, 1)»|want select(condition, a, b)", "E «min(u)»|1 argument: want min(a, b)",
		"E select(«u», 1, 2)|select wants a condition, and this is a number: write u != 0", "E u < 1 and «u + v»|write (u + v) != 0", "E not «u»|not wants", "E select(«(u + 1)», 1, 2)|a number",
		"E «u»(1 - v)|u is a field and no function: a product is written u*(...)", "E ((«Du» (u)))|Du is a parameter and no function",
		"E «u[0,1]»|has a place in [updates] only", "E «noise(1)»|[fields] only", "E «mean(u)»|has a place in [check] only", "E «dt»*u|dt has no place in an equation",
		"U «u[0]»|1 offsets where the grid has 2 dimensions: want one for each, rows before columns", "U «Du[0,1]»|Du is a parameter, and only a field", "U «mu[0,0]»|only a field has", "U «w[0,0]»|unknown name w",
		"I «u» + 1|u is a field, and an initial field may not use fields", "I «laplacian(x)»|[equations] and [updates], and not in an initial field", "I «u» + 1|: give the formula that both need a name in [let]", "I «t»|t changes in a run", "I noise(«x»)|a seed is a whole number", "I noise(«noise(1)»)|noise", "I «mu»|mu makes use of a field, and an initial field may not",
		"P «x»|x depends on the cell, and a parameter has one value", "P «u»|field",
		"B «u»|a boundary condition may not use fields", "B «laplacian(u)»|[equations]", "B «noise(1)»|[fields]",
		"C mean(«mean(u)»)|[check] only", "C mean(«laplacian(u)») < 1|[equations]", "C «median»(u)|unknown function median (did you mean mean?)",
		"E «cbrt»(u)|there is no cbrt: write pow(a, 1/3)", "E «Ln»(u)|log(a)", "E «where»(u, 1, 2)|select", "E u + «rand»(1)|noise(seed)", "E Du*«u_xx»|unknown name u_xx: a derivative is written d2x(u), or laplacian(u) for all axes", "E «uyy»|d2y(u)", "E «u_x»|written dx(u)", "E «u_xy»|dx(dy(u))", "E «u_zz»|unknown name u_zz", "E «ux»|unknown name ux", "E «w_x»|unknown name w_x", "C «u_x» < 1|unknown name u_x",
		"E «d2»(u)|there is no d2: write d2x(u), or laplacian(u)", "E «dyy»(u)|write d2y(u)", "E «foo»(u)|unknown function foo: an equation may call",
	} {
		marked, want, _ := strings.Cut(c[2:], "|")
		lo, hi := strings.Index(marked, "«"), strings.Index(marked, "»")-len("«")
		text := strings.NewReplacer("«", "", "»", "").Replace(marked)
		e, err := Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		_, err = e.Check(text, scopes(2)[c[0]])
		var m *Error
		if !errors.As(err, &m) || m.Lo != lo || m.Hi != hi || !strings.Contains(m.Msg, want) {
			t.Errorf("%s: %v\nwant at %d to %d: %s", c, err, lo, hi, want)
		}
	}
}

func TestReserved(t *testing.T) {
	for name, want := range map[string]bool{"x": true, "dz": true, "dt": true, "e": true, "pi": true, "not": true, "laplacian": true, "min": true, "u": false, "D": false, "dT": false, "sum": false} {
		if Reserved(name) != want {
			t.Errorf("%s is reserved: %t", name, !want)
		}
	}
}
