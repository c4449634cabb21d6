package radix

import (
	"math/bits"
	"math/rand/v2"
	"slices"
	"testing"

	"hybrid/internal/pages"
	"hybrid/simd"
)

// eachKernel calls f with the kernels of every instruction set and the Go ones.
func eachKernel[U word](t *testing.T, f func(t *testing.T, k, plain *kernels[U], r *rand.Rand)) {
	for _, isa := range simd.Available() {
		t.Run(isa.String(), func(t *testing.T) {
			f(t, kernelsFor[U](isa), kernelsFor[U](simd.Go), rand.New(rand.NewPCG(3, 4)))
		})
	}
}

// lengths of runs, and of slices of keys, that meet every edge of the kernels.
func lengths(most int) []int {
	var all []int
	for n := 0; n <= most; n++ {
		all = append(all, n)
	}
	return append(all, 1000, 4099)
}

func someKeys[U word](r *rand.Rand, n int) []U {
	x := make([]U, n)
	for i := range x {
		switch r.IntN(8) {
		case 0:
			x[i] = ^U(0)
		case 1:
			x[i] = 0
		default:
			x[i] = U(r.Uint64()) >> r.IntN(32)
		}
	}
	return x
}

func testRuns[U word](t *testing.T) {
	eachKernel(t, func(t *testing.T, k, _ *kernels[U], r *rand.Rand) {
		for n := 0; n <= k.longest; n++ {
			const guard = 70
			x := someKeys[U](r, n+2*guard)
			want := slices.Clone(x)
			slices.Sort(want[guard : guard+n])
			for i := range want[guard : guard+n] {
				want[guard+i] = want[guard+i] + 5 ^ 9
			}
			// The run, then an empty one, then one that is too long.
			ends := []uint64{uint64(guard + n), uint64(guard + n), uint64(guard + n + k.longest + 1), 1 << 40}
			dst := slices.Clone(x)
			d, e := new(workspace[U]), decoder[U]{5, 9, 0, ^U(0)}
			if got := k.sortRuns(d, dst, x, ends, guard, 0, e); got != 2 || !slices.Equal(dst, want) {
				t.Fatalf("%d keys apart: %d runs", n, got)
			}
			if got := k.sortRuns(d, x, x, ends, guard, 0, e); got != 2 || !slices.Equal(x, want) {
				t.Fatalf("%d keys in place: %d runs", n, got)
			}
		}
	})
}

func TestRuns(t *testing.T) {
	t.Run("32", testRuns[uint32])
	t.Run("64", testRuns[uint64])
}

// testManyRuns sorts runs of many lengths, one behind the other or in slots of
// their own with other keys behind them, apart and, if they have no slots, in place.
func testManyRuns[U word](t *testing.T) {
	eachKernel(t, func(t *testing.T, k, _ *kernels[U], r *rand.Rand) {
		d := new(workspace[U])
		for n := range 120 {
			span := ^U(0) >> r.IntN(40)
			low := U(r.Uint64()) & ^span
			e := decoder[U]{add: 5, flip: 9, low: low, high: low + span}
			slot := uint64(k.slot)
			src := someKeys[U](r, n*int(slot)+100)
			var dense, want []U
			var ends, denseEnds []uint64
			for i := range n {
				run := make([]U, min(r.IntN(18), r.IntN(int(slot)+1)))
				for j := range run {
					run[j] = low + U(r.Uint64())&span
				}
				ends = append(ends, uint64(i)*slot+uint64(copy(src[uint64(i)*slot:], run)))
				dense = append(dense, run...)
				denseEnds = append(denseEnds, uint64(len(dense)))
				slices.Sort(run)
				for _, v := range run {
					want = append(want, v+e.add^e.flip)
				}
			}
			if len(dense) == 0 {
				continue
			}
			check := func(how string, sorted int, got []U) {
				t.Helper()
				if sorted != n || !slices.Equal(got, want) {
					t.Fatalf("%d runs %s: %d sorted, %x, want %x", n, how, sorted, got, want)
				}
			}
			dst := make([]U, len(dense))
			check("in slots", k.sortRuns(d, dst, src, ends, 0, slot, e), dst)
			clear(dst)
			check("apart", k.sortRuns(d, dst, dense, denseEnds, 0, 0, e), dst)
			check("in place", k.sortRuns(d, dense, dense, denseEnds, 0, 0, e), dense)
		}
	})
}

func TestManyRuns(t *testing.T) {
	t.Run("32", testManyRuns[uint32])
	t.Run("64", testManyRuns[uint64])
}

// TestNetwork sorts all runs of 16 keys that are 0 or 1: what sorts those sorts all
// (Knuth, "The art of computer programming", volume 3, 5.3.4, theorem Z).
func TestNetwork(t *testing.T) {
	t.Run("32", testNetwork[uint32])
	t.Run("64", testNetwork[uint64])
}

func testNetwork[U word](t *testing.T) {
	eachKernel(t, func(t *testing.T, k, _ *kernels[U], r *rand.Rand) {
		const keys = 16
		x := make([]U, keys<<keys)
		ends := make([]uint64, 1<<keys)
		for i := range x {
			x[i] = U(i / keys >> (i % keys) & 1)
			ends[i/keys] = uint64(i/keys+1) * keys
		}
		got := make([]U, len(x))
		if n := k.sortRuns(new(workspace[U]), got, x, ends, 0, 0, decoder[U]{high: 1}); n != len(ends) {
			t.Fatalf("%d of %d runs", n, len(ends))
		}
		for i := range ends {
			if run := got[keys*i : keys*i+keys]; !slices.IsSorted(run) || bits.OnesCount(uint(i)) != ones(run) {
				t.Fatalf("run %d: %d of %d", i, run, x[keys*i:keys*i+keys])
			}
		}
	})
}

func ones[U word](x []U) (n int) {
	for _, v := range x {
		n += int(v)
	}
	return n
}

func testGrid[U word](t *testing.T, order order[U]) {
	eachKernel(t, func(t *testing.T, k, plain *kernels[U], r *rand.Rand) {
		for _, n := range lengths(70) {
			x := someKeys[U](r, n)
			low, high := U(r.Uint64()>>40), ^U(r.Uint64()>>40)
			if n%3 == 0 {
				low, high = 3, U(3+r.IntN(1000))
			}
			g := newGrid(low, high, 300).mapping(order)
			g.scratch = &pages.Make[uint64](scratchBytes / 8)[0]
			got, want := make([]uint32, g.cells), make([]uint32, g.cells)
			k.countCells(&g, x, got)
			plain.countCells(&g, x, want)
			if !slices.Equal(got, want) {
				t.Fatalf("%d keys: other counts", n)
			}
			g = newGrid(low, high, 300)
			g.scratch = &pages.Make[uint64](scratchBytes / 8)[0]
			clear(want)
			plain.countCells(&g, x, want)
			next := make([]uint64, g.cells)
			sum := uint64(0)
			for i, c := range want {
				next[i], sum = sum, sum+uint64(c)
			}
			too := slices.Clone(next)
			a, b := make([]U, n), make([]U, n)
			k.spreadCells(&g, x, a, next)
			plain.spreadCells(&g, x, b, too)
			if !slices.Equal(a, b) || !slices.Equal(next, too) {
				t.Fatalf("%d keys: spread to other places", n)
			}
			if n > 0 {
				if lo, hi := k.minmax(new(workspace[U]), x); lo != slices.Min(x) || hi != slices.Max(x) {
					t.Fatalf("%d keys: bounds %d, %d", n, lo, hi)
				}
			}
		}
	})
}

func TestGrid(t *testing.T) {
	t.Run("u32", func(t *testing.T) { testGrid(t, orderOf[uint32, uint32]()) })
	t.Run("f32", func(t *testing.T) { testGrid(t, orderOf[float32, uint32]()) })
	t.Run("i64", func(t *testing.T) { testGrid(t, orderOf[int64, uint64]()) })
	t.Run("f64", func(t *testing.T) { testGrid(t, orderOf[float64, uint64]()) })
}

// TestDirections has keys that are equal but for one that is above or below the
// others, at every place.
func TestDirections(t *testing.T) {
	t.Run("f32", func(t *testing.T) { testDirections(t, orderOf[float32, uint32]()) })
	t.Run("u32", func(t *testing.T) { testDirections(t, orderOf[uint32, uint32]()) })
	t.Run("f64", func(t *testing.T) { testDirections(t, orderOf[float64, uint64]()) })
	t.Run("i64", func(t *testing.T) { testDirections(t, orderOf[int64, uint64]()) })
}

func testDirections[U word](t *testing.T, o order[U]) {
	eachKernel(t, func(t *testing.T, k, _ *kernels[U], r *rand.Rand) {
		d := new(workspace[U])
		for n := range 300 {
			x := make([]U, n)
			base := U(r.Uint64())
			for at := range x {
				for i := range x {
					x[i] = o.bits(base)
				}
				other := U(r.Uint64())
				x[at] = o.bits(other)
				above, below := other > base, other < base
				wantFalls := above && at < n-1 || below && at > 0
				wantRises := above && at > 0 || below && at < n-1
				if falls, rises := k.directions(d, o, x); falls != wantFalls || rises != wantRises {
					t.Fatalf("%d keys of rank %d, key %d of rank %d: falls %v, rises %v", n, base, at, other, falls, rises)
				}
			}
		}
	})
}

// TestNewGrid checks what the recursion ends by: cells rise with the ranks, and
// the ends of the span are in different ones.
func TestNewGrid(t *testing.T) {
	r := rand.New(rand.NewPCG(8, 9))
	for range 20000 {
		low := r.Uint64() >> r.IntN(64)
		high := low + r.Uint64()>>r.IntN(64)
		if high <= low {
			continue
		}
		g := newGrid(low, high, 2+r.IntN(9000))
		mid := low + r.Uint64()%(high-low)
		a, b, c := g.cell(low), g.cell(mid), g.cell(high)
		if a != 0 || b > c || c >= g.cells || a == c || g.cell(0) != a || g.cell(^uint64(0)) != c {
			t.Fatalf("from %d to %d: cells %d, %d, %d of %d", low, high, a, b, c, g.cells)
		}
	}
}

// TestMove moves to places that begin anywhere in a line.
func TestMove(t *testing.T) {
	eachKernel(t, func(t *testing.T, k, _ *kernels[uint64], r *rand.Rand) {
		for skip := range 20 {
			const n = 50003
			x := someKeys[uint64](r, n)
			p := &partition[uint64]{kernels: k, workspaces: []*workspace[uint64]{{}, {}, {}}, order: orderOf[int64, uint64]()}
			p.cut(x, 1<<30, 1<<63, 300)
			p.group(1000)
			room := pages.Make[uint64](n + 40)
			p.move(x, room[skip:skip+n])
			for _, v := range append(room[:skip:skip], room[skip+n:]...) {
				if v != 0 {
					t.Fatal("wrote beyond the keys")
				}
			}
			got := room[skip : skip+n]
			last := 0
			for _, v := range got {
				if b := int(p.table[p.grid.cell(v)]); b < last {
					t.Fatalf("skip %d: bucket %d behind %d", skip, b, last)
				} else {
					last = b
				}
			}
			p.order.toBits(got)
			slices.Sort(got)
			slices.Sort(x)
			if !slices.Equal(got, x) {
				t.Fatalf("skip %d: other keys", skip)
			}
		}
	})
}
