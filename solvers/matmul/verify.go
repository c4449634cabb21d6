package matmul

import (
	"math"
	"slices"
	"unsafe"

	"hybrid/internal/fma"
	"hybrid/internal/philox"
	kernels "hybrid/kernels_cuda"
	"hybrid/mpi"
	"hybrid/mpi/gather"
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
// (Higham, "Accuracy and stability of numerical algorithms", section 3.5). That is
// wide for a C that is large or in float32, so of chains 64 elements, one of
// each rank at least, are made again one by one, and have the same bits.
//
// It costs 42 operations for each element of A, B and C, and two vectors of K on
// each rank. Where a row of |A|·|B| goes beyond the range of T, so may one of C, and
// nothing can be told of it.
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
	bound, reach := make([]float64, n), slices.Clone(check.sum[:n])
	for i := range bound {
		// Where a product is below the normal numbers, it can lose the smallest of T.
		bound[i] = rounding*check.sum[i] + float64(s.Problem.N)*float64(s.Problem.K)*smallest[T]()
	}
	largest := biggest[T]()
	r, bad, unknown := make([]float64, s.B.Cols), s.Problem.M, s.Problem.M
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
			off := math.Abs(check.sum[i] - check.sum[n+i])
			switch {
			case !(reach[i] <= largest) && (math.IsInf(off, 0) || math.IsNaN(off) || math.IsInf(bound[i], 0)):
				unknown = min(unknown, s.C.Row+i)
			case !(off <= bound[i]):
				bad = min(bad, s.C.Row+i)
			}
		}
	}
	first := []int64{int64(bad), int64(unknown)}
	if err := mpi.Allreduce(s.comm, first, first, mpi.Min); err != nil {
		return task.Verdict{}, err
	}
	if first[0] < int64(s.Problem.M) {
		return task.Wrong("Freivalds' check with %d vectors: row %d of C is not that of A·B", verifyRounds, first[0]), nil
	}
	if first[1] < int64(s.Problem.M) {
		return task.Unknown("row %d of the product may go beyond the range of the type: there is nothing to compare with", first[1]), nil
	}
	if s.options.Arithmetic != kernels.Chains {
		return task.Right("Freivalds' check with %d vectors, within the rounding of the arithmetic", verifyRounds), nil
	}
	return s.verifyBits(seed)
}

// A spot is an element of C that is made again.
type spot struct {
	I, J int
	Bits uint64 // of its value
}

// verifyBits makes some elements again, each by one chain of fused multiply-adds. It is
// collective.
func (s *Solver[T]) verifyBits(seed uint64) (task.Verdict, error) {
	const most, memory = 64, 1 << 22 // elements, and values of A and B that are gathered for them
	total := min(max(most, s.comm.Size()), max(memory/s.Problem.K, 1))
	var own []spot
	if s.C.Rows > 0 && s.C.Cols > 0 {
		signs := philox.New(seed, verifyPurpose)
		for k := cut(total, s.comm.Size(), s.comm.Rank()); k < cut(total, s.comm.Size(), s.comm.Rank()+1); k++ {
			word := signs.At(uint64(k), 1)
			i, j := int(word[0])%s.C.Rows, int(word[1])%s.C.Cols
			own = append(own, spot{s.C.Row + i, s.C.Col + j, math.Float64bits(float64(s.C.line(i)[j]))})
		}
	}
	all, err := gather.Values(s.comm, own)
	if err != nil {
		return task.Verdict{}, err
	}
	spots := slices.Concat(all...)
	// Of every spot the row of A, then the column of B.
	k := s.Problem.K
	factors := make([]float64, 2*len(spots)*k)
	for n, at := range spots {
		row, column := factors[2*n*k:][:k], factors[(2*n+1)*k:][:k]
		if i := at.I - s.A.Row; i >= 0 && i < s.A.Rows {
			for j, v := range s.A.line(i) {
				row[s.A.Col+j] = float64(v)
			}
		}
		if j := at.J - s.B.Col; j >= 0 && j < s.B.Cols {
			for i := range s.B.Rows {
				column[s.B.Row+i] = float64(s.B.line(i)[j])
			}
		}
	}
	if err := mpi.Allreduce(s.comm, factors, factors, mpi.Sum); err != nil {
		return task.Verdict{}, err
	}
	for n, at := range spots {
		var want T
		for l := range k {
			want = fma.FMA(T(factors[2*n*k+l]), T(factors[(2*n+1)*k+l]), want)
		}
		if got := T(math.Float64frombits(at.Bits)); got != want {
			return task.Wrong("element %d, %d of C is %v, and the chain of fused multiply-adds gives %v", at.I, at.J, got, want), nil
		}
	}
	return task.Right("Freivalds' check with %d vectors, within rounding, and %d elements with the same bits", verifyRounds, len(spots)), nil
}

// verifyPurpose is the stream of the vectors' signs.
const verifyPurpose philox.Purpose = 5

// biggest is the greatest number of T.
func biggest[T Real]() float64 {
	var v T
	if unsafe.Sizeof(v) == 4 {
		return math.MaxFloat32
	}
	return math.MaxFloat64
}

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
