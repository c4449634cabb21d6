package level3

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/gonum"
	"gonum.org/v1/gonum/blas/testblas"

	"hybrid/simd"
)

// each runs f with every instruction set, on one thread and on two.
func each(t *testing.T, f func(t *testing.T, impl *Implementation)) {
	for _, isa := range simd.Available() {
		for threads := 1; threads <= 2; threads++ {
			impl, err := New(isa, threads)
			if err != nil {
				t.Fatal(err)
			}
			t.Run(fmt.Sprintf("%v/threads=%d", isa, threads), func(t *testing.T) { f(t, impl) })
		}
	}
}

// TestConformance is gonum's own suite of level 3.
func TestConformance(t *testing.T) {
	each(t, func(t *testing.T, impl *Implementation) {
		testblas.TestDgemm(t, impl)
		testblas.DsymmTest(t, impl)
		testblas.DtrsmTest(t, impl)
		testblas.DsyrkTest(t, impl)
		testblas.Dsyr2kTest(t, impl)
		testblas.DtrmmTest(t, impl)
	})
}

// TestSgemm holds the product in single precision to gonum's, and to the bound
// of its rounding errors.
func TestSgemm(t *testing.T) {
	each(t, func(t *testing.T, impl *Implementation) {
		rng := rand.New(rand.NewPCG(1, 2))
		for _, tA := range []blas.Transpose{blas.NoTrans, blas.Trans, blas.ConjTrans} {
			for _, tB := range []blas.Transpose{blas.NoTrans, blas.Trans} {
				const m, n, k, ld = 31, 43, 57, 60
				matrix := func() []float32 {
					s := make([]float32, 60*ld)
					for i := range s {
						s[i] = rng.Float32() - 0.5
					}
					return s
				}
				a, b, c := matrix(), matrix(), matrix()
				want := append([]float32(nil), c...)
				impl.Sgemm(tA, tB, m, n, k, 1.5, a, ld, b, ld, -0.5, c, ld)
				gonum.Implementation{}.Sgemm(tA, tB, m, n, k, 1.5, a, ld, b, ld, -0.5, want, ld)
				for i := range c {
					if inside := i%ld < n && i/ld < m; !inside && c[i] != want[i] || math.Abs(float64(c[i]-want[i])) > 2*(k+2)*0x1p-24*k/4*1.5 {
						t.Fatalf("tA=%c tB=%c: C[%d, %d] = %v, gonum has %v", tA, tB, i/ld, i%ld, c[i], want[i])
					}
				}
			}
		}
	})
}

// TestPanics holds the panics to gonum's.
func TestPanics(t *testing.T) {
	impl, err := New(simd.Auto, 1)
	if err != nil {
		t.Fatal(err)
	}
	said := func(x blas.Float64Level3, tA blas.Transpose, m, n, k, lda, ldb, ldc, short int) (text string) {
		defer func() { text = fmt.Sprint(recover()) }()
		s := [3][]float64{make([]float64, 12), make([]float64, 12), make([]float64, 12)}
		if short > 0 {
			s[short-1] = s[short-1][:3]
		}
		x.Dgemm(tA, blas.NoTrans, m, n, k, 1, s[0], lda, s[1], ldb, 0, s[2], ldc)
		return ""
	}
	for _, c := range []struct {
		tA                               blas.Transpose
		m, n, k, lda, ldb, ldc, shortOne int
	}{
		{'x', 2, 3, 4, 4, 3, 3, 0}, {blas.NoTrans, -1, 3, 4, 4, 3, 3, 0}, {blas.NoTrans, 2, -1, 4, 4, 3, 3, 0}, {blas.NoTrans, 2, 3, -1, 4, 3, 3, 0},
		{blas.NoTrans, 2, 3, 4, 3, 3, 3, 0}, {blas.Trans, 2, 3, 4, 1, 3, 3, 0}, {blas.NoTrans, 2, 3, 4, 4, 2, 3, 0}, {blas.NoTrans, 2, 3, 4, 4, 3, 2, 0},
		{blas.NoTrans, 2, 3, 4, 4, 3, 3, 1}, {blas.NoTrans, 2, 3, 4, 4, 3, 3, 2}, {blas.NoTrans, 2, 3, 4, 4, 3, 3, 3},
		{blas.NoTrans, 0, 3, 4, 4, 3, 3, 1}, {blas.NoTrans, 2, 3, 4, 4, 3, 3, 0},
	} {
		want := said(gonum.Implementation{}, c.tA, c.m, c.n, c.k, c.lda, c.ldb, c.ldc, c.shortOne)
		if got := said(impl, c.tA, c.m, c.n, c.k, c.lda, c.ldb, c.ldc, c.shortOne); got != want {
			t.Errorf("%+v: %q, gonum says %q", c, got, want)
		}
	}
	if _, err := New(simd.Auto, 0); err == nil {
		t.Error("0 threads gave no error")
	}
}
