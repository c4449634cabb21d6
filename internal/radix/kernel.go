package radix

import "hybrid/simd"

// kernels are the inner loops for keys of one size on one instruction set. count,
// spread and combine take whole vectors of keys; the Go ones are the reference.
type kernels[U word] struct {
	lanes   int // keys of a vector
	longest int // run that runs sorts
	usual   int // length of the runs to cut into
	slot    int // a length that a run is not likely to exceed, longest at most
	bucket  int // keys of a bucket that one thread sorts fastest
	alone   int // most keys that are faster as one bucket
	most    int // keys of a leaf
	slotted int // most keys for which a slot is kept for every run
	line    int // keys that combine collects, 1 if it does not

	count   func(g *uint64, keys *U, n int, counts *uint32)
	spread  func(g *uint64, keys *U, n int, dst *U, next *uint64)
	combine func(g *uint64, keys *U, n int, dst *U, skip int, next, begin *uint64, lines *U)
	bounds  func(keys *U, n int, lowest, highest *U)
	ordered func(g *uint64, keys *U, n int) (falls, rises uint64)

	// Runs are sorted by one of the two.
	runs   func(dst, src *U, ends *uint64, n int, first, step uint64, add, flip U) int
	groups func(dst, src *U, ends *uint64, n int, first, step uint64, room int, bias, add, flip U) (sorted, keys int)
	span   U // groups takes ranks that differ by no more
	lowest U // and wants the least of them to be this; 0 for any
}

// kernelsFor returns the kernels for an instruction set, which must be one that
// this processor has.
func kernelsFor[U word](isa simd.ISA) *kernels[U] {
	k := &kernels[U]{lanes: 1, longest: 32, usual: 10, slot: 28, bucket: serial / 8, alone: serial / 32, most: serial / 2, slotted: serial, line: 1}
	vectorKernels(isa, any(k))
	return k
}

// vectors splits n keys into whole vectors and the rest.
func (k *kernels[U]) vectors(n int) int { return n / k.lanes * k.lanes }

// countCells adds to counts the keys of every cell.
func (k *kernels[U]) countCells(g *grid[U], keys []U, counts []uint32) {
	n := 0
	if k.count != nil {
		if n = k.vectors(len(keys)); n > 0 {
			k.count(g.at(), &keys[0], n, &counts[0])
		}
	}
	o := g.order()
	for _, v := range keys[n:] {
		counts[g.cell(o.rank(v))]++
	}
}

// spreadCells moves every key, a rank, to the next place of its cell.
func (k *kernels[U]) spreadCells(g *grid[U], keys, dst []U, next []uint64) {
	n := 0
	if k.spread != nil {
		if n = k.vectors(len(keys)); n > 0 {
			k.spread(g.at(), &keys[0], n, &dst[0], &next[0])
		}
	}
	for _, v := range keys[n:] {
		c := g.cell(v)
		dst[next[c]] = v
		next[c]++
	}
}

// minmax returns the least and the greatest of some ranks, at least one.
func (k *kernels[U]) minmax(d *workspace[U], keys []U) (low, high U) {
	low, high = keys[0], keys[0]
	n := 0
	if k.bounds != nil {
		if n = k.vectors(len(keys)); n > 0 {
			lows, highs := &d.bounds[0], &d.bounds[1]
			k.bounds(&keys[0], n, &lows[0], &highs[0])
			for i := range k.lanes {
				low, high = min(low, lows[i]), max(high, highs[i])
			}
		}
	}
	for _, v := range keys[n:] {
		low, high = min(low, v), max(high, v)
	}
	return low, high
}

// directions tells whether a key is below the one before it, and whether one is above
// it. It stops soon after it has seen both.
func (k *kernels[U]) directions(d *workspace[U], o order[U], keys []U) (falls, rises bool) {
	n := 0
	if k.ordered != nil && len(keys) > k.lanes {
		d.grid = grid[U]{}.mapping(o)
		n = k.vectors(len(keys) - 1)
		f, r := k.ordered(d.grid.at(), &keys[0], n)
		falls, rises = f != 0, r != 0
	}
	for i := n + 1; i < len(keys) && !(falls && rises); i++ {
		a, b := o.rank(keys[i-1]), o.rank(keys[i])
		falls, rises = falls || b < a, rises || b > a
	}
	return falls, rises
}
