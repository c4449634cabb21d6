package model

// A processor that looks for what a load reads among stores which are not done yet compares the lower twelve bits of their
// addresses. Where a kernel writes to one row and soon afterwards reads from another one in the same place of a page, the load waits
// for a store that it does not need: on Zen 4 a step of heat on rows in the first-level cache then takes 8 to 42 cycles for a
// vector and not 4.3.

const (
	page  = 4 << 10
	early = 640 // bytes that loads are ahead of stores which are not done yet
)

// tooNear tells whether rows that are so many bytes apart are too near.
func tooNear(bytes int) bool {
	d := bytes & (page - 1)
	return d < early || d > page-early
}

// apartRows is the least distance in bytes, from one on, between rows one behind the other, of which the first in are read and out
// are written, at which the fewest are too near.
func apartRows(in, out, least int) int {
	best, fewest := least, in*out+1
	for pitch := least; pitch < least+page; pitch += line {
		if n := nearRows(in, out, pitch); n < fewest {
			best, fewest = pitch, n
		}
	}
	return best
}

// nearRows is how many of them are.
func nearRows(in, out, pitch int) (n int) {
	for i := range in {
		for o := range out {
			if tooNear((in + o - i) * pitch) {
				n++
			}
		}
	}
	return n
}

// stagger chooses where in a page the buffers of a tile begin: one after the other where the fewest rows that a kernel may
// read from one and write to another are too near. Those around the end of a buffer, behind which rows begin again at the first
// one, count less.
func (b *block[T]) stagger(w *scratch[T]) {
	var slab, row int
	if len(b.sc.buffers) > 0 {
		x := &w.views[b.sc.buffers[0].rings[0]]
		slab, row = x.slab, x.row
	}
	if w.of.sc == b.sc && w.of.slab == slab && w.of.row == row {
		return
	}
	w.of.sc, w.of.slab, w.of.row = b.sc, slab, row
	reach := b.order.of(b.sys.stepReach())
	count := func(behind, slabs int) (n int) {
		for i := -b.sc.slabs - reach[0]; i <= b.sc.slabs+reach[0]; i++ {
			for j := -reach[1]; j <= reach[1]; j++ {
				if tooNear(behind + (slabs+i)*slab + j*row) {
					n++
				}
			}
		}
		return n
	}
	w.starts = w.starts[:0]
	for i := range b.sc.buffers {
		best, fewest := 0, -1
		for start := 0; start < page; start += line {
			n := 0
			for k, other := range w.starts {
				n += 8 * count(start-other, 0)
				for _, end := range []int{b.sc.buffers[i].slabs, b.sc.buffers[k].slabs} {
					n += count(start-other, end) + count(start-other, -end)
				}
			}
			if fewest < 0 || n < fewest {
				best, fewest = start, n
			}
		}
		w.starts = append(w.starts, best)
	}
}
