//go:build !race

package gemm

import (
	"math/rand/v2"
	"testing"

	"hybrid/simd"
)

// TestAllocates nothing, on one thread, once the buffers are there. (The race
// detector makes a sync.Pool forget at random.)
func TestAllocates(t *testing.T) {
	x, err := New[float64](simd.Auto, 1)
	if err != nil {
		t.Fatal(err)
	}
	q := random[float64](rand.New(rand.NewPCG(7, 8)), 40, 40, 400)
	run := func() {
		x.Multiply(Product[float64]{M: q.m, N: q.n, K: q.k, A: Matrix[float64]{Data: q.a, LD: q.lda, Trans: q.tA}, B: Matrix[float64]{Data: q.b, LD: q.ldb, Trans: q.tB}, C: Matrix[float64]{Data: q.c, LD: q.ldc}, Alpha: 2, Beta: 1})
	}
	run()
	if n := testing.AllocsPerRun(50, run); n >= 1 {
		t.Errorf("%v allocations a call", n)
	}
}
