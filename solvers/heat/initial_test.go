package heat

import (
	"math"
	"testing"
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

// TestElementary compares with package math, to a few units in the last place.
func TestElementary(t *testing.T) {
	for i := range 20001 {
		x := float64(i) / 20000
		if got, want := sinPi(x), math.Sin(math.Pi*x); math.Abs(got-want) > 4e-16 {
			t.Fatalf("sinPi(%v) = %v, want %v", x, got, want)
		}
		y := -x * 750
		if got, want := exp(y), math.Exp(y); math.Abs(got-want) > 4e-16*want && want > 1e-300 || got < 0 {
			t.Fatalf("exp(%v) = %v, want %v", y, got, want)
		}
	}
}
