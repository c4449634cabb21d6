package radix

import (
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"unsafe"

	"hybrid/internal/guard"
	"hybrid/simd"
)

// Options choose how to sort. They change the speed and nothing else; the zero
// value is one thread of the best instruction set.
type Options struct {
	Threads int // 0 for one
	ISA     simd.ISA
	// Workspaces, if set, is what the threads work with; it stays for the next sort.
	Workspaces *Workspaces
	// Progress, if set, is told on any thread of so many keys that they were cut into
	// buckets, and later that they are in their places: twice of each, and not at all
	// where there are few, or few values, or they are in order already.
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
	w := o.Workspaces
	if w == nil {
		w = new(Workspaces)
	}
	s.workspaces = workspacesOf[U](w, max(o.Threads, 1))
	for _, d := range s.workspaces {
		d.skip = 0
	}
	return s
}

// serialKeys is the number of keys up to which one of so many threads sorts alone: what
// it can sort about as fast as others are woken.
func (k *kernels[U]) serialKeys(threads int) int {
	if threads <= 1 {
		return k.alone
	}
	return 1 << 14
}

const serial = 1 << 16

func sortWords[U word](s *sorter[U], x, tmp []U) {
	switch {
	case s.done(x) || s.fewDone(x):
	case len(x) <= s.serialKeys(1):
		s.order.toRanks(x)
		d := s.workspaces[0]
		d.slots = true
		s.leaf(d, x, tmp, x, nil)
	case len(x) <= s.serialKeys(len(s.workspaces)):
		s.by(s.workspaces[0]).split(x, tmp, x, true)
	default:
		s.split(x, tmp, x, true)
	}
}

// by is the sorter of one thread.
func (s *sorter[U]) by(d *workspace[U]) *sorter[U] {
	one := *s
	one.workspaces = []*workspace[U]{d}
	return &one
}

// done sorts x if it is in order already, or in the reverse one.
func (s *sorter[U]) done(x []U) bool {
	var falls, rises atomic.Bool
	const head, piece = 1 << 8, 1 << 16
	look := func(d *workspace[U], lo, hi int) {
		f, r := s.directions(d, s.order, x[lo:hi])
		if f {
			falls.Store(true)
		}
		if r {
			rises.Store(true)
		}
	}
	neither := func() bool { return falls.Load() && rises.Load() }
	if look(s.workspaces[0], 0, min(head, len(x))); neither() {
		return false
	}
	s.shares(x, func(t, lo, hi int) {
		for ; lo < hi && !neither(); lo += piece {
			look(s.workspaces[t], max(lo-1, 0), min(lo+piece, hi))
		}
	})
	switch {
	case neither():
		return false
	case falls.Load():
		s.shares(x[:len(x)/2], func(_, lo, hi int) {
			for i, j := lo, len(x)-1-lo; i < hi; i, j = i+1, j-1 {
				x[i], x[j] = x[j], x[i]
			}
		})
	}
	return true
}

// shares calls f for every thread's share of x, at once.
func (s *sorter[U]) shares(x []U, f func(t, lo, hi int)) {
	threads := len(s.workspaces)
	if len(x) < minShare*threads {
		f(0, 0, len(x))
		return
	}
	each(threads, func(t int) {
		lo, hi := share(len(x), t, threads)
		f(t, lo, hi)
	})
}

// minShare is how many keys of a look or a copy are worth a thread of its own.
const minShare = 1 << 15

// leaf sorts ranks, which are in from, into final on one thread. final is from or
// to, and to is there to work in. e turns ranks into bits, nil asks for a look.
func (s *sorter[U]) leaf(d *workspace[U], from, to, final []U, e *decoder[U]) {
	if len(from) == 0 {
		return
	}
	short := len(from) <= s.longest
	var low, high U
	if e == nil || !short {
		low, high = s.minmax(d, from)
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
	d.grid = newGrid(low, high, max(len(from)/s.usual, 16))
	g := &d.grid
	d.reset(g.cells)
	g.scratch = &d.scratch[0]
	if d.slots && len(from) <= s.slotted && s.scatterUncounted(d, g, from, final, *e) {
		return
	}
	s.countCells(g, from, d.counts)
	sum := uint64(0)
	next := d.next[:g.cells]
	for i := range next {
		next[i] = sum
		sum += uint64(d.counts[i])
	}
	s.spreadCells(g, from, to, next)
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
	p.group(s.bucketKeys(len(from), len(s.workspaces)))
	p.move(from, to)
	if outer {
		s.progress(len(from))
	}
	var buckets []bucket
	for b, hi := range p.starts[1:] {
		if lo := p.starts[b]; hi > lo {
			buckets = append(buckets, bucket{b, lo, hi})
		}
	}
	s.sortBuckets(buckets, to, from, final)
}

// sortBuckets sorts the keys of buckets, which lie in their places in from, to the same
// places in final, on all threads: at once those that would keep one thread busy when
// the others have nothing left to do.
func (s *sorter[U]) sortBuckets(buckets []bucket, from, to, final []U) {
	threads := len(s.workspaces)
	buckets = slices.DeleteFunc(buckets, func(b bucket) bool {
		shared := threads > 1 && b.hi-b.lo > max(s.most, len(from)/(4*threads))
		if shared {
			s.split(from[b.lo:b.hi], to[b.lo:b.hi], final[b.lo:b.hi], false)
		}
		return shared
	})
	s.leaves(buckets, final, func(_ *workspace[U], b bucket) (keys, room []U) { return from[b.lo:b.hi], to[b.lo:b.hi] })
}

// A bucket is keys that belong to places lo to hi.
type bucket struct{ number, lo, hi int }

// leaves sorts the keys of buckets, which get finds and room to move them, to their
// places, on all threads. A bucket that is too large for a leaf is split by its thread.
func (s *sorter[U]) leaves(buckets []bucket, final []U, get func(d *workspace[U], b bucket) (keys, room []U)) {
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
			keys, room := get(d, b)
			if len(keys) > s.most {
				s.by(d).split(keys, room, final[b.lo:b.hi], false)
				continue
			}
			d.slots = true
			s.leaf(d, keys, d.near(len(keys)), final[b.lo:b.hi], nil)
			s.progress(len(keys))
		}
	})
}

// BucketKeys is how many keys a bucket should have when so many threads of an
// instruction set sort keys of a type: enough for each, so that none waits long for the
// last, and few enough for a cache, but no more buckets than have their lines there.
func BucketKeys[T Key](keys int, o Options) (int, error) {
	isa, err := o.ISA.Resolve()
	if unsafe.Sizeof(*new(T)) == 4 {
		return kernelsFor[uint32](isa).bucketKeys(keys, max(o.Threads, 1)), err
	}
	return kernelsFor[uint64](isa).bucketKeys(keys, max(o.Threads, 1)), err
}

// bucketKeys is BucketKeys for these.
func (k *kernels[U]) bucketKeys(keys, threads int) int {
	if keys <= k.serialKeys(threads) {
		threads = 1
	}
	return max(keys/MostBuckets, min(k.bucket, keys/(8*threads)), 1)
}

// MostBuckets is how many buckets a split aims at: more lines than those of so
// many do not stay in the second-level cache.
const MostBuckets = 2048

func cellsFor(n int) int { return min(max(n/64, 256), 8192) }
