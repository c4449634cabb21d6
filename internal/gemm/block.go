package gemm

// compute takes one block of C through one panel.
func (j *job[T]) compute(s *scratch[T], panel, block int) {
	j0, n, k0, k := j.extent(panel)
	nr := j.kernel.cols()
	slivers, r, c := ceil(n, nr), block/j.cols, block%j.cols
	w := work[T]{
		job: j, scratch: s, bufB: j.bufB[panel%2], j0: j0,
		c0: cut(slivers, j.cols, c) * nr, c1: min(cut(slivers, j.cols, c+1)*nr, n),
		i0: cut(j.M, j.rows, r), i1: cut(j.M, j.rows, r+1),
	}
	j.await(&j.packed[panel], j.parts)
	j.await(&j.block[block], panel)
	if w.c0 < w.c1 {
		for p := 0; p < k; p += j.inner {
			w.run(k0+p, min(j.inner, k-p))
		}
	}
	j.block[block].Add(1)
	j.computed[panel].Add(1)
}

// work is one block on one thread: rows i0 to i1, columns c0 to c1 counted from
// the panel's first, which is j0.
type work[T Real] struct {
	*job[T]
	*scratch[T]
	bufB               []T
	j0, c0, c1, i0, i1 int
}

// run does k steps from k0 on.
func (w *work[T]) run(k0, k int) {
	rows := w.i1 - w.i0
	a := w.Product.A.at(w.i0, k0)
	ars, acs := w.Product.A.steps()
	if w.packA {
		a, ars, acs = w.copyA(k0, k)
	}
	resume := 1
	if k0 == 0 && !w.Resume {
		resume = 0
	}
	tiles := ceil(rows, w.kernel.rows)
	for c := w.c0; c < w.c1; {
		cols := min(w.kernel.cols(), w.c1-c)
		if w.wide && w.c1-c >= 2*cols {
			cols *= 2
		}
		b, brs := w.B.at(k0, w.j0+c), w.B.LD
		if w.packB {
			b, brs = &w.bufB[c*k], w.kernel.cols()
		}
		own := w.Product.C.Data[w.i0*w.C.LD+w.j0+c:]
		to, crs := &own[0], w.C.LD
		if !w.plain() {
			to, crs = w.partialC(c)
		}
		// While this sliver of B is multiplied with, the next one is fetched.
		next, rate := k*brs, ceil(brs, tiles)
		if !w.packB {
			next, rate = 0, 0
		}
		for t := range tiles {
			r0, r1 := cut(rows, tiles, t), cut(rows, tiles, t+1)
			ahead := (r1 - r0) * crs
			if t == tiles-1 {
				ahead = cols - r0*crs
			}
			w.kernel.tile(r1-r0, cols, k, at(a, r0*ars), ars, acs, b, brs, at(to, r0*crs), crs, resume, ahead, next+t*k*rate, rate)
		}
		if k0+k == w.K && !w.plain() {
			var beta *T
			if w.Beta != 0 {
				beta = &w.Beta
			}
			w.kernel.merge(rows, cols, &w.Alpha, beta, to, crs, &own[0], w.C.LD)
		}
		c += cols
	}
}

// partialC is where the chains of the block from column c on are kept until they
// can be merged into C, and the distance of their rows: with one panel of k, the
// thread's own scratch, a block's width where it goes through k in several
// turns, else a tile's.
func (w *work[T]) partialC(c int) (*T, int) {
	if w.panelsK > 1 {
		return &w.chains[w.i0*w.nc+c], w.nc
	}
	width, column := w.kernel.cols(), 0
	if !w.packB {
		width, column = w.c1-w.c0, c-w.c0
	}
	w.scratch.c = sized(w.scratch.c, (w.i1-w.i0)*width)
	return &w.scratch.c[column], width
}

// copyA copies the block's part of A, which leaves its rows, or those of its
// transpose, an odd number of cache lines apart, and returns it as an operand of
// the tile kernel.
func (w *work[T]) copyA(k0, k int) (a *T, ars, acs int) {
	n, length := w.i1-w.i0, k
	if w.Product.A.Trans {
		n, length = length, n
	}
	line := w.kernel.line()
	step := (ceil(length, line) | 1) * line
	w.scratch.a = sized(w.scratch.a, n*step)
	i0, j0 := w.i0, k0
	if w.Product.A.Trans {
		i0, j0 = j0, i0
	}
	from := w.Product.A.Data[i0*w.Product.A.LD+j0:]
	for i := range n {
		copy(w.scratch.a[i*step:][:length], from[i*w.Product.A.LD:])
	}
	if w.Product.A.Trans {
		return &w.scratch.a[0], 1, step
	}
	return &w.scratch.a[0], step, 1
}
