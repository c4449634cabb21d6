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

// A laneBatch is the points of a tile that are under way, one in each lane.
type laneBatch[T Real] struct {
	*Kernel[T]
	cx, cy []T
	limit  int32
	counts []int32

	state    [arrays][maxLanes]T
	row, col int             // of the next point to begin
	point    [maxLanes]int   // of each lane
	born     [maxLanes]int64 // steps that the batch had done when the point began
	done     int64           // steps of the batch
	due      int64           // no point reaches the limit before
	idle     uint64          // lanes without a point
	steps    int64
	ran      [2 * maxLanes]int32 // steps of a block that each lane has done
	size     int                 // of T, in int32s
	found    [2]uint64
	nan      T
}

const maxLanes = 64

func newLaneBatch[T Real](k *Kernel[T], cx, cy []T, limit int32, counts []int32) *laneBatch[T] {
	b := &laneBatch[T]{Kernel: k, cx: cx, cy: cy, limit: limit, counts: counts,
		nan: T(math.NaN()), size: int(unsafe.Sizeof(T(0)) / 4)}
	for lane := range k.lanes {
		b.begin(lane)
	}
	b.setDue()
	return b
}

// begin gives a lane the next point of the tile. A lane without one stays at zero.
func (b *laneBatch[T]) begin(lane int) {
	var cx, cy T
	if b.row < len(b.cy) {
		cx, cy = b.cx[b.col], b.cy[b.row]
		b.point[lane] = b.row*len(b.cx) + b.col
		if b.col++; b.col == len(b.cx) {
			b.row, b.col = b.row+1, 0
		}
	} else {
		b.idle |= 1 << lane
	}
	b.born[lane] = b.done
	b.state[atX][lane], b.state[atY][lane] = 0, 0
	b.state[atCX][lane], b.state[atCY][lane] = cx, cy
	b.state[atSavedX][lane] = b.nan
}

// end sets the count of a lane's point and begins the next one.
func (b *laneBatch[T]) end(lane int, count int64) {
	b.counts[b.point[lane]] = int32(min(count, int64(b.limit)))
	b.steps += b.done - b.born[lane]
	b.begin(lane)
}

func (b *laneBatch[T]) setDue() {
	b.due = math.MaxInt64
	for lane := range b.lanes {
		if b.idle>>lane&1 == 0 {
			b.due = min(b.due, b.born[lane]+int64(b.limit))
		}
	}
}

// run counts all points of the tile, unless yield tells it to stop.
func (b *laneBatch[T]) run(yield func() bool) int64 {
	all := uint64(1)<<(b.lanes-1)<<1 - 1
	mayReturn := b.mayReturn()
	escaping := true // many points escape at once
	for blocks := 1; b.idle != all; blocks++ {
		var escaped, same uint64
		looked := mayReturn || escaping
		if !looked {
			b.free(&b.state[0][0], block, &b.found[0])
			escaped, same = b.found[0], b.found[1]
			looked = escaped != 0
		}
		if looked {
			b.checked(&b.state[0][0], block, &b.ran[0], &b.found[0])
			escaped, same = b.found[0], b.found[1]
			escaping = escaped != 0
		}
		b.done += block
		if finished := (escaped | same) &^ b.idle; finished != 0 {
			b.retire(finished, escaped)
		}
		if b.done >= b.due {
			b.retireOld()
		}
		if blocks%yieldBlocks == 0 && yield != nil && !yield() {
			return b.steps
		}
		if blocks%saving == 0 {
			b.state[atSavedX], b.state[atSavedY] = b.state[atX], b.state[atY]
		}
	}
	return b.steps
}

// retire ends the points of some lanes, that have escaped or are periodic.
func (b *laneBatch[T]) retire(lanes, escaped uint64) {
	for ; lanes != 0; lanes &= lanes - 1 {
		lane := bits.TrailingZeros64(lanes)
		if escaped>>lane&1 == 1 {
			b.end(lane, b.done-block+int64(b.ran[lane*b.size])-b.born[lane])
		} else {
			b.end(lane, int64(b.limit))
		}
	}
}

// retireOld ends the points that have reached the limit.
func (b *laneBatch[T]) retireOld() {
	for lane := range b.lanes {
		if b.idle>>lane&1 == 0 && b.done-b.born[lane] >= int64(b.limit) {
			b.end(lane, int64(b.limit))
		}
	}
	b.setDue()
}

// mayReturn reports whether the tile has points with |c| >= 1.99, or such that are
// not numbers.
func (b *laneBatch[T]) mayReturn() bool {
	far := func(values []T) float64 {
		m := 0.0
		for _, v := range values {
			m = math.Max(m, math.Abs(float64(v)))
		}
		return m
	}
	return !(math.Hypot(far(b.cx), far(b.cy)) < 1.99)
}
