package escape

import (
	"math"
	"math/bits"
	"unsafe"
)

const (
	block = 16 // steps of a kernel's call
	// Blocks between two savings. Every cycle is found whose length has a multiple
	// that is a multiple of block and not above block·saving: 1 to 8, all even
	// ones to 16, and so on.
	saving = 8

	yieldBlocks = 1 << 11 // some 0.3 ms
)

// The arrays of a state.
const (
	atX = iota
	atY
	atCX
	atCY
	atSavedX
	atSavedY
	arrays
)

// A flock is the points of a tile that are under way, one in each lane.
type flock[T Real] struct {
	*Kernel[T]
	cx, cy []T
	limit  int32
	counts []int32

	state    [arrays][maxLanes]T
	row, col int             // of the next point to begin
	point    [maxLanes]int   // of each lane
	born     [maxLanes]int64 // steps that the flock had done when the point began
	done     int64           // steps of the flock
	due      int64           // no point reaches the limit before
	idle     uint64          // lanes without a point
	steps    int64
	ran      [2 * maxLanes]int32 // steps of a block that each lane has done
	size     int                 // of T, in int32s
	found    [2]uint64
	nan      T
}

const maxLanes = 64

func newFlock[T Real](k *Kernel[T], cx, cy []T, limit int32, counts []int32) *flock[T] {
	f := &flock[T]{Kernel: k, cx: cx, cy: cy, limit: limit, counts: counts,
		nan: T(math.NaN()), size: int(unsafe.Sizeof(T(0)) / 4)}
	for lane := range k.lanes {
		f.begin(lane)
	}
	f.setDue()
	return f
}

// begin gives a lane the next point of the tile. A lane without one stays at zero.
func (f *flock[T]) begin(lane int) {
	var cx, cy T
	if f.row < len(f.cy) {
		cx, cy = f.cx[f.col], f.cy[f.row]
		f.point[lane] = f.row*len(f.cx) + f.col
		if f.col++; f.col == len(f.cx) {
			f.row, f.col = f.row+1, 0
		}
	} else {
		f.idle |= 1 << lane
	}
	f.born[lane] = f.done
	f.state[atX][lane], f.state[atY][lane] = 0, 0
	f.state[atCX][lane], f.state[atCY][lane] = cx, cy
	f.state[atSavedX][lane] = f.nan
}

// end sets the count of a lane's point and begins the next one.
func (f *flock[T]) end(lane int, count int64) {
	f.counts[f.point[lane]] = int32(min(count, int64(f.limit)))
	f.steps += f.done - f.born[lane]
	f.begin(lane)
}

func (f *flock[T]) setDue() {
	f.due = math.MaxInt64
	for lane := range f.lanes {
		if f.idle>>lane&1 == 0 {
			f.due = min(f.due, f.born[lane]+int64(f.limit))
		}
	}
}

// run counts all points of the tile, unless yield tells it to stop.
func (f *flock[T]) run(yield func() bool) int64 {
	all := uint64(1)<<(f.lanes-1)<<1 - 1
	mayReturn := f.mayReturn()
	escaping := true // many points escape at once
	for blocks := 1; f.idle != all; blocks++ {
		var escaped, same uint64
		looked := mayReturn || escaping
		if !looked {
			f.free(&f.state[0][0], block, &f.found[0])
			escaped, same = f.found[0], f.found[1]
			looked = escaped != 0
		}
		if looked {
			f.checked(&f.state[0][0], block, &f.ran[0], &f.found[0])
			escaped, same = f.found[0], f.found[1]
			escaping = escaped != 0
		}
		f.done += block
		if finished := (escaped | same) &^ f.idle; finished != 0 {
			f.retire(finished, escaped)
		}
		if f.done >= f.due {
			f.retireOld()
		}
		if blocks%yieldBlocks == 0 && yield != nil && !yield() {
			return f.steps
		}
		if blocks%saving == 0 {
			f.state[atSavedX], f.state[atSavedY] = f.state[atX], f.state[atY]
		}
	}
	return f.steps
}

// retire ends the points of some lanes, that have escaped or are periodic.
func (f *flock[T]) retire(lanes, escaped uint64) {
	for ; lanes != 0; lanes &= lanes - 1 {
		lane := bits.TrailingZeros64(lanes)
		if escaped>>lane&1 == 1 {
			f.end(lane, f.done-block+int64(f.ran[lane*f.size])-f.born[lane])
		} else {
			f.end(lane, int64(f.limit))
		}
	}
}

// retireOld ends the points that have reached the limit.
func (f *flock[T]) retireOld() {
	for lane := range f.lanes {
		if f.idle>>lane&1 == 0 && f.done-f.born[lane] >= int64(f.limit) {
			f.end(lane, int64(f.limit))
		}
	}
	f.setDue()
}

// mayReturn reports whether the tile has points with |c| >= 1.99, or such that are
// not numbers.
func (f *flock[T]) mayReturn() bool {
	far := func(values []T) float64 {
		m := 0.0
		for _, v := range values {
			m = math.Max(m, math.Abs(float64(v)))
		}
		return m
	}
	return !(math.Hypot(far(f.cx), far(f.cy)) < 1.99)
}
