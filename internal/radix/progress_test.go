package radix

import (
	"math/rand/v2"
	"sync/atomic"
	"testing"
)

func TestProgressTellsTwiceOfEachKey(t *testing.T) {
	for _, n := range []int{serial + 1, 1 << 20} {
		for _, equal := range []bool{false, true} {
			x, r := make([]uint64, n), rand.New(rand.NewPCG(1, uint64(n)))
			for i := range x {
				if x[i] = r.Uint64(); equal && i%2 == 0 {
					x[i] = 42 // a bucket that is split again and has but one value
				}
			}
			var told atomic.Int64
			o := Options{Threads: 3, Progress: func(keys int) { told.Add(int64(keys)) }}
			if err := Sort(x, make([]uint64, n), o); err != nil || told.Load() != int64(2*n) {
				t.Errorf("%d keys, equal %v: told of %d, %v", n, equal, told.Load(), err)
			}
		}
	}
}
