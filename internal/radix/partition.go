package radix

import "unsafe"

// A partition moves keys into buckets of neighbouring ranks, in the order of
// the ranks.
type partition[U word] struct {
	*kernels[U]
	workspaces []*workspace[U]
	order      order[U]
	grid       grid[U]
	counts     [][]int  // per thread, of every cell
	table      []uint16 // cell -> bucket
	starts     []int    // of the buckets, and the end of the last
}

// share is the part of n keys that thread t of so many takes, whole lines of them.
func share(n, t, threads int) (lo, hi int) {
	cut := func(t int) int {
		if t == threads {
			return n
		}
		return n / threads * t &^ 63
	}
	return cut(t), cut(t + 1)
}

// span returns ranks between which most keys lie, from a sample, or all if it
// shall be exact.
func (p *partition[U]) span(x []U, exact bool) (low, high U) {
	if exact { // x holds ranks
		lows, highs := make([]U, len(p.workspaces)), make([]U, len(p.workspaces))
		each(len(p.workspaces), func(t int) {
			lo, hi := share(len(x), t, len(p.workspaces))
			if lo == hi {
				lo, hi = 0, 1
			}
			lows[t], highs[t] = p.minmax(p.workspaces[t], x[lo:hi])
		})
		low, high = lows[0], highs[0]
		for t := range lows {
			low, high = min(low, lows[t]), max(high, highs[t])
		}
		return low, high
	}
	low, high = p.order.rank(x[0]), p.order.rank(x[0])
	sample(len(x), 1024, func(i int) bool {
		v := p.order.rank(x[i])
		low, high = min(low, v), max(high, v)
		return true
	})
	return low, high
}

// sample calls f with so many random numbers below n, the same ones every time, until it
// reports false.
func sample(n, numbers int, f func(i int) bool) {
	at := uint64(0)
	for range numbers {
		at = at*6364136223846793005 + 1442695040888963407
		if !f(int((at >> 32) * uint64(n) >> 32)) {
			return
		}
	}
}

// cut lays a grid from low to high and counts the keys of its cells. If low is
// high the grid has cells for what is below, equal and above.
func (p *partition[U]) cut(x []U, low, high U, cells int) {
	if low == high {
		low, high = max(low, 1)-1, min(high, ^U(0)-1)+1
	}
	p.grid = newGrid(low, high, cells).mapping(p.order)
	p.counts = make([][]int, len(p.workspaces))
	each(len(p.workspaces), func(t int) {
		d := p.workspaces[t]
		d.grid = p.grid
		g := &d.grid
		sum := atLeast(&d.cells, g.cells)
		clear(sum)
		lo, hi := share(len(x), t, len(p.workspaces))
		for lo < hi {
			n := min(hi-lo, 1<<30) // so many are counted in 32 bits
			d.reset(g.cells)
			g.scratch = &d.scratch[0]
			p.countCells(g, x[lo:lo+n], d.counts)
			for i := range sum {
				sum[i] += int(d.counts[i])
			}
			lo += n
		}
		p.counts[t] = sum
	})
}

// group joins cells to buckets of about so many keys; a cell with more is a bucket
// of its own.
func (p *partition[U]) group(size int) {
	p.table = make([]uint16, p.grid.cells)
	p.starts = []int{0}
	bucket, have, sum := 0, 0, 0
	for c := range p.table {
		n := 0
		for _, counts := range p.counts {
			n += counts[c]
		}
		if have > 0 && have+n > size {
			p.starts = append(p.starts, sum)
			bucket, have = bucket+1, 0
		}
		p.table[c] = uint16(bucket)
		have += n
		sum += n
	}
	p.starts = append(p.starts, sum)
}

// move moves the ranks of all keys to their buckets.
func (p *partition[U]) move(from, to []U) {
	buckets := len(p.starts) - 1
	begins := make([][]uint64, len(p.workspaces)+1)
	for t := range begins {
		begins[t] = make([]uint64, buckets)
	}
	for b, start := range p.starts[:buckets] {
		begins[0][b] = uint64(start)
	}
	for t, counts := range p.counts {
		copy(begins[t+1], begins[t])
		for c, n := range counts {
			begins[t+1][p.table[c]] += uint64(n)
		}
	}
	each(len(p.workspaces), func(t int) {
		lo, hi := share(len(from), t, len(p.workspaces))
		p.moveShare(p.workspaces[t], from[lo:hi], to, begins[t])
	})
}

// moveShare moves one thread's share. begin are the places of its buckets.
func (p *partition[U]) moveShare(d *workspace[U], from, to []U, begin []uint64) {
	if len(from) == 0 {
		return
	}
	d.grid = p.grid
	g := &d.grid
	g.table, g.scratch = &p.table[0], &d.scratch[0]
	o := g.order()
	// Places are counted from where a line begins, so that to may begin anywhere.
	size := unsafe.Sizeof(to[0])
	skip := uintptr(unsafe.Pointer(&to[0])) % (uintptr(p.line) * size) / size
	n := 0
	if p.combine != nil && len(from) >= p.line*len(begin) { // fewer hardly fill the lines
		n = p.vectors(len(from))
	}
	if n > 0 {
		lines := atLeast(&d.lines, p.line*len(begin))
		next, first := atLeast(&d.begins[0], len(begin)), atLeast(&d.begins[1], len(begin))
		for b := range begin {
			next[b] = begin[b] + uint64(skip)
		}
		copy(first, next)
		p.combine(g.at(), &from[0], n, &to[0], int(skip), &next[0], &first[0], &lines[0])
		for b, end := range next {
			line := uint64(p.line)
			for i := max(first[b], end&^(line-1)); i < end; i++ {
				to[i-uint64(skip)] = lines[uint64(b)*line+i%line]
			}
			begin[b] = end - uint64(skip)
		}
	}
	for _, v := range from[n:] {
		r := o.rank(v)
		b := p.table[g.cell(r)]
		to[begin[b]] = r
		begin[b]++
	}
}
