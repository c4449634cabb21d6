package gemm

import "unsafe"

// pack copies one part of a panel of B into its buffer, in slivers of two
// vectors of columns, each with its k steps one after the other:
//
//	k=0  [ b b b b b b b b ]  sliver 0
//	k=1  [ b b b b b b b b ]
//	...
//	k=0  [ b b b b b b b b ]  sliver 1
//
// The last sliver may be narrower; what is left of its rows is never read.
func (j *job[T]) pack(panel, part int) {
	if panel >= 2 {
		j.await(&j.computed[panel-2], j.rows*j.cols)
	}
	j0, n, k0, k := j.extent(panel)
	nr := j.kernel.cols()
	slivers, to := ceil(n, nr), j.bufB[panel%2]
	for s := cut(slivers, j.parts, part); s < cut(slivers, j.parts, part+1); s++ {
		sliver, cols := to[s*nr*k:][:nr*k], min(nr, n-s*nr)
		switch {
		case j.B.Trans:
			j.transposed(sliver, j0+s*nr, cols, k0, k)
		case cols == nr:
			j.kernel.copy(k, j.B.at(k0, j0+s*nr), j.B.LD, &sliver[0])
		default:
			for p := range k {
				copy(sliver[p*nr:][:cols], j.B.Data[(k0+p)*j.B.LD+j0+s*nr:])
			}
		}
	}
	j.packed[panel].Add(1)
}

// transposed packs a sliver of a B whose columns are stored as rows.
func (j *job[T]) transposed(sliver []T, col, cols, k0, k int) {
	nr, strip := j.kernel.cols(), j.kernel.strip
	whole := k / strip * strip
	for c := 0; c < cols; c += strip {
		width, done := min(strip, cols-c), 0
		if width == strip && whole > 0 {
			j.kernel.transpose(whole/strip, j.B.at(k0, col+c), j.B.LD, &sliver[c], nr)
			done = whole
		}
		for i := range width {
			from := j.B.Data[(col+c+i)*j.B.LD+k0:][:k]
			for p := done; p < k; p++ {
				sliver[p*nr+c+i] = from[p]
			}
		}
	}
}

// line is the number of values of a cache line.
func (k *kernel[T]) line() int {
	var v T
	return 64 / int(unsafe.Sizeof(v))
}
