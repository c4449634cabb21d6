package escape

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"hybrid/simd"
)

// plain is the definition.
func plain[T Real](cx, cy T, limit int32) int32 {
	var x, y T
	for k := int32(1); k < limit; k++ {
		xx, yy, xy := T(x*x), T(y*y), T(x*y)
		x, y = T(xx-yy)+cx, T(xy+xy)+cy
		if T(x*x)+T(y*y) > 4 {
			return k
		}
	}
	return limit
}

func TestCountsAreThoseOfTheDefinition(t *testing.T) {
	t.Run("f64", counts[float64])
	t.Run("f32", counts[float32])
}

func counts[T Real](t *testing.T) {
	type tile struct {
		name       string
		x, y, side float64
		w, h       int
		limit      int32
	}
	tiles := []tile{
		{"all of it", -0.5, 0, 3, 61, 47, 300},
		{"one point", -0.5, 0, 3, 1, 1, 1000},
		{"a row", -0.5, 0.3, 3, 130, 1, 1000},
		{"inside", -0.1, 0, 0.2, 33, 9, 5000},
		{"outside", 3, 3, 1, 20, 20, 100},
		{"far outside", 1e200, 1e200, 1e190, 5, 5, 100},
		{"antenna", -1.995, 0, 0.02, 65, 31, 2000},
		{"tip", -2, 0, 1e-15, 40, 41, 200},
		{"seahorses", -0.745, 0.11, 0.01, 50, 50, 1000},
		{"limit 1", -0.5, 0, 3, 21, 17, 1},
		{"limit 2", -0.5, 0, 3, 21, 17, 2},
		{"limit of a block", -0.5, 0, 3, 40, 17, 16},
		{"limit beyond a block", -0.5, 0, 3, 40, 17, 17},
	}
	r := rand.New(rand.NewPCG(1, 2))
	for i := range 30 {
		tiles = append(tiles, tile{fmt.Sprint("random ", i), 3*r.Float64() - 2, 2*r.Float64() - 1, r.Float64() * r.Float64(), 1 + r.IntN(40), 1 + r.IntN(30), 1 + r.Int32N(600)})
	}
	for _, isa := range simd.Available() {
		k, err := New[T](isa)
		if err != nil {
			t.Fatal(err)
		}
		for _, tile := range tiles {
			cx, cy := make([]T, tile.w), make([]T, tile.h)
			for i := range cx {
				cx[i] = T(tile.x + tile.side*((float64(i)+0.5)/float64(tile.w)-0.5))
			}
			for i := range cy {
				cy[i] = T(tile.y + tile.side*((float64(i)+0.5)/float64(tile.h)-0.5))
			}
			got := make([]int32, tile.w*tile.h)
			steps := k.Counts(cx, cy, tile.limit, got, nil)
			sum := int64(0)
			for i, n := range got {
				if want := plain(cx[i%tile.w], cy[i/tile.w], tile.limit); n != want {
					t.Fatalf("%v, %s: %v + %vi has the count %d, want %d", isa, tile.name, cx[i%tile.w], cy[i/tile.w], n, want)
				}
				sum += int64(n)
			}
			if most := sum + int64(len(got))*block; steps < 1 || steps > most {
				t.Errorf("%v, %s: %d steps for counts of %d in all", isa, tile.name, steps, sum)
			}
		}
	}
}

func TestEmptyTile(t *testing.T) {
	k, err := New[float64](simd.Auto)
	if err != nil {
		t.Fatal(err)
	}
	if steps := k.Counts(nil, []float64{1}, 10, nil, nil); steps != 0 {
		t.Errorf("%d steps", steps)
	}
}

// Points inside the set must not cost the limit.
func TestPeriodicPointsEndEarly(t *testing.T) {
	for _, isa := range simd.Available() {
		k, err := New[float64](isa)
		if err != nil {
			t.Fatal(err)
		}
		const limit = 1 << 30
		got := make([]int32, 9)
		cy := []float64{-0.1, 0, 0.1}
		if steps := k.Counts([]float64{-1, -0.1, 0}, cy, limit, got, nil); steps > 1<<20 {
			t.Errorf("%v: %d steps", isa, steps)
		}
		for i, n := range got {
			if n != limit {
				t.Errorf("%v: point %d has the count %d", isa, i, n)
			}
		}
	}
}

func TestYieldEndsTheWork(t *testing.T) {
	// Points beside the cusp of the set, which take some 10^4 steps to leave.
	for _, isa := range simd.Available() {
		k, err := New[float64](isa)
		if err != nil {
			t.Fatal(err)
		}
		cx := make([]float64, 2000)
		for i := range cx {
			cx[i] = 0.2500001 + 1e-9*float64(i)
		}
		calls := 0
		full := k.Counts(cx, []float64{0}, 1<<30, make([]int32, len(cx)), func() bool { calls++; return true })
		if calls < 2 {
			t.Fatalf("%v: yield was called %d times in %d steps", isa, calls, full)
		}
		calls = 0
		part := k.Counts(cx, []float64{0}, 1<<30, make([]int32, len(cx)), func() bool { calls++; return false })
		if calls != 1 || part >= full {
			t.Errorf("%v: %d calls, %d steps of %d", isa, calls, part, full)
		}
		// A point of the boundary, which takes some 10^8 to come to rest.
		if n := k.Counts([]float64{0.25}, []float64{0}, math.MaxInt32, make([]int32, 1), func() bool { return false }); n > 1<<24 {
			t.Errorf("%v: %d steps of a single point before it ends", isa, n)
		}
	}
}

func BenchmarkCounts(b *testing.B) {
	for _, tile := range []struct {
		name       string
		x, y, side float64
		limit      int32
	}{{"whole", -0.5, 0, 3, 1000}, {"seahorses", -0.745, 0.11, 0.01, 1000}, {"inside", -0.1, 0, 0.2, 1000}} {
		for _, isa := range simd.Available() {
			b.Run(fmt.Sprintf("%s/%v", tile.name, isa), func(b *testing.B) {
				k, err := New[float64](isa)
				if err != nil {
					b.Fatal(err)
				}
				const n = 128
				cx, cy, out := make([]float64, n), make([]float64, n), make([]int32, n*n)
				for i := range n {
					cx[i] = tile.x + tile.side*((float64(i)+0.5)/n-0.5)
					cy[i] = tile.y + tile.side*((float64(i)+0.5)/n-0.5)
				}
				var steps int64
				for b.Loop() {
					steps = k.Counts(cx, cy, tile.limit, out, nil)
				}
				sum := int64(0)
				for _, c := range out {
					sum += int64(c)
				}
				each := b.Elapsed().Seconds() / float64(b.N) * 1e9
				b.ReportMetric(float64(sum)/each, "G-iterations/s")
				b.ReportMetric(float64(steps)/each, "G-computed/s")
			})
		}
	}
}

func TestPeakTakesTheStepsAskedFor(t *testing.T) {
	for _, isa := range simd.Available() {
		k, err := New[float32](isa)
		if err != nil {
			t.Fatal(err)
		}
		for _, n := range []int64{1, 1000, 1 << 20} {
			if steps := k.Peak(n); steps < n {
				t.Errorf("%v: %d steps, want %d", isa, steps, n)
			}
		}
	}
}
