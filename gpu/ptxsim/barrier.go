package ptxsim

import (
	"math/bits"

	"hybrid/gpu/ptx"
)

// barrier is what a bar instruction asks for.
type barrier struct {
	in    *ptx.Instruction
	id    int  // pointer slot of the barrier's number
	count int  // pointer slot of the number of threads, -1 for all
	red   byte // 0, or the first letter of popc, and, or
	dst   int  // pointer slot, or predicate slot, of the reduction's result
	src   int  // predicate slot
	flip  uint32
}

// barrierState is one of a block's sixteen barriers.
type barrierState struct {
	want    int // threads, 0 for all of the block
	arrived int
	votes   int // lanes whose predicate was true
	used    bool
}

// arrive makes a warp wait at a barrier.
func (w *warp) arrive(b *block, mask uint32) bool {
	in := b.bar.in
	lane := bits.TrailingZeros32(mask)
	w.mask = mask
	id, want := w.bound(&b.bar, lane)
	if mask != w.live {
		missing := bits.TrailingZeros32(w.live &^ mask)
		w.fail(in, lane, "the barrier is not reached by all threads: lanes %#08x of warp %d are here, thread %s is elsewhere", mask, w.index, triple(w.b.thread(w.index, missing)))
	}
	s := &w.b.bars[id]
	s.join(w, in, lane, id, want, mask)
	if b.bar.red != 0 {
		s.votes += bits.OnesCount32(mask & (w.pred[b.bar.src] ^ b.bar.flip))
	}
	w.waiting, w.barrier = &b.bar, id
	return true
}

// bound reads the number of a barrier and of its threads.
func (w *warp) bound(b *barrier, lane int) (id, want int) {
	ids := array[uint32](w, b.id)
	n := ids[lane]
	for m := w.mask; m != 0; m &= m - 1 {
		if i := firstLane(m); ids[i] != n {
			w.fail(b.in, i, "barrier %d, lane %d of the warp barrier %d", ids[i], lane, n)
		}
	}
	if n > 15 {
		w.fail(b.in, lane, "barrier %d: 0 to 15 are there", n)
	}
	if b.count >= 0 {
		want = int(array[uint32](w, b.count)[lane])
		if want == 0 || want%32 != 0 || want > (w.b.threads+31)&^31 {
			w.fail(b.in, lane, "barrier %d for %d threads: a multiple of 32 up to %d is wanted", n, want, w.b.threads)
		}
	}
	return int(n), want
}

func (s *barrierState) join(w *warp, in *ptx.Instruction, lane, id, want int, mask uint32) {
	if s.used && s.want != want {
		w.fail(in, lane, "barrier %d is waited at for %d threads and for %d at once", id, s.want, want)
	}
	s.used, s.want = true, want
	if want > 0 {
		s.arrived += 32 // a warp counts as a whole
	} else {
		s.arrived += bits.OnesCount32(mask)
	}
}

// release opens the barriers that all their threads have reached.
func (b *ctaState) release() bool {
	opened := false
	for id := range b.bars {
		s := &b.bars[id]
		want := s.want
		if want == 0 {
			want = b.threads
		}
		if !s.used || s.arrived < want {
			continue
		}
		for _, w := range b.warps {
			if w.waiting == nil || w.barrier != id {
				continue
			}
			w.reduced(s, b.threads)
			w.waiting = nil
		}
		*s = barrierState{}
		b.race.barrier()
		opened = true
	}
	return opened
}

// reduced writes the result of bar.red.
func (w *warp) reduced(s *barrierState, threads int) {
	bar := w.waiting
	if bar.red == 0 {
		return
	}
	all := s.want
	if all == 0 || all > threads {
		all = threads
	}
	switch bar.red {
	case 'p':
		d := array[uint32](w, bar.dst)
		for m := w.mask; m != 0; m &= m - 1 {
			d[bits.TrailingZeros32(m)] = uint32(s.votes)
		}
	default:
		yes := s.votes == all
		if bar.red == 'o' {
			yes = s.votes > 0
		}
		w.pred[bar.dst] &^= w.mask
		if yes {
			w.pred[bar.dst] |= w.mask
		}
	}
}

// stuck reports a barrier at which some warps wait for threads that are gone or
// wait elsewhere.
func (b *ctaState) stuck() {
	for _, w := range b.warps {
		if w.waiting == nil {
			continue
		}
		s := &b.bars[w.barrier]
		want := s.want
		if want == 0 {
			want = b.threads
		}
		where := "have exited"
		for _, v := range b.warps {
			if v.waiting != nil && v.barrier != w.barrier {
				where = "have exited or wait at another barrier"
			}
		}
		lane := bits.TrailingZeros32(w.live)
		w.fail(w.waiting.in, lane, "barrier %d is not reached by all threads: %d of %d are here, the others %s", w.barrier, s.arrived, want, where)
	}
}
