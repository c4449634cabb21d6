package gemm

import (
	"unsafe"

	"hybrid/internal/fma"
	"hybrid/simd"
)

//go:generate go run ./gen/neon -out /dev/null -stubs kernels_arm64.go -pkg gemm
//go:generate go run ./gen/neon -only tileF64 -out tileF64_arm64.s -pkg gemm
//go:generate go run ./gen/neon -only tileF32 -out tileF32_arm64.s -pkg gemm
//go:generate go run ./gen/neon -only merge -out merge_arm64.s -pkg gemm
//go:generate go run ./gen/neon -only copy -out copy_arm64.s -pkg gemm
//go:generate go run ./gen/neon -only transpose -out transpose_arm64.s -pkg gemm
//go:generate go run ./gen/neon -only column -out column_arm64.s -pkg gemm

// A kernel is the inner loops for one instruction set. They work on pointers
// and do not look at the ends of slices: what calls them has done so.
type kernel[T Real] struct {
	isa   simd.ISA
	rows  int // most rows of a tile of one or two vectors
	few   int // most rows of a tile of four vectors
	lanes int // values of a vector
	tile  func(rows, cols, k int, a *T, ars, acs int, b *T, brs int, c *T, crs, resume, ahead, next, rate int)
	merge func(rows, n int, alpha, beta, t *T, trs int, c *T, crs int)
	// strip is the number of rows that transpose takes at once, and of columns
	// of a block of it.
	strip     int
	transpose func(blocks int, src *T, srs int, dst *T, drs int)
	column    func(blocks int, a *T, ars int, x, y *T)
	copy      func(k int, src *T, srs int, dst *T)
}

// cols is the width of a tile of two vectors.
func (k *kernel[T]) cols() int { return 2 * k.lanes }

func goKernel[T Real]() kernel[T] {
	return kernel[T]{simd.Go, 4, 4, 4, tileGo[T], mergeGo[T], 4, transposeGo[T], columnGo[T], copyGo[T]}
}

// tileGo is the reference of every tile kernel: with a[i, p] at a + i·ars +
// p·acs, b[p, j] at b + p·brs + j and c[i, j] at c + i·crs + j, for every i
// below rows and j below cols,
//
//	x = 0, or c[i, j] if resume is not 0
//	for p from 0 to k-1:
//		x = fma(a[i, p], b[p, j], x)
//	c[i, j] = x
//
// cols fill one, two or, with few rows, four vectors, the last of them perhaps
// in part; k is at least 1. The tile at c + ahead and rate values a step from
// b + next on are fetched into the second-level cache; they need not exist.
func tileGo[T Real](rows, cols, k int, a *T, ars, acs int, b *T, brs int, c *T, crs, resume, _, _, _ int) {
	for i := range rows {
		out := unsafe.Slice(at(c, i*crs), cols)
		for j := 0; j < cols; j += 4 {
			var x [4]T
			n := copy(x[:], out[j:])
			if resume == 0 {
				x = [4]T{}
			}
			ap, bp := at(a, i*ars), at(b, j)
			if n == 4 {
				for p := range k {
					f, v := *at(ap, p*acs), (*[4]T)(unsafe.Pointer(at(bp, p*brs)))
					x[0], x[1] = fma.FMA(f, v[0], x[0]), fma.FMA(f, v[1], x[1])
					x[2], x[3] = fma.FMA(f, v[2], x[2]), fma.FMA(f, v[3], x[3])
				}
			} else {
				for p := range k {
					f := *at(ap, p*acs)
					for l := range n {
						x[l] = fma.FMA(f, *at(bp, p*brs+l), x[l])
					}
				}
			}
			copy(out[j:], x[:n])
		}
	}
}

// mergeGo is the reference of every merge kernel: for every i below rows, at
// least 1, and j below n,
//
//	c[i, j] = fma(alpha, t[i, j], beta*c[i, j])
//
// or, if beta is nil, alpha*t[i, j] without a look at c.
func mergeGo[T Real](rows, n int, alpha, beta, t *T, trs int, c *T, crs int) {
	for i := range rows {
		from, to := unsafe.Slice(at(t, i*trs), n), unsafe.Slice(at(c, i*crs), n)
		for j, x := range from {
			if beta != nil {
				to[j] = fma.FMA(*alpha, x, T(*beta*to[j]))
			} else {
				to[j] = *alpha * x
			}
		}
	}
}

// transposeGo is the reference of the transpose kernels: dst[p, j] = src[j, p]
// for every j below 4, or as many as fill 32 bytes, and every p below that many
// times blocks, at least 1.
func transposeGo[T Real](blocks int, src *T, srs int, dst *T, drs int) {
	for p := range 4 * blocks {
		to := (*[4]T)(unsafe.Pointer(at(dst, p*drs)))
		to[0], to[1], to[2], to[3] = *at(src, p), *at(src, srs+p), *at(src, 2*srs+p), *at(src, 3*srs+p)
	}
}

// columnGo is the reference of the column kernels: with y[i] for every i below 8,
// or as many as fill 64 bytes,
//
//	for p from 0 to 4*blocks-1, or blocks of as many as fill 32 bytes:
//		y[i] = fma(a[i, p], x[p], y[i])
func columnGo[T Real](blocks int, a *T, ars int, x, y *T) {
	xs, ys := unsafe.Slice(x, 4*blocks), unsafe.Slice(y, 8)
	for i := range ys {
		v := ys[i]
		for p, f := range unsafe.Slice(at(a, i*ars), 4*blocks) {
			v = fma.FMA(f, xs[p], v)
		}
		ys[i] = v
	}
}

// copyGo is the reference of the copy kernels: k rows of two vectors, srs values
// apart, to where they follow one another.
func copyGo[T Real](k int, src *T, srs int, dst *T) {
	for p := range k {
		*(*[8]T)(unsafe.Pointer(at(dst, 8*p))) = *(*[8]T)(unsafe.Pointer(at(src, p*srs)))
	}
}

// at is p moved by n values.
func at[T Real](p *T, n int) *T {
	return (*T)(unsafe.Add(unsafe.Pointer(p), n*int(unsafe.Sizeof(*p))))
}
