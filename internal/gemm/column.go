package gemm

import (
	"runtime"
	"sync/atomic"
	"unsafe"

	"hybrid/internal/fma"
)

// column is a product with one column. Where the rows of op(A) lie in memory as
// rows, lanes are rows; where they are columns, the product is that of its
// transpose, with one row.
func (x *Multiplier[T]) column(p product[T]) {
	group := 2 * x.kernel.strip
	if p.ldc != 1 || !p.a.trans && p.m >= group {
		x.columnApart(p)
		return
	}
	x.multiply(product[T]{
		m: 1, n: p.m, k: p.k, a: operand[T]{p.b.data, p.b.ld, !p.b.trans}, b: operand[T]{p.a.data, p.a.ld, !p.a.trans},
		c: p.c, ldc: p.m, alpha: p.alpha, beta: p.beta, resume: p.resume,
	})
}

// columns is what column works in.
type columns[T Real] struct {
	errand
	product[T]
	kernel  *kernel[T]
	x, y    []T
	threads int
	parts   atomic.Int32 // of the rows, taken
	ready   atomic.Int32 // parts done
}

// columnApart makes the chains in a buffer and merges them into C.
func (x *Multiplier[T]) columnApart(p product[T]) {
	s, _ := x.columns.Get().(*columns[T])
	if s == nil {
		s = &columns[T]{kernel: &x.kernel}
		s.errand.run = s.take
		s.errand.done = func() {
			s.product = product[T]{}
			x.columns.Put(s)
		}
	}
	s.product = p
	s.x, s.y = sized(s.x, p.k), sized(s.y, p.m)
	step, _ := p.b.steps()
	for i := range s.x {
		s.x[i] = p.b.data[i*step]
	}
	clear(s.y)
	if p.resume {
		for i := range s.y {
			s.y[i] = p.c[i*p.ldc]
		}
	}
	if group := 2 * x.kernel.strip; p.a.trans || p.m < group {
		// Only C lies badly: a row instead of a column is the whole of it.
		s.users.Store(1)
		x.multiply(product[T]{
			m: 1, n: p.m, k: p.k, a: operand[T]{s.x, p.k, false}, b: operand[T]{p.a.data, p.a.ld, !p.a.trans},
			c: s.y, ldc: p.m, alpha: 1, resume: true,
		})
	} else {
		s.threads = max(1, min(x.threads, p.m*p.k/smallest))
		s.parts.Store(0)
		s.ready.Store(0)
		x.team.start(&s.errand, s.threads)
		s.rest(p.m / group * group)
		for s.ready.Load() < int32(perThread*s.threads) {
			runtime.Gosched()
		}
	}
	for i, v := range s.y {
		at := &p.c[i*p.ldc]
		switch {
		case p.plain():
			*at = v
		case p.beta == 0:
			*at = p.alpha * v
		default:
			*at = fma.FMA(p.alpha, v, T(p.beta**at))
		}
	}
	s.leave()
}

// take does parts of the rows until there are no more.
func (s *columns[T]) take(int) {
	group, parts := 2*s.kernel.strip, perThread*s.threads
	for {
		i := int(s.parts.Add(1)) - 1
		if i >= parts {
			return
		}
		s.rows(cut(s.m/group, parts, i)*group, cut(s.m/group, parts, i+1)*group)
		s.ready.Add(1)
	}
}

// rows does the groups of rows from i on, up to end.
func (s *columns[T]) rows(i, end int) {
	group, square := 2*s.kernel.strip, s.kernel.strip
	whole := s.k / square * square
	for ; i < end; i += group {
		if whole > 0 {
			s.kernel.column(whole/square, s.a.at(i, 0), s.a.ld, &s.x[0], &s.y[i])
		}
		for r := i; r < i+group; r++ {
			s.plainRow(r, whole)
		}
	}
}

// rest does the rows from i on, fewer than a group: the group that ends with the
// last row, in a copy.
func (s *columns[T]) rest(i int) {
	group, square := 2*s.kernel.strip, s.kernel.strip
	if i == s.m {
		return
	}
	whole := s.k / square * square
	var y [16]T // the largest group
	copy(y[group-(s.m-i):], s.y[i:])
	if whole > 0 {
		s.kernel.column(whole/square, s.a.at(s.m-group, 0), s.a.ld, &s.x[0], &y[0])
	}
	copy(s.y[i:], y[group-(s.m-i):group])
	for ; i < s.m; i++ {
		s.plainRow(i, whole)
	}
}

// plainRow does what is left of a row from step p on.
func (s *columns[T]) plainRow(i, p int) {
	a, v := unsafe.Slice(s.a.at(i, 0), s.k), s.y[i]
	for ; p < s.k; p++ {
		v = fma.FMA(a[p], s.x[p], v)
	}
	s.y[i] = v
}
