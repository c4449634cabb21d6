package radix

import (
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"unsafe"

	"hybrid/internal/guard"
	"hybrid/internal/pages"
	"hybrid/simd"
)

// Options choose how to sort. They change the speed and nothing else; the zero
// value is one thread of the best instruction set.
type Options struct {
	Threads int // 0 for one
	ISA     simd.ISA
	// Progress, if set, is told on any thread of so many keys that they were cut into
	// buckets, and later that they are in their places: twice of each, and not at all
	// where there are few or they are in order already.
	Progress func(keys int)
}

// Sort sorts x in the order of the ranks of its keys. It works in tmp, which is as
// long as x and does not overlap it; what that holds afterwards is of no use.
//
// Expected time is O(n); at worst, where each step cuts off a few keys, it is
// O(n w / log n) for keys of w bits. Slices of pages.Make are the fastest.
func Sort[T Key](x, tmp []T, o Options) error {
	if len(tmp) != len(x) {
		return fmt.Errorf("radix: %d keys and room for %d", len(x), len(tmp))
	}
	isa, err := o.ISA.Resolve()
	if err != nil {
		return err
	}
	if o.Threads < 0 {
		return fmt.Errorf("radix: %d threads: want 1 or more, or 0 for one", o.Threads)
	}
	if unsafe.Sizeof(*new(T)) == 4 {
		sortWords(newSorter[uint32](isa, o, orderOf[T, uint32]()), words[uint32](x), words[uint32](tmp))
	} else {
		sortWords(newSorter[uint64](isa, o, orderOf[T, uint64]()), words[uint64](x), words[uint64](tmp))
	}
	return nil
}

// A sorter is one call of Sort.
type sorter[U word] struct {
	*kernels[U]
	order      order[U] // of what x holds
	back       order[U] // of what it shall hold
	workspaces []*workspace[U]
	progress   func(keys int)
}

func newSorter[U word](isa simd.ISA, o Options, of order[U]) *sorter[U] {
	s := &sorter[U]{kernels: kernelsFor[U](isa), order: of, back: of, progress: o.Progress}
	if s.progress == nil {
		s.progress = func(int) {}
	}
	for range max(o.Threads, 1) {
		s.workspaces = append(s.workspaces, new(workspace[U]))
	}
	return s
}

// A workspace is what one thread works with at one depth of the recursion.
type workspace[U word] struct {
	counts  []uint32
	next    []uint64
	scratch []uint64
	keys    []U
	bucket  []U  // brought together from its parts
	sorted  []U  // runs, before they go to their places
	slots   bool // keys is memory of its own, for scatterUncounted
	skip    int  // calls of scatterUncounted that would be in vain
	below   *workspace[U]
}

// reset gives the workspace counts and next for so many cells, the counts 0.
func (d *workspace[U]) reset(cells int) {
	if len(d.counts) < cells {
		d.counts, d.next = make([]uint32, cells), make([]uint64, cells)
	}
	if d.scratch == nil {
		d.scratch = pages.Make[uint64](scratchBytes / 8)
	}
	clear(d.counts[:cells])
}

// ThreadBytes is about the most that a thread takes beside keys and room to move them,
// if its share is so many keys: counts, places and a cache line for each cell at every
// depth of the recursion, and keys that stay near.
func ThreadBytes(keys int) float64 { return min(4<<20, 256<<10+96*float64(keys)) }

// near is room for n keys that the caches have from the time before.
func (d *workspace[U]) near(n int) []U {
	if len(d.keys) < n {
		d.keys = pages.Make[U](n)
	}
	return d.keys[:n]
}

func (d *workspace[U]) deeper() *workspace[U] {
	if d.below == nil {
		d.below = new(workspace[U])
	}
	return d.below
}

// SerialKeys is the number of keys up to which one thread sorts alone, in its caches.
const SerialKeys = serial

const serial = 1 << 16

func sortWords[U word](s *sorter[U], x, tmp []U) {
	switch {
	case s.done(x):
	case len(x) <= serial:
		s.order.toRanks(x)
		s.leaf(s.workspaces[0], x, tmp, x, nil)
	default:
		s.split(x, tmp, x, true)
	}
}

// done sorts x if it is in order already, or in the reverse one.
func (s *sorter[U]) done(x []U) bool {
	i := 1
	for i < len(x) && s.order.rank(x[i-1]) <= s.order.rank(x[i]) {
		i++
	}
	if i >= len(x) {
		s.convert(x)
		return true
	}
	if s.order.rank(x[0]) <= s.order.rank(x[i-1]) && i > 1 && x[0] != x[i-1] {
		return false
	}
	for i < len(x) && s.order.rank(x[i-1]) >= s.order.rank(x[i]) {
		i++
	}
	if i < len(x) {
		return false
	}
	slices.Reverse(x)
	s.convert(x)
	return true
}

// convert makes what is in order already what it shall be.
func (s *sorter[U]) convert(x []U) {
	if s.order != s.back {
		s.back.toBits(x)
	}
}

// leaf sorts ranks, which are in from, into final on one thread. final is from or
// to, and to is there to work in. e turns ranks into bits, nil asks for a look.
func (s *sorter[U]) leaf(d *workspace[U], from, to, final []U, e *decoder[U]) {
	if len(from) == 0 {
		return
	}
	short := len(from) <= s.longest
	var low, high U
	if e == nil || !short {
		low, high = s.minmax(from)
	}
	if e == nil {
		common, ok := s.back.decoder(low, high)
		if !ok {
			s.leaf(d, from, to, final, &decoder[U]{high: ^U(0)})
			s.back.toBits(final)
			return
		}
		e = &common
	} else if !short {
		e = &decoder[U]{e.add, e.flip, low, high}
	}
	switch {
	case short:
		s.sortRuns(d, final, from, []uint64{uint64(len(from))}, 0, 0, *e)
		return
	case low == high:
		fill(final, low+e.add^e.flip)
		return
	}
	g := newGrid(low, high, max(len(from)/s.usual, 16))
	d.reset(g.cells)
	g.scratch = &d.scratch[0]
	if d.slots && len(from) <= s.slotted && s.scatterUncounted(d, &g, from, final, *e) {
		return
	}
	s.countCells(&g, from, d.counts)
	sum := uint64(0)
	next := d.next[:g.cells]
	for i := range next {
		next[i] = sum
		sum += uint64(d.counts[i])
	}
	s.spreadCells(&g, from, to, next)
	for i, first := 0, uint64(0); i < len(next); {
		if n := s.sortRuns(d, final, to, next[i:], first, 0, *e); n > 0 {
			i += n
			first = next[i-1]
		}
		if i < len(next) {
			last := next[i]
			s.leaf(d.deeper(), to[first:last], from[first:last], final[first:last], e)
			first = last
			i++
		}
	}
}

// scatterUncounted is the rest of leaf for keys that are spread evenly enough that no cell
// has much more than its share: then nothing has to be counted before they are
// moved. It reports false, and from is as it was, if that is not so.
func (s *sorter[U]) scatterUncounted(d *workspace[U], g *grid[U], from, final []U, e decoder[U]) bool {
	if d.skip > 0 {
		d.skip--
		return false
	}
	slot := s.slot
	room := d.near(g.cells*slot + len(from)) // enough for all in the last cell
	next := d.next[:g.cells]
	for i := range next {
		next[i] = uint64(i * slot)
	}
	s.spreadCells(g, from, room, next)
	for i, end := range next {
		if end > uint64((i+1)*slot) {
			d.skip = 8 // what comes next is likely to be alike
			return false
		}
	}
	s.sortRuns(d, final, room, next, 0, uint64(slot), e)
	return true
}

func fill[U word](x []U, v U) {
	for i := range x {
		x[i] = v
	}
}

// each calls f for every one of so many threads at once.
func each(threads int, f func(t int)) {
	var wg sync.WaitGroup
	for t := 1; t < threads; t++ {
		guard.Go(&wg, func() { f(t) })
	}
	f(0)
	wg.Wait()
}

// split cuts many keys into buckets, on all threads, and sorts those into final.
// outer says that from holds what the sorter was given, not ranks yet.
func (s *sorter[U]) split(from, to, final []U, outer bool) {
	p := &partition[U]{kernels: s.kernels, workspaces: s.workspaces}
	if outer {
		p.order = s.order
	}
	low, high := p.span(from, !outer)
	if low == high && !outer {
		fill(final, s.back.bits(low))
		s.progress(len(final))
		return
	}
	p.cut(from, low, high, cellsFor(len(from)))
	p.group(max(len(from)/MostBuckets, BucketKeys(len(from), len(s.workspaces))))
	p.move(from, to)
	if outer {
		s.progress(len(from))
	}
	var small []bucket
	for b := range p.starts[1:] {
		lo, hi := p.starts[b], p.starts[b+1]
		if hi-lo > 8*serial {
			s.split(to[lo:hi], from[lo:hi], final[lo:hi], false)
		} else if hi > lo {
			small = append(small, bucket{b, lo, hi})
		}
	}
	s.leaves(small, final, func(_ *workspace[U], b bucket) []U { return to[b.lo:b.hi] })
}

// A bucket is keys that belong to places lo to hi.
type bucket struct{ number, lo, hi int }

// leaves sorts the keys of buckets, which get finds, to their places, on all threads.
func (s *sorter[U]) leaves(buckets []bucket, final []U, get func(d *workspace[U], b bucket) []U) {
	slices.SortStableFunc(buckets, func(a, b bucket) int { return (b.hi - b.lo) - (a.hi - a.lo) })
	var taken atomic.Int64
	each(len(s.workspaces), func(t int) {
		d := s.workspaces[t]
		for {
			i := int(taken.Add(1)) - 1
			if i >= len(buckets) {
				return
			}
			b := buckets[i]
			d.slots = true
			s.leaf(d, get(d, b), d.near(b.hi-b.lo), final[b.lo:b.hi], nil)
			s.progress(b.hi - b.lo)
		}
	})
}

// BucketKeys is how many keys a bucket should have at least when so many threads sort
// keys: enough for each, so that none waits long for the last.
func BucketKeys(keys, threads int) int { return min(serial/2, keys/(8*max(threads, 1))) }

// MostBuckets is how many buckets a split aims at: more lines than those of so
// many do not stay in the second-level cache.
const MostBuckets = 2048

func cellsFor(n int) int { return min(max(n/64, 256), 8192) }
