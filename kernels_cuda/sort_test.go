package kernels

import (
	"cmp"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"unsafe"

	"hybrid/gpu"
	"hybrid/internal/radix"
)

// hostile are bits of keys: so many of each kind, and in each type of key.
var hostile = map[string]func(i, n int, r *rand.Rand) uint64{
	"random":   func(_, _ int, r *rand.Rand) uint64 { return r.Uint64() },
	"equal":    func(int, int, *rand.Rand) uint64 { return 42 },
	"one less": func(i, n int, _ *rand.Rand) uint64 { return 42 - uint64(i)/uint64(n-1) },
	"sorted":   func(i, _ int, _ *rand.Rand) uint64 { return uint64(i) },
	"reversed": func(i, n int, _ *rand.Rand) uint64 { return uint64(n - i) },
	"few":      func(_, _ int, r *rand.Rand) uint64 { return r.Uint64() & 0x0300000000000003 },
	"ones":     func(int, int, *rand.Rand) uint64 { return ^uint64(0) },
	"stairs":   func(i, _ int, _ *rand.Rand) uint64 { return uint64(i) / 32 << 8 },
	"specials": func(_, _ int, r *rand.Rand) uint64 {
		bits := []uint64{0, 1 << 63, math.Float64bits(math.Inf(1)), math.Float64bits(math.Inf(-1)), 0x7ff0000000000001, 0xfff8000000000001,
			0x7fffffffffffffff, 0xffffffffffffffff, 1, 1<<63 + 1, 0x7f80000080000000, 0x7f800001ff800001, 0xff800000ffc00001}
		return bits[r.IntN(len(bits))]
	},
}

func TestSort(t *testing.T) {
	onVariants(t, "sort", func(t *testing.T, d *gpu.Device, s *gpu.Stream) {
		t.Run("i32", func(t *testing.T) { testSort[int32, uint32](t, d, s) })
		t.Run("f32", func(t *testing.T) { testSort[float32, uint32](t, d, s) })
		t.Run("i64", func(t *testing.T) { testSort[int64, uint64](t, d, s) })
		t.Run("u64", func(t *testing.T) { testSort[uint64, uint64](t, d, s) })
		t.Run("f64", func(t *testing.T) { testSort[float64, uint64](t, d, s) })
	})
}

// orderOf is the map of a type.
func orderOf[K radix.Key, U uint32 | uint64]() SortOrder[U] {
	and, or, sub := radix.Order[K]()
	return SortOrder[U]{U(and), U(or), U(sub)}
}

// testSort sorts every kind of keys, some of them with launches of two tiles.
func testSort[K radix.Key, U uint32 | uint64](t *testing.T, d *gpu.Device, s *gpu.Stream) {
	tile := sortTile[U]()
	for _, tiles := range []int{1 << 10, 2} {
		k, err := loadSort[U](d, s, 5*tile+7, tiles)
		if err != nil {
			t.Fatal(err)
		}
		defer k.Close()
		for kind, make := range hostile {
			for _, n := range []int{2, 31, 257, tile - 1, tile, tile + 1, 5*tile + 7} {
				if n > 2*tile == (tiles > 2) && kind != "random" || n < tile && tiles == 2 {
					continue
				}
				r := rand.New(rand.NewPCG(uint64(n), 1))
				bits := []U{}
				for i := range n {
					bits = append(bits, U(make(i, n, r)))
				}
				check(t, k, fmt.Sprintf("%d keys, %s, %d tiles a launch", n, kind, tiles), bits, orderOf[K, U](), orderOf[K, U](), func(bits U) uint64 {
					return radix.Rank(*(*K)(unsafe.Pointer(&bits)))
				})
			}
		}
	}
}

// check compares a sort of the device with one of Go's by the ranks of keys.
func check[U uint32 | uint64](t *testing.T, k *Sort[U], what string, bits []U, in, out SortOrder[U], rank func(U) uint64) (passes int) {
	t.Helper()
	n := len(bits)
	want := slices.Clone(bits)
	slices.SortFunc(want, func(a, b U) int { return cmp.Compare(rank(a), rank(b)) })
	if err := k.Keys.Slice(0, n).Write(bits); err != nil {
		t.Fatal(err)
	}
	for _, part := range [][2]int{{0, n / 3}, {n / 3, n}} {
		if err := k.Count(part[0], part[1], in); err != nil {
			t.Fatal(err)
		}
	}
	sorted, passes, err := k.Sort(n, in, out)
	if err != nil {
		t.Fatalf("%s: %v", what, err)
	}
	if err := k.stream.Synchronize(); err != nil {
		t.Fatalf("%s: %v", what, err)
	}
	got := make([]U, n)
	if err := sorted.Read(got); err != nil {
		t.Fatal(err)
	}
	for i := range got {
		if got[i] != want[i] {
			t.Fatalf("%s: key %d is %#x, want %#x", what, i, got[i], want[i])
		}
	}
	return passes
}

// TestSortOfRanks has keys that are their ranks already, and become keys.
func TestSortOfRanks(t *testing.T) {
	onVariants(t, "sort", func(t *testing.T, d *gpu.Device, s *gpu.Stream) {
		k, err := LoadSort[uint64](d, s, 1000)
		if err != nil {
			t.Fatal(err)
		}
		defer k.Close()
		for _, of := range []uint64{^uint64(0), 0xff} { // all bits, or those of one digit
			ranks, r := make([]uint64, 1000), rand.New(rand.NewPCG(of, 2))
			for i := range ranks {
				ranks[i] = math.MaxUint64/3 ^ r.Uint64()&of
			}
			toBits := func(rank uint64) uint64 { return math.Float64bits(radix.OfRank[float64](rank)) }
			if err := k.Keys.Write(ranks); err != nil {
				t.Fatal(err)
			}
			if err := k.Count(0, len(ranks), SortOrder[uint64]{}); err != nil {
				t.Fatal(err)
			}
			sorted, _, err := k.Sort(len(ranks), SortOrder[uint64]{}, orderOf[float64, uint64]())
			if err != nil {
				t.Fatal(err)
			}
			if err := s.Synchronize(); err != nil {
				t.Fatal(err)
			}
			got := make([]uint64, len(ranks))
			if err := sorted.Read(got); err != nil {
				t.Fatal(err)
			}
			slices.Sort(ranks)
			for i, rank := range ranks {
				if got[i] != toBits(rank) {
					t.Fatalf("bits %#x: key %d is %#x, want %#x", of, i, got[i], toBits(rank))
				}
			}
		}
	})
}

// TestSortSkips has digits that are the same in all keys.
func TestSortSkips(t *testing.T) {
	onVariants(t, "sort", func(t *testing.T, d *gpu.Device, s *gpu.Stream) {
		free, _, err := d.MemoryInfo()
		if err != nil {
			t.Fatal(err)
		}
		k, err := LoadSort[uint32](d, s, 9000)
		if err != nil {
			t.Fatal(err)
		}
		defer k.Close()
		if left, _, err := d.MemoryInfo(); d.Info().Kind == gpu.KindSim && (err != nil || free-left != int64(SortBytes[uint32](9000))) {
			t.Errorf("%d bytes were taken, %v, want %d", free-left, err, SortBytes[uint32](9000))
		}
		for mask, want := range map[uint32]int{0: 0, 1: 1, 0xff000000: 1, 0xf000f0: 2, 0xffffffff: 4} {
			bits, r := make([]uint32, 9000), rand.New(rand.NewPCG(uint64(mask), 3))
			for i := range bits {
				bits[i] = 0x12345678 ^ r.Uint32()&mask
			}
			passes := check(t, k, fmt.Sprintf("mask %#x", mask), bits, SortOrder[uint32]{}, SortOrder[uint32]{}, func(v uint32) uint64 { return uint64(v) })
			if passes != want {
				t.Errorf("mask %#x: %d passes, want %d", mask, passes, want)
			}
		}
		if err := k.Count(0, 10, SortOrder[uint32]{}); err != nil {
			t.Fatal(err)
		}
		if _, _, err := k.Sort(11, SortOrder[uint32]{}, SortOrder[uint32]{}); err == nil || err.Error() != "kernels: sort: 10 keys of 11 were counted" {
			t.Errorf("keys that were not counted: %v", err)
		}
	})
}
