package kernels

import "unsafe"

// Real is a floating-point type that a matrix on a device can have.
type Real interface{ float32 | float64 }

// An Arithmetic is how a product on a device adds up.
type Arithmetic int

const (
	// Chains makes every element one chain of fused multiply-adds, p ascending: the
	// bits of internal/gemm.
	Chains Arithmetic = iota
	// Tensor multiplies float64 on tensor cores: every product is exact and every sum
	// rounded to nearest, but the order within 8 steps of p is the hardware's.
	// Compared with the exact product C is off by at most (K + 8)·2^-53·|A|·|B|, to
	// first order.
	Tensor
	// TF32 rounds the elements of float32 matrices to 11 binary digits and multiplies
	// on tensor cores, which truncate sums: C is off by at most
	// (2^-10 + (K + 8)·2^-22)·|A|·|B|, to first order.
	TF32
)

// Bound is the constant c with which an element of C is off by at most c·|A|·|B|,
// for k steps and elements of so many bytes; see Arithmetic.
func (a Arithmetic) Bound(k, size int) float64 {
	switch {
	case a == TF32:
		return 0x1p-10 + float64(k+8)*0x1p-22
	case a == Tensor:
		return float64(k+8) * 0x1p-53
	case size == 4:
		return float64(k) * 0x1p-24
	}
	return float64(k) * 0x1p-53
}

// A tile is a kernel of matmul32.cu or matmul64.cu: what of C a block of threads has.
type tile struct {
	name           string // of the kernel
	m, n           int
	k, kBefore     int // of a step, from 8.0 on and before
	stages         int // of shared memory, from 8.0 on; 2 before
	threads        int
	pad            int     // elements after every row in shared memory
	speed          float64 // beside the tile of 128 x 128, where there are enough blocks
	alongP, from80 bool    // only for an A along p and a B in whole vectors; only from 8.0 on
}

// tiles returns the kernels of an arithmetic and an element of so many bytes.
func tiles(a Arithmetic, size int) []tile {
	switch {
	case a == Tensor && size == 8:
		return []tile{{name: "matmul_f64_tensor", m: 128, n: 128, k: 16, stages: 3, threads: 256, pad: 4, speed: 1, from80: true}}
	case a == TF32 && size == 4:
		return []tile{{name: "matmul_f32_tf32", m: 128, n: 128, k: 16, stages: 3, threads: 128, pad: 8, speed: 1, from80: true}}
	case a != Chains:
		return nil
	case size == 4:
		return []tile{
			{name: "matmul_f32_128x256", m: 128, n: 256, k: 16, stages: 3, threads: 256, pad: 4, speed: 1.1, alongP: true, from80: true},
			{name: "matmul_f32_128x128", m: 128, n: 128, k: 16, kBefore: 8, stages: 2, threads: 256, pad: 4, speed: 1},
			{name: "matmul_f32_64x64", m: 64, n: 64, k: 16, kBefore: 8, stages: 2, threads: 128, pad: 4, speed: 0.8},
			{name: "matmul_f32_32x32", m: 32, n: 32, k: 16, kBefore: 8, stages: 2, threads: 64, pad: 4, speed: 0.6},
			{name: "matmul_f32_128x8", m: 128, n: 8, k: 16, kBefore: 8, stages: 2, threads: 128, pad: 4, speed: 0.3},
		}
	}
	return []tile{
		{name: "matmul_f64_128x128", m: 128, n: 128, k: 8, kBefore: 8, stages: 3, threads: 256, pad: 4, speed: 1},
		{name: "matmul_f64_64x64", m: 64, n: 64, k: 8, kBefore: 8, stages: 3, threads: 128, pad: 4, speed: 0.8},
		{name: "matmul_f64_32x32", m: 32, n: 32, k: 8, kBefore: 8, stages: 3, threads: 64, pad: 4, speed: 0.6},
		{name: "matmul_f64_128x8", m: 128, n: 8, k: 8, kBefore: 8, stages: 3, threads: 128, pad: 4, speed: 0.3},
	}
}

// shared is the shared memory of a block in bytes, for PTX of a compute capability,
// times ten, and elements of so many bytes.
func (t tile) shared(capability, size int) int {
	k, stages := t.k, t.stages
	if capability < 80 {
		k, stages = t.kBefore, 2
	}
	return stages * k * (t.m + t.n + 2*t.pad) * size
}

// seconds is how long a product takes with a tile, in arbitrary units: the blocks
// that come to one of so many multiprocessors, which needs eight warps to be busy.
func (t tile) seconds(m, n, processors int) float64 {
	blocks := (m + t.m - 1) / t.m * ((n + t.n - 1) / t.n)
	each := float64((blocks + processors - 1) / processors)
	return each * float64(t.m*t.n) / (t.speed * min(1, each*float64(t.threads)/256))
}

// sizeOf is the bytes of a T.
func sizeOf[T Real]() int {
	var v T
	return int(unsafe.Sizeof(v))
}
