package gemm

import (
	"math/rand/v2"
	"testing"

	"hybrid/simd"
)

// TestPrepare: the next product is packed where Prepare made room for it, and is what it
// would be without.
func TestPrepare(t *testing.T) {
	q := random[float64](rand.New(rand.NewPCG(7, 8)), 40, 40, 400)
	p := Product[float64]{M: q.m, N: q.n, K: q.k, A: Matrix[float64]{Data: q.a, LD: q.lda, Trans: q.tA}, B: Matrix[float64]{Data: q.b, LD: q.ldb, Trans: q.tB}, C: Matrix[float64]{Data: q.c, LD: q.ldc}, Alpha: 1}
	multiply := func(prepare bool) []float64 {
		x, err := New[float64](simd.Auto, 1)
		if err != nil {
			t.Fatal(err)
		}
		if prepare {
			x.Prepare(p)
		}
		made := x.ready.Load()
		if prepare && (made == nil || len(made.bufB[0]) == 0) {
			t.Fatal("Prepare made no room")
		}
		p.C.Data = make([]float64, len(q.c))
		x.Multiply(p)
		if prepare && (x.ready.Load() != nil || made.bufB[0][0] == 0) {
			t.Error("the product was packed elsewhere")
		}
		return p.C.Data
	}
	want := multiply(false)
	for i, v := range multiply(true) {
		if v != want[i] {
			t.Fatalf("value %d is %v after Prepare, %v without", i, v, want[i])
		}
	}
	x, err := New[float64](simd.Auto, 2)
	if err != nil {
		t.Fatal(err)
	}
	for _, none := range []Product[float64]{{}, {M: 3, N: 2}, {M: 3, N: 1, K: 3}} {
		x.Prepare(none)
	}
}
