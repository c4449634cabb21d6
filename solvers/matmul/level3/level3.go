// Package level3 offers the matrix product of package gemm to gonum:
//
//	impl, err := level3.New(simd.Auto, runtime.NumCPU())
//	blas64.Use(impl)
//	blas32.Use(impl)
//
// Dgemm and Sgemm are hybrid's, with the same bits on every instruction set and
// any number of threads; all else, the other level-3 routines among it, is
// gonum's own.
package level3

import (
	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/gonum"

	"hybrid/internal/gemm"
	"hybrid/simd"
)

// Implementation is gonum's, but for the matrix product.
type Implementation struct {
	gonum.Implementation
	f64 *gemm.Multiplier[float64]
	f32 *gemm.Multiplier[float32]
}

var (
	_ blas.Float64 = (*Implementation)(nil)
	_ blas.Float32 = (*Implementation)(nil)
)

// New returns an implementation that multiplies with an instruction set, which
// must be one that this processor has, on so many threads, at least 1.
func New(isa simd.ISA, threads int) (*Implementation, error) {
	f64, err := gemm.New[float64](isa, threads)
	if err != nil {
		return nil, err
	}
	f32, err := gemm.New[float32](isa, threads)
	if err != nil {
		return nil, err
	}
	return &Implementation{f64: f64, f32: f32}, nil
}

// Dgemm computes C = alpha·op(A)·op(B) + beta·C, see gemm.Product. It
// panics as gonum's does.
func (x *Implementation) Dgemm(tA, tB blas.Transpose, m, n, k int, alpha float64, a []float64, lda int, b []float64, ldb int, beta float64, c []float64, ldc int) {
	product(x.f64, gemm.Product[float64]{M: m, N: n, K: k, Alpha: alpha, Beta: beta,
		A: gemm.Matrix[float64]{Data: a, LD: lda, Trans: transposes(tA)},
		B: gemm.Matrix[float64]{Data: b, LD: ldb, Trans: transposes(tB)},
		C: gemm.Matrix[float64]{Data: c, LD: ldc}})
}

// Sgemm is Dgemm in single precision.
func (x *Implementation) Sgemm(tA, tB blas.Transpose, m, n, k int, alpha float32, a []float32, lda int, b []float32, ldb int, beta float32, c []float32, ldc int) {
	product(x.f32, gemm.Product[float32]{M: m, N: n, K: k, Alpha: alpha, Beta: beta,
		A: gemm.Matrix[float32]{Data: a, LD: lda, Trans: transposes(tA)},
		B: gemm.Matrix[float32]{Data: b, LD: ldb, Trans: transposes(tB)},
		C: gemm.Matrix[float32]{Data: c, LD: ldc}})
}

// product checks what gonum checks, and multiplies.
func product[T gemm.Real](x *gemm.Multiplier[T], p gemm.Product[T]) {
	switch {
	case p.M < 0:
		panic("blas: m < 0")
	case p.N < 0:
		panic("blas: n < 0")
	case p.K < 0:
		panic("blas: k < 0")
	}
	rowsA, colsA, rowsB, colsB := p.M, p.K, p.K, p.N
	if p.A.Trans {
		rowsA, colsA = colsA, rowsA
	}
	if p.B.Trans {
		rowsB, colsB = colsB, rowsB
	}
	switch {
	case p.A.LD < max(1, colsA):
		panic("blas: bad leading dimension of A")
	case p.B.LD < max(1, colsB):
		panic("blas: bad leading dimension of B")
	case p.C.LD < max(1, p.N):
		panic("blas: bad leading dimension of C")
	case p.M == 0 || p.N == 0:
		return
	case len(p.A.Data) < (rowsA-1)*p.A.LD+colsA:
		panic("blas: insufficient length of a")
	case len(p.B.Data) < (rowsB-1)*p.B.LD+colsB:
		panic("blas: insufficient length of b")
	case len(p.C.Data) < (p.M-1)*p.C.LD+p.N:
		panic("blas: insufficient length of c")
	}
	x.Multiply(p)
}

func transposes(t blas.Transpose) bool {
	switch t {
	case blas.NoTrans:
		return false
	case blas.Trans, blas.ConjTrans:
		return true
	}
	panic("blas: illegal transpose")
}
