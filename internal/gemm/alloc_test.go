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
	q := random[float64](rand.New(rand.NewPCG(7, 8)), 100, 100, 400)
	run := func() {
		x.Gemm(q.tA, q.tB, q.m, q.n, q.k, 2, q.a, q.lda, q.b, q.ldb, 1, q.c, q.ldc)
	}
	run()
	if n := testing.AllocsPerRun(50, run); n >= 1 {
		t.Errorf("%v allocations a call", n)
	}
}
