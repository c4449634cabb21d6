package gemm

import (
	"sync"
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
	product[T]
	kernel *kernel[T]
	x, y   []T
	group  sync.WaitGroup
}

// columnApart makes the chains in a buffer and merges them into C.
func (x *Multiplier[T]) columnApart(p product[T]) {
	s, _ := x.columns.Get().(*columns[T])
	if s == nil {
		s = &columns[T]{kernel: &x.kernel}
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
		x.multiply(product[T]{
			m: 1, n: p.m, k: p.k, a: operand[T]{s.x, p.k, false}, b: operand[T]{p.a.data, p.a.ld, !p.a.trans},
			c: s.y, ldc: p.m, alpha: 1, resume: true,
		})
	} else {
		groups := p.m / group
		threads := max(1, min(x.threads, p.m*p.k/smallest))
		for t := 1; t < threads; t++ {
			s.group.Go(func() { s.rows(cut(groups, threads, t)*group, cut(groups, threads, t+1)*group) })
		}
		s.rows(0, cut(groups, threads, 1)*group)
		s.rest(groups * group)
		s.group.Wait()
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
	s.product = product[T]{}
	x.columns.Put(s)
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
