package model

import (
	"fmt"
	"math"
	"testing"

	"hybrid/solvers/model/formula"
	"hybrid/solvers/model/ir"
)

// TestOperatorsHaveTheirOrder takes each operator of smooth periodic fields on two grids.
func TestOperatorsHaveTheirOrder(t *testing.T) {
	const k = 2 * math.Pi
	type at [3]float64 // x, y, z
	u := func(p at) float64 { return math.Sin(k*p[0]) * math.Cos(k*p[1]) * (2 + math.Sin(k*p[2]+1)) }
	// One of the three factors is replaced by its derivative.
	d := func(n int) func(p at) float64 {
		return func(p at) float64 {
			p[n] += 0.25
			return k * u(p)
		}
	}
	dz := func(p at) float64 { return k * math.Sin(k*p[0]) * math.Cos(k*p[1]) * math.Cos(k*p[2]+1) }
	d2z := func(p at) float64 { return -k * k * math.Sin(k*p[0]) * math.Cos(k*p[1]) * math.Sin(k*p[2]+1) }
	laplacian := func(p at) float64 { return -2*k*k*u(p) + d2z(p) }
	conductivity := func(p at) float64 { return 2 + math.Sin(k*(p[0]-p[1]+p[2])) }
	rise := func(p at) float64 { return k * math.Cos(k*(p[0]-p[1]+p[2])) }
	dx, dy := d(0), d(1)
	for _, c := range []struct {
		text string
		want func(p at) float64
	}{
		{"dx(u)", dx}, {"dy(u)", dy}, {"dz(u)", dz},
		{"d2x(u)", func(p at) float64 { return -k * k * u(p) }},
		{"d2y(u)", func(p at) float64 { return -k * k * u(p) }},
		{"d2z(u)", d2z},
		{"laplacian(u)", laplacian},
		{"gradient_squared(u)", func(p at) float64 { return dx(p)*dx(p) + dy(p)*dy(p) + dz(p)*dz(p) }},
		{"divergence(c, u)", func(p at) float64 { return conductivity(p)*laplacian(p) + rise(p)*(dx(p)-dy(p)+dz(p)) }},
		{"dx(u^2)", func(p at) float64 { return 2 * u(p) * dx(p) }},
		{"dx(dx(u))", func(p at) float64 { return -k * k * u(p) }},
	} {
		for _, order := range []int{2, 4, 6} {
			t.Run(fmt.Sprint(c.text, " of order ", order), func(t *testing.T) {
				var errs [2]float64
				for i, n := range []int{12, 18} {
					s := specOf(t, []int{n, n, 2 * n}, "", 1, "w = "+c.text)
					s.Order = order
					s.Fields = append(s.Fields, FieldSpec{Name: "u", Static: true}, FieldSpec{Name: "c", Static: true})
					s.Fields[0].Faces = allFaces(3, FaceSpec{Kind: Periodic})
					for axis := range s.Spacing {
						s.Spacing[axis] = 1 / float64(s.Size[axis])
					}
					sys := system(t, s, ir.F64)
					at := func(cell [3]int) at {
						return at{sys.coordinate(2, cell[2]), sys.coordinate(1, cell[1]), sys.coordinate(0, cell[0])}
					}
					begin := [][]float64{make([]float64, sys.cells()), nil, nil}
					var want []float64
					cells(sys, func(cell [3]int) {
						begin[1] = append(begin[1], u(at(cell)))
						begin[2] = append(begin[2], conductivity(at(cell)))
						want = append(want, c.want(at(cell)))
					})
					r := newReference(sys, begin)
					r.advance(1)
					errs[i] = distance(r.field(0), want)
				}
				observed := math.Log(errs[0]/errs[1]) / math.Log(1.5)
				if observed < float64(order)-0.3 || observed > float64(order)+0.5 {
					t.Errorf("errors %.3g: order %.2f", errs, observed)
				}
			})
		}
	}
}

func allFaces(dims int, face FaceSpec) (all [][2]FaceSpec) {
	for range dims {
		all = append(all, [2]FaceSpec{face, face})
	}
	return all
}

// cells calls do for every cell of the grid.
func cells(s *System, do func(cell [3]int)) {
	for a := range s.Size[0] {
		for b := range s.Size[1] {
			for c := range s.Size[2] {
				do([3]int{a, b, c})
			}
		}
	}
}

// distance is the root of the mean square of the difference.
func distance(a, b []float64) float64 {
	var sum float64
	for i := range a {
		sum += (a[i] - b[i]) * (a[i] - b[i])
	}
	return math.Sqrt(sum / float64(len(a)))
}

// TestBoundariesHaveTheirOrder solves u_t = laplacian(u) + s where u = x^3 y^2 + 6 x y^2 t + 2 x z^2,
// whose error comes from the boundary alone, with each kind of boundary on every face.
func TestBoundariesHaveTheirOrder(t *testing.T) {
	face := func(kind FaceKind, a, b float64, text string) FaceSpec {
		return FaceSpec{Kind: kind, A: a, B: b, Rhs: parsed(t, text)}
	}
	const u, ux, uy, uz = "x^3*y^2 + 6*x*y^2*t + 2*x*z^2", "3*x^2*y^2 + 6*y^2*t + 2*z^2", "2*x^3*y + 12*x*y*t", "4*x*z"
	kinds := map[string][][2]FaceSpec{
		"value": allFaces(3, face(Value, 0, 0, u)),
		"derivative": {
			{face(Derivative, 0, 0, "-("+uz+")"), face(Derivative, 0, 0, uz)},
			{face(Derivative, 0, 0, "-("+uy+")"), face(Derivative, 0, 0, uy)},
			{face(Derivative, 0, 0, "-("+ux+")"), face(Derivative, 0, 0, ux)},
		},
		"robin": {
			{face(Robin, 2, 3, "2*("+u+") - 3*("+uz+")"), face(Robin, 1, 1, u+"+"+uz)},
			{face(Robin, 2, 3, "2*("+u+") - 3*("+uy+")"), face(Robin, 1, 1, u+"+"+uy)},
			{face(Robin, 2, 3, "2*("+u+") - 3*("+ux+")"), face(Robin, -1, -1, "-("+u+"+"+ux+")")},
		},
	}
	const end = 1. / 16
	for name, faces := range kinds {
		for _, scheme := range []string{"euler", "rk2", "rk4"} {
			var errs [2]float64
			for i, n := range []int{4, 8} {
				s := specOf(t, []int{n, n, n}, scheme, 2*end/float64(n*n), "u = laplacian(u) - 2*x^3 - 12*x*t - 4*x")
				for axis := range s.Spacing {
					s.Spacing[axis] = 1 / float64(n)
				}
				s.Origin = []float64{0.25, -0.5, 0.125}
				s.Fields[0].Faces = faces
				sys := system(t, s, ir.F64)
				exact := func(time float64) (all []float64) {
					cells(sys, func(cell [3]int) {
						x, y, z := sys.coordinate(2, cell[2]), sys.coordinate(1, cell[1]), sys.coordinate(0, cell[0])
						all = append(all, x*x*x*y*y+6*x*y*y*time+2*x*z*z)
					})
					return all
				}
				r := newReference(sys, [][]float64{exact(0), nil, nil, nil}[:len(sys.Fields)])
				r.advance(n * n / 2)
				errs[i] = distance(r.field(0), exact(end))
			}
			if observed := math.Log2(errs[0] / errs[1]); observed < 1.75 || observed > 2.5 {
				t.Errorf("%s, %s: errors %.3g: order %.2f", name, scheme, errs, observed)
			}
		}
	}
}

// TestGhostCells has the ghost cells of all kinds two deep in f32, and what is refused.
func TestGhostCells(t *testing.T) {
	s := specOf(t, []int{4}, "", 1, "u = u[-2] + u[2]")
	s.Spacing[0] = 0.5
	s.Fields[0].Faces = [][2]FaceSpec{{{Kind: Derivative, Rhs: parsed(t, "x + 3")}, {Kind: Robin, A: 2, B: 3, Rhs: parsed(t, "11")}}}
	sys := system(t, s, ir.F32)
	r := newReference(sys, [][]float32{{1, 2, 3, 4}})
	r.advance(1)
	// To the left 1 + 3/2 and 2 + 3 * 3/2; to the right ghost + u + 3 (ghost - u)/(h (2d-1)) = 11.
	want := []float32{2 + 4.5 + 3, 1 + 1.5 + 4, 1 + (11+5*4)/7., 2 + (11+1*3)/3.}
	for i, v := range r.field(0) {
		if math.Abs(float64(v-want[i])) > 1e-6 {
			t.Fatalf("%v, want %v", r.field(0), want)
		}
	}
	for _, c := range []struct {
		face FaceSpec
		size int
		want string
	}{
		{FaceSpec{Kind: Robin, A: 4, B: -1, Rhs: parsed(t, "1")}, 4, "right of u: 4 u + -1 du/dn fixes no ghost cell with a spacing of 0.5: A/2 + B/0.5 is 0: choose another spacing, or A and B of one sign"},
		{FaceSpec{Kind: Periodic}, 4, "right of u is periodic, and left of u is not: the grid is periodic along x for all fields, or for none"},
		{FaceSpec{}, 1, "a grid of 1 cell along x, and u is read 2 cells away: take more cells"},
	} {
		s.Fields[0].Faces[0][1] = c.face
		s.Size[0] = c.size
		if _, err := s.System(ir.F64); err == nil || err.Error() != c.want {
			t.Errorf("%+v: error %v, want %s", c.face, err, c.want)
		}
	}
}

// TestSchemesHaveTheirOrder solves two equations at once, u' = -2 t u v and v' = -2 t v^2 with
// u = v = 1/(1 + t^2), to the time 1.
func TestSchemesHaveTheirOrder(t *testing.T) {
	for scheme, order := range map[string]float64{"euler": 1, "rk2": 2, "rk4": 4} {
		var errs [2]float64
		for i, n := range []int{16, 32} {
			sys := system(t, specOf(t, []int{1}, scheme, 1/float64(n), "u = -2*t*u*v", "v = -2*t*v^2"), ir.F64)
			r := newReference(sys, [][]float64{{1}, {1}, nil, nil, nil, nil, nil, nil}[:len(sys.Fields)])
			r.advance(n)
			errs[i] = max(math.Abs(r.field(0)[0]-0.5), math.Abs(r.field(1)[0]-0.5))
		}
		if observed := math.Log2(errs[0] / errs[1]); math.Abs(observed-order) > 0.15 {
			t.Errorf("%s: errors %.3g: order %.2f", scheme, errs, observed)
		}
	}
}

// TestLetsThatAreFields has a chain of them beside the same formulas without passes of their own.
func TestLetsThatAreFields(t *testing.T) {
	for _, scheme := range []string{"euler", "rk2", "rk4", ""} {
		s := specOf(t, []int{6, 5}, scheme, 1e-5, "u = laplacian(w) - w*u", "v = w*m + k[0,1]")
		s.Fields[0].Faces = allFaces(2, FaceSpec{Kind: Periodic})
		s.Fields = append(s.Fields, FieldSpec{Name: "k", Static: true, Initial: parsed(t, "x*y")})
		s.Lets = []Let{{Name: "m", Expr: parsed(t, "u^3 - laplacian(u)")}, {Name: "n", Expr: parsed(t, "m + v^2")}, {Name: "w", Expr: parsed(t, "n + dx(m) + laplacian(n)")}}
		begin := func(sys *System) [][]float64 {
			fields := make([][]float64, len(sys.Fields))
			for f := range fields {
				for i := range sys.cells() {
					fields[f] = append(fields[f], math.Sin(float64(i*i+int(sys.Fields[f].Name[0]))))
				}
			}
			return fields
		}
		var made [2][]float64
		for i := range made {
			sys := literally(s, ir.F64)
			r := newReference(sys, begin(sys))
			r.advance(2)
			made[i] = append(r.field(0), r.field(1)...)
			passes := max(1, len(stagesOf(sys, scheme))) * (1 + 2*i)
			if len(sys.Passes) != passes {
				t.Errorf("%q: %d passes, want %d", scheme, len(sys.Passes), passes)
			}
			s.Lets[0].Faces, s.Lets[1].Faces, s.Lets[2].Faces = allFaces(2, FaceSpec{}), nil, allFaces(2, FaceSpec{})
		}
		if d := distance(made[0], made[1]); !(d < 1e-9*distance(made[0], make([]float64, len(made[0])))) {
			t.Errorf("%q: differ by %g", scheme, d)
		}
	}
}

// stagesOf are those of a scheme.
func stagesOf(sys *System, scheme string) []int {
	return make([]int, map[string]int{"": 1, "euler": 1, "rk2": 2, "rk4": 4}[scheme])
}

// TestConditions has truths, offsets and functions in updates.
func TestConditions(t *testing.T) {
	s := specOf(t, []int{5}, "", 1, "u = (u[1] > 2 and not u[-1] == 1) + 10*select(odd, x, -sqrt(u)) + min(u, 3) - max(u, 4)*(u != 2 or u <= 0)")
	s.Lets = []Let{{Name: "odd", Expr: parsed(t, "u - 2*floor(u/2) >= 1")}}
	r := newReference(system(t, s, ir.F64), [][]float64{{1, 4, 9, 0, 2}})
	r.advance(1)
	want(t, r.field(0), 0+5+1-4, 0-20+3-4, 0+25+3-9, 0+0+0-4, 0-10*math.Sqrt2+2)
}

// TestFunctions has every function of constants, of the time and of a field.
func TestFunctions(t *testing.T) {
	x := 0.7
	for text, want := range map[string]float64{
		"sqrt(a)": math.Sqrt(x), "abs(-a)": x, "floor(3*a)": 2, "exp(a)": math.Exp(x), "log(a)": math.Log(x), "sin(a)": math.Sin(x), "cos(a)": math.Cos(x),
		"tanh(a)": math.Tanh(x), "min(a, 0.6)": 0.6, "max(0.6, a)": x, "hypot(a, 1)": math.Hypot(x, 1), "pow(a, 1.7)": math.Pow(x, 1.7), "2^a": math.Pow(2, x),
		"a^-3": 1 / (x * x * x), "a^0.5": math.Sqrt(x), "a^-0.5": 1 / math.Sqrt(x), "pow(a, 0)": 1, "2/(3*a)": 2 / (3 * x), "-a/(a + a)": -0.5, "a^a": math.Pow(x, x),
		"(a > 0.5)*3 + (a == 2)": 3, "select(not a < 0.5, a, -a)": x, "dx + pi - e": 1 + math.Pi - math.E, "dt*a": x, "(a - 2*a)*(3*a - a)": -2 * x * x,
	} {
		for _, a := range []string{"0.7", "t", "u"} {
			s := specOf(t, []int{1}, "", 1, "u = f")
			s.Lets = []Let{{Name: "a", Expr: parsed(t, a)}, {Name: "f", Expr: parsed(t, text)}}
			sys := system(t, s, ir.F64)
			sys.Passes[0].Time = x // of the first step
			r := newReference(sys, [][]float64{{x}})
			r.advance(1)
			if got := r.field(0)[0]; math.Abs(got-want) > 1e-15*math.Abs(want) {
				t.Errorf("%s with a = %s: %v, want %v", text, a, got, want)
			}
		}
	}
}

// TestFormulasThatAreTooLong are refused in time.
func TestFormulasThatAreTooLong(t *testing.T) {
	for text, want := range map[string]string{
		"u/0": "this has the value",
	} {
		_, err := specOf(t, []int{99, 99, 99}, "", 1, "u = "+text).System(ir.F64)
		if err == nil || len(err.Error()) < len(want) || err.Error()[:len(want)] != want {
			t.Errorf("%s: %v", text, err)
		}
	}
	text := "u"
	for range 12 { // 5^12 terms, were they all written down
		text = "laplacian((" + text + ")*u*x)"
	}
	s := specOf(t, []int{99, 99, 99}, "", 1)
	s.Order = 6
	e, err := formula.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	s.Fields, s.Rules = []FieldSpec{{Name: "u", Faces: allFaces(3, FaceSpec{Kind: Periodic})}}, []Rule{{"u", e, true}}
	if _, err := s.System(ir.F64); err == nil {
		t.Error("twelve derivatives of derivatives are not refused")
	}
}
