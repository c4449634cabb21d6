package ptxsim

import "hybrid/gpu/ptx"

// raceState watches shared memory. Every granule (the smallest access that the
// kernel makes) has the stamp of the last write and of the last read:
//
//	63..40          39..34   33..28   27..0
//	barrier epoch   warp     lane     warp epoch
//
// The barrier epoch counts the barriers of all blocks that use this state, the
// warp epoch a warp's .sync instructions. An access is ordered after another one
// of an earlier barrier epoch, of its own thread, or of its own warp in an
// earlier warp epoch; anything else is a race if one of the two is a write.
type raceState struct {
	shift  uint
	writes []uint64
	reads  []uint64
	first  uint64 // the block's first epoch, as a stamp
	now    uint64 // the present epoch, as a stamp
}

const (
	stampEpoch = 40
	stampWarp  = 34
	stampLane  = 28
	laneBits   = uint64(63) << stampLane
	warpBits   = uint64(63) << stampWarp
	warpMany   = warpBits
	laneMany   = laneBits
	atomicBit  = uint64(32) << stampLane // in the stamp of a write: it was an atomic
	orderBits  = uint64(1)<<stampLane - 1
	pending    = ^uint64(0) &^ (uint64(1)<<stampEpoch - 1) // what cp.async will write
	lastEpoch  = uint64(1)<<(64-stampEpoch) - 3
)

func (r *raceState) init(bytes int, shift uint) {
	n := (bytes + 1<<shift - 1) >> shift
	r.shift, r.writes, r.reads = shift, make([]uint64, n), make([]uint64, n)
}

// nextBlock begins a block: whatever the last one wrote counts as unwritten.
func (r *raceState) nextBlock() {
	for i, s := range r.writes {
		if s >= pending {
			r.writes[i] = 0
		}
	}
	r.advance()
	r.first = r.now
}

func (r *raceState) advance() {
	if r.now>>stampEpoch >= lastEpoch-1 {
		// Epochs start again. What is older than the block's first one is forgotten.
		for i := range r.writes {
			if r.writes[i] >= r.first && r.writes[i] < pending {
				r.writes[i] = 2 << stampEpoch
			} else if r.writes[i] < pending {
				r.writes[i] = 0
			}
		}
		clear(r.reads)
		r.first, r.now = 2<<stampEpoch, 2<<stampEpoch
	}
	r.now += 1 << stampEpoch
}

// barrier orders all that was before it.
func (r *raceState) barrier() {
	r.advance()
}

// synced notes that the lanes of a warp have met.
func (w *warp) synced() {
	if w.stamp&orderBits != orderBits {
		w.stamp++
	}
}

// sharedRead checks a read of n bytes by a lane. strong is true for volatile reads.
func (w *warp) sharedRead(in *ptx.Instruction, lane int, at, n uint64, strong bool) {
	r := &w.b.race
	me := r.now | w.stamp | uint64(lane)<<stampLane
	for g, end := at>>r.shift, (at+n-1)>>r.shift; g <= end; g++ {
		if s := r.writes[g]; s-r.first >= r.now-r.first {
			w.checkRead(in, lane, g, s, me, strong)
		}
		if s := r.reads[g]; s != me && !strong {
			r.reads[g] = r.mergeRead(s, me)
		}
	}
}

// mergeRead is the stamp of a granule with one more reader.
func (r *raceState) mergeRead(s, me uint64) uint64 {
	switch {
	case s>>stampEpoch != me>>stampEpoch:
		return me
	case (s^me)&warpBits != 0:
		return s | warpMany
	case (s^me)&orderBits != 0:
		return me
	}
	return s | laneMany
}

// checkRead judges a read of a granule whose last write is not of an earlier
// epoch of this block.
func (w *warp) checkRead(in *ptx.Instruction, lane int, g, s, me uint64, strong bool) {
	r := &w.b.race
	switch {
	case s >= pending:
		w.fail(in, lane, "reads shared memory at offset %d, which cp.async fills, before waiting for it", g<<r.shift)
	case s < r.first:
		w.fail(in, lane, "reads shared memory at offset %d, which was never written", g<<r.shift)
	case s&atomicBit != 0 && strong:
	case !unordered(s&^atomicBit, me):
	default:
		w.race(in, lane, g, s, "reads", "wrote")
	}
}

// unordered reports whether an access of the present epoch with stamp s may
// happen at the same time as one with stamp me.
func unordered(s, me uint64) bool {
	if (s^me)&warpBits != 0 {
		return true
	}
	return s&orderBits == me&orderBits && (s^me)&laneBits != 0
}

// sharedWrite checks a write of n bytes by a lane. same tells whether the bytes
// are what is there already.
func (w *warp) sharedWrite(in *ptx.Instruction, lane int, at, n uint64, same bool) {
	r := &w.b.race
	me := r.now | w.stamp | uint64(lane)<<stampLane
	for g, end := at>>r.shift, (at+n-1)>>r.shift; g <= end; g++ {
		if s := r.writes[g]; s >= r.now {
			if s >= pending {
				w.fail(in, lane, "writes shared memory at offset %d, which cp.async fills, before waiting for it", g<<r.shift)
			}
			if !same && unordered(s&^atomicBit, me) {
				w.race(in, lane, g, s, "writes", "wrote")
			}
		}
		if s := r.reads[g]; s >= r.now && unordered(s, me) && !same {
			w.race(in, lane, g, s, "writes", "read")
		}
		r.writes[g] = me
	}
}

// sharedAtomic checks an atomic operation, which both reads and writes.
func (w *warp) sharedAtomic(in *ptx.Instruction, lane int, at, n uint64) {
	r := &w.b.race
	me := r.now | w.stamp | uint64(lane)<<stampLane
	for g, end := at>>r.shift, (at+n-1)>>r.shift; g <= end; g++ {
		switch s := r.writes[g]; {
		case s >= pending:
			w.fail(in, lane, "updates shared memory at offset %d, which cp.async fills, before waiting for it", g<<r.shift)
		case s < r.first:
			w.fail(in, lane, "updates shared memory at offset %d, which was never written", g<<r.shift)
		case s >= r.now && s&atomicBit == 0 && unordered(s, me):
			w.race(in, lane, g, s, "updates", "wrote")
		}
		if s := r.reads[g]; s >= r.now && unordered(s, me) {
			w.race(in, lane, g, s, "updates", "read")
		}
		if s := r.writes[g]; s >= r.now && s&atomicBit != 0 && unordered(s&^atomicBit, me) {
			r.writes[g] = s | warpMany // of several threads
		} else {
			r.writes[g] = me | atomicBit
		}
	}
}

// race ends the launch, naming the other thread where it is known.
func (w *warp) race(in *ptx.Instruction, lane int, g, s uint64, does, did string) {
	other := "another thread"
	if warp, l := s&warpBits>>stampWarp, s&^atomicBit&laneBits>>stampLane; warp < 32 && l < 32 {
		other = "thread " + triple(w.b.thread(int(warp), int(l)))
	} else if warp < 32 && int(warp) != w.index {
		other = "a thread of the warp of " + triple(w.b.thread(int(warp), 0))
	}
	w.fail(in, lane, "race on shared memory: %s offset %d, which %s %s without a barrier between", does, g<<w.b.race.shift, other, did)
}
