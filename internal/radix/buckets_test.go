package radix

import (
	"math/rand/v2"
	"slices"
	"sync/atomic"
	"testing"
	"unsafe"

	"hybrid/simd"
)

// TestSortBuckets sorts parts that were cut into buckets at the same ranks, of which
// some are empty and one is too large for a thread.
func TestSortBuckets(t *testing.T) {
	t.Run("32", func(t *testing.T) { testSortBuckets[float32](t, 32) })
	t.Run("64", func(t *testing.T) { testSortBuckets[float64](t, 64) })
}

func testSortBuckets[T Key](t *testing.T, bits int) {
	r := rand.New(rand.NewPCG(7, 8))
	for _, parts := range []int{1, 2, 3, 7} {
		for _, n := range []int{0, 1, 1000, 9 * serial} {
			if testing.Short() && n > 1000 && parts != 3 {
				continue // what threads share is the same whatever the number of parts
			}
			bounds := make([]uint64, 5) // where the buckets begin
			for i := range bounds[1:] {
				bounds[i+1] = r.Uint64() >> (64 - bits)
			}
			slices.Sort(bounds)
			most := bounds[len(bounds)-1]
			var src, want []T
			counts := make([][]int, parts)
			for p := range counts {
				ranks := make([]uint64, r.IntN(n+1))
				if p == parts-1 {
					ranks = make([]uint64, n)
				}
				for i := range ranks {
					if ranks[i] = r.Uint64() >> (64 - bits); i%16 > 0 {
						ranks[i] = most | ranks[i]%8
					}
				}
				counts[p] = make([]int, len(bounds))
				for _, v := range ranks {
					want = append(want, OfRank[T](v))
				}
				for b, low := range bounds {
					for _, v := range ranks {
						if v >= low && (b+1 == len(bounds) || v < bounds[b+1]) {
							src = append(src, rankAs[T](v))
							counts[p][b]++
						}
					}
				}
			}
			slices.SortFunc(want, func(a, b T) int {
				if Rank(a) < Rank(b) {
					return -1
				}
				return int(min(Rank(a)-Rank(b), 1))
			})
			for _, isa := range simd.Available() {
				for _, threads := range []int{1, 3} {
					var told atomic.Int64
					dst := make([]T, len(src))
					o := Options{Threads: threads, ISA: isa, Progress: func(keys int) { told.Add(int64(keys)) }}
					if err := SortBuckets(dst, slices.Clone(src), counts, o); err != nil {
						t.Fatal(err)
					}
					for i := range dst {
						if Rank(dst[i]) != Rank(want[i]) {
							t.Fatalf("%d parts, %d keys, %v, %d threads: key %d is %v, want %v", parts, len(src), isa, threads, i, dst[i], want[i])
						}
					}
					if told.Load() != int64(len(src)) {
						t.Errorf("told of %d keys of %d", told.Load(), len(src))
					}
				}
			}
		}
	}
}

// rankAs is a rank in the place of a key.
func rankAs[T Key](rank uint64) T {
	x := make([]T, 1)
	if unsafe.Sizeof(x[0]) == 4 {
		words[uint32](x)[0] = uint32(rank)
	} else {
		words[uint64](x)[0] = rank
	}
	return x[0]
}

func TestSortBucketsRefuses(t *testing.T) {
	x, y := make([]int64, 3), make([]int64, 3)
	for _, counts := range [][][]int{{{1, 1}}, {{1, 2}, {0}}, {{4}}, {}} {
		if err := SortBuckets(x, y, counts, Options{}); err == nil {
			t.Errorf("took counts %v for 3 keys", counts)
		}
	}
	if err := SortBuckets(x[:2], y, [][]int{{3}}, Options{}); err == nil {
		t.Error("took room for 2 keys of 3")
	}
}
