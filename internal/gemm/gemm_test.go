package gemm

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"hybrid/internal/fma"
	"hybrid/simd"
)

// A problem is a product and the matrices for it.
type problem[T Real] struct {
	tA, tB        bool
	m, n, k       int
	alpha, beta   T
	a, b, c       []T
	lda, ldb, ldc int
}

// random makes a problem of this size, its rows up to 7 values further apart
// than they need to be. The gaps are NaN.
func random[T Real](rng *rand.Rand, m, n, k int) problem[T] {
	q := problem[T]{tA: rng.IntN(2) == 0, tB: rng.IntN(2) == 0, m: m, n: n, k: k}
	scalars := []T{1, 1, 0, -1, 0.3}
	q.alpha, q.beta = scalars[rng.IntN(5)], scalars[4-rng.IntN(4)]
	if rng.IntN(2) == 0 {
		q.alpha, q.beta = 1, 0
	}
	matrix := func(trans bool, rows, cols int) ([]T, int) {
		if trans {
			rows, cols = cols, rows
		}
		ld := cols + rng.IntN(8)
		s := make([]T, max((rows-1)*ld+cols, 0))
		for i := range s {
			s[i] = T(math.NaN())
			if i%max(ld, 1) < cols {
				s[i] = T(rng.NormFloat64())
			}
		}
		return s, ld
	}
	q.a, q.lda = matrix(q.tA, m, k)
	q.b, q.ldb = matrix(q.tB, k, n)
	q.c, q.ldc = matrix(false, m, n)
	return q
}

func (q *problem[T]) String() string {
	return fmt.Sprintf("m=%d n=%d k=%d tA=%v tB=%v alpha=%v beta=%v lda=%d ldb=%d ldc=%d",
		q.m, q.n, q.k, q.tA, q.tB, q.alpha, q.beta, q.lda, q.ldb, q.ldc)
}

// reference is the definition in the package comment. With resume, chains begin
// with C, and alpha and beta do not count.
func (q *problem[T]) reference(resume bool) []T {
	c := append([]T(nil), q.c...)
	for i := range q.m {
		for j := range q.n {
			at := i*q.ldc + j
			var x T
			if resume {
				x = c[at]
			}
			for p := range q.k {
				f, g := i*q.lda+p, p*q.ldb+j
				if q.tA {
					f = p*q.lda + i
				}
				if q.tB {
					g = j*q.ldb + p
				}
				x = fma.FMA(q.a[f], q.b[g], x)
			}
			switch {
			case resume || q.alpha == 1 && q.beta == 0:
				c[at] = x
			case q.alpha == 0 && q.beta == 0:
				c[at] = 0
			case q.alpha == 0:
				c[at] *= q.beta
			case q.beta == 0:
				c[at] = q.alpha * x
			default:
				c[at] = fma.FMA(q.alpha, x, T(q.beta*c[at]))
			}
		}
	}
	return c
}

// product is the problem, with c as C.
func (q *problem[T]) product(c []T) Product[T] {
	return Product[T]{M: q.m, N: q.n, K: q.k, A: Matrix[T]{q.a, q.lda, q.tA}, B: Matrix[T]{q.b, q.ldb, q.tB}, C: Matrix[T]{Data: c, LD: q.ldc}, Alpha: q.alpha, Beta: q.beta}
}

// check multiplies and compares every bit, gaps included.
func (q *problem[T]) check(x *Multiplier[T], resume bool, want []T) error {
	p := q.product(append([]T(nil), q.c...))
	if p.Resume = resume; resume {
		p.Alpha, p.Beta = 0, 0 // which do not count
	}
	x.Multiply(p)
	c := p.C.Data
	for i, v := range c {
		if math.Float64bits(float64(v)) != math.Float64bits(float64(want[i])) && (v == v || want[i] == want[i]) {
			return fmt.Errorf("%v, %d threads, resume %v: %v: C[%d, %d] = %v, want %v", x.ISA(), x.Threads(), resume, q, i/q.ldc, i%q.ldc, v, want[i])
		}
	}
	return nil
}

func TestSameBits(t *testing.T) {
	t.Run("float64", testSameBits[float64])
	t.Run("float32", testSameBits[float32])
}

func testSameBits[T Real](t *testing.T) {
	var all []*Multiplier[T]
	for _, isa := range simd.Available() {
		for _, threads := range []int{1, 2, 5} {
			x, err := New[T](isa, threads)
			if err != nil {
				t.Fatal(err)
			}
			// Small caches, so that small matrices are cut into panels and blocks.
			y, err := New[T](isa, threads)
			if err != nil {
				t.Fatal(err)
			}
			y.caches = caches{2 << 10, 8 << 10, 64 << 10}
			all = append(all, x, y)
		}
	}
	rng := rand.New(rand.NewPCG(1, 2))
	size := func() int {
		return []int{1, 1 + rng.IntN(4), 1 + rng.IntN(40), 1 + rng.IntN(130)}[rng.IntN(4)]
	}
	rounds := 240
	if testing.Short() {
		rounds = 24
	}
	for round := range rounds {
		q := random[T](rng, size(), size(), size())
		switch round % 24 {
		case 0:
			q = random[T](rng, 1, 1+rng.IntN(2000), size())
		case 1:
			q = random[T](rng, 1+rng.IntN(2000), 1, size())
		case 2:
			q = random[T](rng, size(), size(), 1+rng.IntN(3000))
		case 3:
			q = random[T](rng, 1+rng.IntN(600), 32, 32)
		}
		resume := round%5 == 0
		want := q.reference(resume)
		for _, x := range all {
			if err := q.check(x, resume, want); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// TestLarge goes through the caches' real sizes once.
func TestLarge(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	m, n := 517, 523
	if testing.Short() {
		m, n = 37, 131
	}
	q := random[float64](rng, m, n, 611)
	want := q.reference(false)
	for _, threads := range []int{1, 3} {
		x, err := New[float64](simd.Auto, threads)
		if err != nil {
			t.Fatal(err)
		}
		if err := q.check(x, false, want); err != nil {
			t.Error(err)
		}
	}
}

// TestResume multiplies k in pieces.
func TestResume(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	for range 20 {
		q := random[float64](rng, 1+rng.IntN(50), 1+rng.IntN(50), 3+rng.IntN(100))
		q.tA, q.tB, q.alpha, q.beta = false, true, 1, 0
		q.a, q.lda = q.a[:0], q.k
		q.b, q.ldb = q.b[:0], q.k
		for range q.m * q.k {
			q.a = append(q.a, rng.NormFloat64())
		}
		for range q.n * q.k {
			q.b = append(q.b, rng.NormFloat64())
		}
		want := q.reference(false)
		x, err := New[float64](simd.Auto, 2)
		if err != nil {
			t.Fatal(err)
		}
		c := append([]float64(nil), q.c...)
		cut := 1 + rng.IntN(q.k-1)
		x.Multiply(Product[float64]{M: q.m, N: q.n, K: cut, A: Matrix[float64]{Data: q.a, LD: q.lda}, B: Matrix[float64]{Data: q.b, LD: q.ldb, Trans: true}, C: Matrix[float64]{Data: c, LD: q.ldc}, Alpha: 1})
		x.Multiply(Product[float64]{M: q.m, N: q.n, K: q.k - cut, A: Matrix[float64]{Data: q.a[cut:], LD: q.lda}, B: Matrix[float64]{Data: q.b[cut:], LD: q.ldb, Trans: true}, C: Matrix[float64]{Data: c, LD: q.ldc}, Resume: true})
		for i := range c {
			if c[i] != want[i] && (c[i] == c[i] || want[i] == want[i]) {
				t.Fatalf("%v in pieces of %d: C[%d] = %v, want %v", &q, cut, i, c[i], want[i])
			}
		}
	}
}

// TestNothing is products with no elements or no steps.
func TestNothing(t *testing.T) {
	x, err := New[float64](simd.Auto, 2)
	if err != nil {
		t.Fatal(err)
	}
	x.Multiply(Product[float64]{N: 3, K: 2, A: Matrix[float64]{LD: 2}, B: Matrix[float64]{Data: make([]float64, 6), LD: 3}, C: Matrix[float64]{LD: 3}, Alpha: 1})
	x.Multiply(Product[float64]{M: 3, K: 2, A: Matrix[float64]{Data: make([]float64, 6), LD: 2}, Alpha: 1})
	nan := math.NaN()
	c := []float64{nan, 1, 2, 3}
	x.Multiply(Product[float64]{M: 2, N: 2, B: Matrix[float64]{LD: 2}, C: Matrix[float64]{Data: c, LD: 2}, Alpha: 1})
	if fmt.Sprint(c) != "[0 0 0 0]" {
		t.Errorf("k = 0, beta = 0: %v, want zeros", c)
	}
	c = []float64{1, 2, 3, 4}
	x.Multiply(Product[float64]{M: 2, N: 2, K: 1, B: Matrix[float64]{LD: 2}, C: Matrix[float64]{Data: c, LD: 2}, Beta: 3})
	if fmt.Sprint(c) != "[3 6 9 12]" {
		t.Errorf("alpha = 0, beta = 3: %v, want 3 times what it was", c)
	}
	x.Multiply(Product[float64]{M: 2, N: 2, B: Matrix[float64]{LD: 2}, C: Matrix[float64]{Data: c, LD: 2}, Resume: true})
	if fmt.Sprint(c) != "[3 6 9 12]" {
		t.Errorf("resume with k = 0: %v, want what it was", c)
	}
}

func TestRefuses(t *testing.T) {
	if _, err := New[float64](simd.Auto, 0); err == nil || !strings.Contains(err.Error(), "0 threads") {
		t.Errorf("0 threads: %v", err)
	}
	if _, err := New[float64](simd.ISA(99), 1); err == nil {
		t.Error("an unknown instruction set gave no error")
	}
	x, err := New[float64](simd.Auto, 1)
	if err != nil {
		t.Fatal(err)
	}
	six := make([]float64, 6)
	for want, f := range map[string]func(){
		"must not be negative": func() {
			x.Multiply(Product[float64]{M: 2, N: -1, K: 3, A: Matrix[float64]{Data: six, LD: 3}, B: Matrix[float64]{Data: six, LD: 2}, C: Matrix[float64]{Data: six, LD: 2}, Alpha: 1})
		},
		"gemm: A of 2 x 3": func() {
			x.Multiply(Product[float64]{M: 2, N: 2, K: 3, A: Matrix[float64]{Data: six[:5], LD: 3}, B: Matrix[float64]{Data: six, LD: 2}, C: Matrix[float64]{Data: six, LD: 2}, Alpha: 1})
		},
		"gemm: A of 3 x 2": func() {
			x.Multiply(Product[float64]{M: 2, N: 2, K: 3, A: Matrix[float64]{Data: six, LD: 1, Trans: true}, B: Matrix[float64]{Data: six, LD: 2}, C: Matrix[float64]{Data: six, LD: 2}, Alpha: 1})
		},
		"gemm: B of 3 x 2": func() {
			x.Multiply(Product[float64]{M: 2, N: 2, K: 3, A: Matrix[float64]{Data: six, LD: 3}, B: Matrix[float64]{Data: six, LD: 3}, C: Matrix[float64]{Data: six, LD: 2}, Alpha: 1})
		},
		"gemm: C of 2 x 2": func() {
			x.Multiply(Product[float64]{M: 2, N: 2, K: 3, A: Matrix[float64]{Data: six, LD: 3}, B: Matrix[float64]{Data: six, LD: 2}, C: Matrix[float64]{Data: six, LD: 5}, Alpha: 1})
		},
	} {
		func() {
			defer func() {
				if got := fmt.Sprint(recover()); !strings.Contains(got, want) {
					t.Errorf("panic %q, want one with %q", got, want)
				}
			}()
			f()
		}()
	}
}
