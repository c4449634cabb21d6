package radix

import "hybrid/simd"

// kernels are the inner loops for keys of one size on one instruction set. count,
// spread and combine take whole vectors of keys; the Go ones are the reference.
type kernels[U word] struct {
	lanes   int // keys of a vector
	longest int // run that runs sorts
	usual   int // length of the runs to cut into
	slot    int // a length that a run is not likely to exceed, longest at most
	slotted int // most keys for which a slot is kept for every run
	line    int // keys that combine collects, 1 if it does not

	count   func(g *uint64, keys *U, n int, counts *uint32)
	spread  func(g *uint64, keys *U, n int, dst *U, next *uint64)
	combine func(g *uint64, keys *U, n int, dst *U, skip int, next, begin *uint64, lines *U)
	bounds  func(keys *U, n int, lowest, highest *U)

	// Runs are sorted by one of the two.
	runs   func(dst, src *U, ends *uint64, n int, first, step uint64, add, flip U) int
	groups func(dst, src *U, ends *uint64, n int, first, step uint64, room int, bias, add, flip U) (sorted, keys int)
	span   U // groups takes ranks that differ by no more
	lowest U // and wants the least of them to be this; 0 for any
}

// kernelsFor returns the kernels for an instruction set, which must be one that
// this processor has.
func kernelsFor[U word](isa simd.ISA) *kernels[U] {
	k := &kernels[U]{lanes: 1, longest: 32, usual: 10, slot: 28, slotted: serial, line: 1}
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
func (k *kernels[U]) minmax(keys []U) (low, high U) {
	low, high = keys[0], keys[0]
	n := 0
	if k.bounds != nil {
		if n = k.vectors(len(keys)); n > 0 {
			var lows, highs [16]U
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
