package kernels

import (
	"fmt"
	"unsafe"
)

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

// Flags of the kernels, as matmul.cuh has them.
const (
	aAlongI = 1 << iota
	aVectors
	bAlongJ
	bVectors
	cVectors
	resume
)

// A tile is a kernel of matmul32.cu or matmul64.cu: what of C a block of threads has.
type tile struct {
	name          string // of the kernel
	m, n          int
	k, kBefore    int // of a step, from 8.0 on and before
	stages        int // of shared memory, from 8.0 on; 2 before
	threads       int
	pad           int     // elements after every row in shared memory
	speed         float64 // beside the tile of 128 x 128, where there are enough blocks
	alongP, sized bool    // only for an A along p and a B in whole vectors; only from 8.0 on
}

// tiles returns the kernels of an arithmetic and an element of so many bytes.
func tiles(a Arithmetic, size int) []tile {
	switch {
	case a == Tensor && size == 8:
		return []tile{{name: "matmul_f64_tensor", m: 128, n: 128, k: 8, stages: 3, threads: 256, pad: 4, speed: 1, sized: true}}
	case a == TF32 && size == 4:
		return []tile{{name: "matmul_f32_tf32", m: 128, n: 128, k: 16, stages: 3, threads: 128, pad: 8, speed: 1, sized: true}}
	case a != Chains:
		return nil
	case size == 4:
		return []tile{
			{name: "matmul_f32_128x256", m: 128, n: 256, k: 16, stages: 3, threads: 256, pad: 4, speed: 1.1, alongP: true, sized: true},
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

// A matrix is how the elements of one lie in memory, row by row: bytes of an
// element, elements from row to row and in all, and whether the first lies at a
// multiple of 16 bytes.
type matrix struct {
	size, pitch, len int
	aligned          bool
}

// vectors tells whether the first n of every row can be read in vectors of 16
// bytes, the last of them maybe with what follows.
func (o matrix) vectors(rows, n int) bool {
	v := 16 / o.size
	return o.pitch%v == 0 && o.aligned && (rows-1)*o.pitch+(n+v-1)/v*v <= o.len
}

// A plan is a launch for a product.
type plan struct {
	tile
	grid    int
	m, n, k int32
	flags   int32
	swapped bool     // B's transpose is the first factor, and A's the second
	strides [4]int64 // lda, ldb, and of C from row to row and from column to column
}

// planProduct chooses a kernel for C = op(A)·op(B), of m x k and k x n, or with
// resume for its chains taken on, on a device with so many multiprocessors that runs
// PTX made for a compute capability, times ten. only is the name of the tile to
// take, for tests; "" chooses.
func planProduct(how Arithmetic, m, n, k int, a matrix, tA bool, b matrix, tB bool, c matrix, again bool, capability, processors int, only string) (plan, error) {
	rows := func(trans bool, x, y int) (int, int) {
		if trans {
			return y, x
		}
		return x, y
	}
	if m < 1 || n < 1 || k < 1 || int64(max(m, n, k)) > 1<<31-1-256 {
		return plan{}, fmt.Errorf("kernels: a product of %d x %d and %d x %d: sizes must be from 1 to 2^31-257", m, k, k, n)
	}
	for _, x := range []struct {
		name       string
		o          matrix
		rows, cols int
	}{{"A", a, 0, 0}, {"B", b, 0, 0}, {"C", c, m, n}} {
		switch x.name {
		case "A":
			x.rows, x.cols = rows(tA, m, k)
		case "B":
			x.rows, x.cols = rows(tB, k, n)
		}
		if x.o.pitch < x.cols || x.o.len < (x.rows-1)*x.o.pitch+x.cols {
			return plan{}, fmt.Errorf("kernels: %s of %d x %d values does not lie in a buffer of %d with %d from row to row",
				x.name, x.rows, x.cols, x.o.len, x.o.pitch)
		}
	}
	alongP, vectorsB := !tA, !tB && b.vectors(k, n)
	best, least := tile{}, 0.0
	swapped := false
	for _, t := range tiles(how, a.size) {
		swap := t.n == 8 && m < n
		m, n := m, n
		if swap {
			m, n = n, m
		}
		if only != "" && t.name != only || t.sized && capability < 80 || t.alongP && !(alongP && vectorsB) {
			continue
		}
		if s := t.seconds(m, n, max(processors, 1)); best.name == "" || s < least {
			best, least, swapped = t, s, swap
		}
	}
	if best.name == "" {
		return plan{}, fmt.Errorf("kernels: no kernel multiplies so with elements of %d bytes on PTX for %d.%d", a.size, capability/10, capability%10)
	}
	p := plan{tile: best, m: int32(m), n: int32(n), k: int32(k), swapped: swapped,
		strides: [4]int64{int64(a.pitch), int64(b.pitch), int64(c.pitch), 1}}
	p.set(aAlongI, tA)
	p.set(aVectors, tA && a.vectors(k, m))
	p.set(bAlongJ, !tB)
	p.set(bVectors, vectorsB)
	v := 16 / c.size
	p.set(cVectors, c.pitch%v == 0 && c.aligned && n%v == 0)
	p.set(resume, again)
	if swapped {
		// The transpose of C is that of B times that of A; the factors of a product
		// may change places, bits stay.
		p.m, p.n = p.n, p.m
		p.strides = [4]int64{p.strides[1], p.strides[0], 1, int64(c.pitch)}
		p.flags = p.flags&resume | p.flags&(aAlongI|aVectors)<<2 | p.flags&(bAlongJ|bVectors)>>2
	}
	p.grid = (int(p.m) + best.m - 1) / best.m * ((int(p.n) + best.n - 1) / best.n)
	return p, nil
}

func (p *plan) set(flag int32, on bool) {
	if on {
		p.flags |= flag
	}
}

// sizeOf is the bytes of a T.
func sizeOf[T Real]() int {
	var v T
	return int(unsafe.Sizeof(v))
}
