package ptxsim

import (
	"testing"
)

// BenchmarkRunMatmul is a tiled product: fma, shared memory and barriers.
func BenchmarkRunMatmul(b *testing.B) {
	const n = 128
	k := load(b, "basic.sm_61.ptx", "matmul")
	mem := NewMemory(1 << 24)
	x := make([]float32, n*n)
	for i := range x {
		x[i] = float32(i % 7)
	}
	da, db, dc := put(b, mem, x), put(b, mem, x), put(b, mem, x)
	run(b, k, mem, Launch{Grid: [3]int{n / 16, n / 16, 1}, Block: [3]int{16, 16, 1}, Args: pack(b, k, da, db, dc, n)})
}

// BenchmarkRunFMA is arithmetic alone, f32 and f64.
func BenchmarkRunFMA(b *testing.B) {
	for _, kernel := range []string{"fma32", "fma64", "int32", "heat64"} {
		b.Run(kernel, func(b *testing.B) {
			k := load(b, "bench.sm_61.ptx", kernel)
			mem := NewMemory(1 << 24)
			out := put(b, mem, make([]float64, 1<<16))
			run(b, k, mem, Launch{Grid: [3]int{8, 1, 1}, Block: [3]int{256, 1, 1}, Args: pack(b, k, out, 256)})
		})
	}
}

func run(b *testing.B, k *Kernel, mem *Memory, l Launch) {
	var n uint64
	for b.Loop() {
		m, err := k.Count(b.Context(), mem, l)
		if err != nil {
			b.Fatal(err)
		}
		n += m
	}
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "lane-instr/s")
}
