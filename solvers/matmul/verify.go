package matmul

import (
	"math"
	"unsafe"

	"hybrid/internal/philox"
	"hybrid/mpi"
	"hybrid/solvers/task"
)

// verifyRounds is the number of random vectors: a wrong row passes one of them
// with a probability of at most 1/2.
const verifyRounds = 20

// Verify holds C·r to A·(B·r) for 20 random vectors r of +1 and -1, as Freivalds
// does ("Probabilistic machines can use less running time", IFIP 1977): a C
// that has an error beyond rounding passes with a probability below one in a
// million. In float64, with e its rounding and the bound b of the arithmetic that
// made C, K·eps of T for chains, rounding can make a row of the two differ by no more
// than
//
//	(b + (3N + 2K + 10)·e)·(1 + 2^-10) · |A|·|B|·1
//
// (Higham, "Accuracy and stability of numerical algorithms", section 3.5). It
// costs 42 operations for each element of A, B and C, and two vectors of K on
// each rank. Where a matrix has a NaN or an infinity, C is not OK.
func (s *Solver[T]) Verify(seed uint64) (task.Verdict, error) {
	n := s.C.Rows
	check := verifier[T]{Solver: s, u: make([]float64, s.Problem.K), sum: make([]float64, 2*n)}
	ones := make([]float64, s.B.Cols)
	for j := range ones {
		ones[j] = 1
	}
	var v T
	rounding := (s.options.Arithmetic.Bound(s.Problem.K, int(unsafe.Sizeof(v))) + (3*float64(s.Problem.N)+2*float64(s.Problem.K)+10)*0x1p-53) * (1 + 0x1p-10)
	if err := check.products(ones, math.Abs); err != nil {
		return task.Verdict{}, err
	}
	bound := make([]float64, n)
	for i := range bound {
		// Where a product is below the normal numbers, it can lose the smallest of T.
		bound[i] = rounding*check.sum[i] + float64(s.Problem.N)*float64(s.Problem.K)*smallest[T]()
	}
	r, bad := make([]float64, s.B.Cols), s.Problem.M
	signs := philox.New(seed, verifyPurpose)
	for round := range verifyRounds {
		for j := range r {
			word := signs.At(uint64(s.B.Col+j), 0)[0]
			r[j] = float64(int(word>>round&1)*2 - 1)
		}
		if err := check.products(r, func(x float64) float64 { return x }); err != nil {
			return task.Verdict{}, err
		}
		for i := range bound {
			if !(math.Abs(check.sum[i]-check.sum[n+i]) <= bound[i]) {
				bad = min(bad, s.C.Row+i)
			}
		}
	}
	first := []int64{int64(bad)}
	if err := mpi.Allreduce(s.comm, first, first, mpi.Min); err != nil {
		return task.Verdict{}, err
	}
	if first[0] < int64(s.Problem.M) {
		return task.Wrong("Freivalds' check with %d vectors: row %d of C is not that of A·B", verifyRounds, first[0]), nil
	}
	return task.Right("Freivalds' check with %d vectors", verifyRounds), nil
}

// verifyPurpose is the stream of the vectors' signs.
const verifyPurpose philox.Purpose = 5

// smallest is half the smallest number of T above 0, doubled for safety.
func smallest[T Real]() float64 {
	var v T
	if unsafe.Sizeof(v) == 4 {
		return 0x1p-149
	}
	return 0x1p-1074
}

// verifier is what a check works in.
type verifier[T Real] struct {
	*Solver[T]
	u   []float64 // op(B)·r, all of it
	sum []float64 // op(A)·u, then op(C)·r, of this rank's rows
}

// products computes A·(B·r) and C·r, with op applied to every element. r is this
// rank's part of a vector of N.
func (v *verifier[T]) products(r []float64, op func(float64) float64) error {
	clear(v.u)
	clear(v.sum)
	into := func(b *Block[T], x, sums []float64) { // blocks without columns add nothing
		b.fill(v.threads, func(i, _ int, row []T) error {
			sums[i-b.Row] = dot(row, x, op)
			return nil
		})
	}
	into(&v.B, r, v.u[v.B.Row:])
	if err := mpi.Allreduce(v.comm, v.u, v.u, mpi.Sum); err != nil {
		return err
	}
	into(&v.A, v.u[v.A.Col:], v.sum)
	into(&v.C, r, v.sum[v.C.Rows:])
	return mpi.Allreduce(v.row, v.sum, v.sum, mpi.Sum)
}

func dot[T Real](a []T, x []float64, op func(float64) float64) float64 {
	sum := 0.0
	for j, v := range a {
		sum += op(float64(v)) * x[j]
	}
	return sum
}
