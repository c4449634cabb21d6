package gemm

import (
	"math/rand/v2"
	"slices"
	"testing"

	"hybrid/simd"
)

func TestTiles(t *testing.T) {
	t.Run("float64", testTiles[float64])
	t.Run("float32", testTiles[float32])
}

// testTiles compares tiles of every size with the reference, and what lies around them.
func testTiles[T Real](t *testing.T) {
	rng := rand.New(rand.NewPCG(9, 10))
	random := func(n int) []T {
		s := make([]T, n)
		for i := range s {
			s[i] = T(rng.NormFloat64())
		}
		return s
	}
	for _, isa := range simd.Available() {
		kern := newKernel[T](isa)
		check := func(rows, cols int) {
			const k = 3
			ars, acs := k+1, 1
			if cols%2 == 0 {
				ars, acs = 1, rows+1
			}
			brs, crs := cols+rows%2, cols+1
			a, b, c := random((rows+1)*(k+1)), random(k*brs), random((rows+1)*crs)
			for resume := range 2 {
				got, want := slices.Clone(c), slices.Clone(c)
				kern.tile(rows, cols, k, &a[0], ars, acs, &b[0], brs, &got[1], crs, resume, 0, 0, 1)
				tileGo(rows, cols, k, &a[0], ars, acs, &b[0], brs, &want[1], crs, resume, 0, 0, 1)
				if !slices.Equal(got, want) {
					t.Errorf("%v: %d x %d, resume %d: %v, want %v", isa, rows, cols, resume, got, want)
				}
			}
		}
		for rows := 1; rows <= kern.rows; rows++ {
			for cols := 1; cols <= kern.cols(); cols++ {
				check(rows, cols)
			}
		}
		for rows := 1; rows <= kern.few; rows++ {
			check(rows, 2*kern.cols())
		}
	}
}
