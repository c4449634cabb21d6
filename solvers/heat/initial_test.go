package heat

import (
	"math"
	"testing"

	"hybrid/internal/exp"
)

func TestInitial(t *testing.T) {
	p := Problem{NX: 101, NY: 51}
	at := func(shape string, i, j int) float64 {
		f, err := Initial[float64](shape, p)
		if err != nil {
			t.Fatal(err)
		}
		row := make([]float64, p.NX)
		if err := f(i, row); err != nil {
			t.Fatal(err)
		}
		return row[j]
	}
	for _, c := range []struct {
		shape string
		i, j  int
		want  float64
	}{
		{"square", 15, 30, 100}, {"square", 15, 29, 0}, {"square", 14, 50, 0}, {"square", 25, 70, 100},
		{"disc", 25, 50, 100}, {"disc", 25, 25, 100}, {"disc", 25, 24, 0}, {"disc", 12, 50, 0},
		{"gaussian", 25, 50, 100}, {"gaussian", 25, 60, 100 * math.Exp(-0.5)},
		{"sine", 0, 50, 0}, {"sine", 25, 100, 0}, {"sine", 25, 50, 100}, {"sine", 5, 30, 100 * math.Sin(math.Pi*0.1) * math.Sin(math.Pi*0.3)},
	} {
		if got := at(c.shape, c.i, c.j); math.Abs(got-c.want) > 1e-12 {
			t.Errorf("%s at row %d, column %d is %v, want %v", c.shape, c.i, c.j, got, c.want)
		}
	}
	if _, err := Initial[float32]("cube", p); err == nil {
		t.Error("cube gave no error")
	}
}

// TestInitialIsTheFormula compares rows with the formulas of the shapes, point by point,
// on sizes where a column or a row lies on an edge, and none does.
func TestInitialIsTheFormula(t *testing.T) {
	in := func(z float64) bool { return 0.3 <= z && z <= 0.7 }
	square := func(x, y float64) float64 { return math.FMA(x-0.5, x-0.5, float64((y-0.5)*(y-0.5))) }
	formulas := map[string]func(x, y float64) float64{
		"square":   func(x, y float64) float64 { return either(in(x) && in(y)) },
		"disc":     func(x, y float64) float64 { return either(square(x, y) <= 1.0/16) },
		"gaussian": func(x, y float64) float64 { return 100 * exp.Of(-50*square(x, y)) },
		"sine":     func(x, y float64) float64 { return 100 * sinPi(x) * sinPi(y) },
	}
	for _, shape := range Shapes {
		for _, size := range [][2]int{{3, 3}, {4, 5}, {11, 11}, {101, 51}, {515, 513}, {1201, 8}} {
			p := Problem{NX: size[0], NY: size[1]}
			sameAsFormula[float64](t, shape, p, formulas[shape])
			sameAsFormula[float32](t, shape, p, formulas[shape])
		}
	}
}

func either(hot bool) float64 {
	if hot {
		return 100
	}
	return 0
}

func sameAsFormula[T Real](t *testing.T, shape string, p Problem, formula func(x, y float64) float64) {
	t.Helper()
	f, err := Initial[T](shape, p)
	if err != nil {
		t.Fatal(err)
	}
	row := make([]T, p.NX)
	for i := range p.NY {
		for j := range row {
			row[j] = -1
		}
		if err := f(i, row); err != nil {
			t.Fatal(err)
		}
		for j, got := range row {
			want := T(formula(float64(j)/float64(p.NX-1), float64(i)/float64(p.NY-1)))
			if got != want {
				t.Fatalf("%s of %d x %d, %T: %v at [%d, %d], want %v", shape, p.NX, p.NY, got, got, i, j, want)
			}
		}
	}
}

// TestSinPi compares with package math, to a few units in the last place.
func TestSinPi(t *testing.T) {
	for i := range 20001 {
		x := float64(i) / 20000
		if got, want := sinPi(x), math.Sin(math.Pi*x); math.Abs(got-want) > 4e-16 {
			t.Fatalf("sinPi(%v) = %v, want %v", x, got, want)
		}
	}
}
