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
func (x *Multiplier[T]) column(p Product[T]) {
	group := 2 * x.kernel.strip
	if p.C.LD != 1 || !p.A.Trans && p.M >= group {
		x.columnApart(p)
		return
	}
	x.multiply(Product[T]{
		M: 1, N: p.M, K: p.K, A: Matrix[T]{p.B.Data, p.B.LD, !p.B.Trans}, B: Matrix[T]{p.A.Data, p.A.LD, !p.A.Trans},
		C: Matrix[T]{Data: p.C.Data, LD: p.M}, Alpha: p.Alpha, Beta: p.Beta, Resume: p.Resume,
	})
}

// columns is what column works in.
type columns[T Real] struct {
	region
	Product[T]
	kernel  *kernel[T]
	x, y    []T
	threads int
	parts   atomic.Int32 // of the rows, taken
	ready   atomic.Int32 // parts done
}

// columnApart makes the chains in a buffer and merges them into C.
func (x *Multiplier[T]) columnApart(p Product[T]) {
	s, _ := x.columns.Get().(*columns[T])
	if s == nil {
		s = &columns[T]{kernel: &x.kernel}
		s.region.run = s.take
		s.region.done = func() {
			s.Product = Product[T]{}
			x.columns.Put(s)
		}
	}
	s.Product = p
	s.x, s.y = sized(s.x, p.K), sized(s.y, p.M)
	step, _ := p.B.steps()
	for i := range s.x {
		s.x[i] = p.B.Data[i*step]
	}
	clear(s.y)
	if p.Resume {
		for i := range s.y {
			s.y[i] = p.C.Data[i*p.C.LD]
		}
	}
	if group := 2 * x.kernel.strip; p.A.Trans || p.M < group {
		// Only C lies badly: a row instead of a column is the whole of it.
		s.users.Store(1)
		x.multiply(Product[T]{
			M: 1, N: p.M, K: p.K, A: Matrix[T]{s.x, p.K, false}, B: Matrix[T]{p.A.Data, p.A.LD, !p.A.Trans},
			C: Matrix[T]{Data: s.y, LD: p.M}, Alpha: 1, Resume: true,
		})
	} else {
		s.threads = max(1, min(x.threads, p.M*p.K/smallest))
		s.parts.Store(0)
		s.ready.Store(0)
		x.team.start(&s.region, s.threads)
		s.remainder(p.M / group * group)
		for s.ready.Load() < int32(perThread*s.threads) {
			runtime.Gosched()
		}
	}
	for i, v := range s.y {
		at := &p.C.Data[i*p.C.LD]
		switch {
		case p.plain():
			*at = v
		case p.Beta == 0:
			*at = p.Alpha * v
		default:
			*at = fma.FMA(p.Alpha, v, T(p.Beta**at))
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
		s.rows(cut(s.M/group, parts, i)*group, cut(s.M/group, parts, i+1)*group)
		s.ready.Add(1)
	}
}

// rows does the groups of rows from i on, up to end.
func (s *columns[T]) rows(i, end int) {
	group, square := 2*s.kernel.strip, s.kernel.strip
	whole := s.K / square * square
	for ; i < end; i += group {
		if whole > 0 {
			s.kernel.column(whole/square, s.A.at(i, 0), s.A.LD, &s.x[0], &s.y[i])
		}
		for r := i; r < i+group; r++ {
			s.plainRow(r, whole)
		}
	}
}

// remainder does the rows from i on, fewer than a group: the group that ends with the
// last row, in a copy.
func (s *columns[T]) remainder(i int) {
	group, square := 2*s.kernel.strip, s.kernel.strip
	if i == s.M {
		return
	}
	whole := s.K / square * square
	var y [16]T // the largest group
	copy(y[group-(s.M-i):], s.y[i:])
	if whole > 0 {
		s.kernel.column(whole/square, s.A.at(s.M-group, 0), s.A.LD, &s.x[0], &y[0])
	}
	copy(s.y[i:], y[group-(s.M-i):group])
	for ; i < s.M; i++ {
		s.plainRow(i, whole)
	}
}

// plainRow does what is left of a row from step p on.
func (s *columns[T]) plainRow(i, p int) {
	a, v := unsafe.Slice(s.A.at(i, 0), s.K), s.y[i]
	for ; p < s.K; p++ {
		v = fma.FMA(a[p], s.x[p], v)
	}
	s.y[i] = v
}
