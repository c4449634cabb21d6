package gemm

import (
	"fmt"
	"runtime"
	"testing"
	"time"

	"hybrid/simd"
)

// BenchmarkGemm reports GFLOP/s, and the fraction of the peak of as many cores
// as there are threads.
func BenchmarkGemm(b *testing.B) {
	b.Run("float64", benchmarkGemm[float64])
	b.Run("float32", benchmarkGemm[float32])
}

func benchmarkGemm[T Real](b *testing.B) {
	for _, size := range [][3]int{{2048, 2048, 2048}, {256, 256, 256}, {64, 64, 64}, {2048, 2048, 64}, {1, 2048, 2048}, {2048, 1, 2048}, {10000, 32, 32}} {
		m, n, k := size[0], size[1], size[2]
		for _, threads := range []int{1, 2} {
			if threads > runtime.GOMAXPROCS(0) {
				continue
			}
			b.Run(fmt.Sprintf("%dx%dx%d/threads=%d", m, n, k, threads), func(b *testing.B) {
				x, err := New[T](simd.Auto, threads)
				if err != nil {
					b.Fatal(err)
				}
				peak := x.Peak(20*time.Millisecond) * float64(threads)
				matrix := func(n int) []T {
					s := make([]T, n)
					for i := range s {
						s[i] = T(i%101) - 50
					}
					return s
				}
				p, q, c := matrix(m*k), matrix(k*n), matrix(m*n)
				calls := 0
				for b.Loop() {
					x.Multiply(Product[T]{M: m, N: n, K: k, A: Matrix[T]{Data: p, LD: k}, B: Matrix[T]{Data: q, LD: n}, C: Matrix[T]{Data: c, LD: n}, Alpha: 1})
					calls++
				}
				rate := 2 * float64(m) * float64(n) * float64(k) * float64(calls) / b.Elapsed().Seconds()
				b.ReportMetric(rate/1e9, "GFLOP/s")
				b.ReportMetric(rate/peak, "of-peak")
			})
		}
	}
}
