package heatmap

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"sync"
	"testing"
)

func TestNewRaster(t *testing.T) {
	for _, c := range []struct {
		nx, ny       int
		dx, dy       float64
		w, h, pw, ph int
		why          string
	}{
		{100, 100, 1, 1, 100, 100, 800, 800, "8 pixels a point"},
		{3, 3, 1, 1, 3, 3, 801, 801, "267 pixels a point"},
		{1, 1, 1e-9, 1e-9, 1, 1, 800, 800, "one point"},
		{500, 400, 2, 2, 500, 400, 1000, 800, "2 pixels a point"},
		{700, 70, 1, 1, 700, 70, 700, 175, "1 pixel a point, ratio capped"},
		{2000, 500, 1, 1, 800, 200, 800, 200, "reduced"},
		{500, 2000, 1, 1, 200, 800, 200, 800, "reduced, upright"},
		{2002, 2002, 0.01, 0.01, 800, 800, 800, 800, "reduced"},
		{850, 850, 1, 1, 850, 850, 850, 850, "1 pixel a point"},
		{900, 900, 1, 1, 800, 800, 800, 800, "barely reduced"},
		{2000, 3, 1, 1, 800, 3, 800, 201, "ratio capped at 4, the 3 rows of 67 pixels"},
		{3, 2000, 1, 1, 3, 800, 201, 800, "ratio capped at 1/4"},
		{100, 100, 2, 1, 100, 100, 800, 400, "cells twice as wide as high"},
		{100, 100, 1, 1e9, 100, 100, 200, 800, "cells as thin as hairs"},
		{1000000000, 1000000000, 1, 1, 800, 800, 800, 800, "huge"},
		{100, 100, math.NaN(), 1, 100, 100, 800, 800, "no distance"},
	} {
		r := NewRaster(c.nx, c.ny, c.dx, c.dy)
		if r.W != c.w || r.H != c.h || r.PW != c.pw || r.PH != c.ph {
			t.Errorf("%d x %d (%s): raster %d x %d on %d x %d pixels, want %d x %d on %d x %d",
				c.nx, c.ny, c.why, r.W, r.H, r.PW, r.PH, c.w, c.h, c.pw, c.ph)
		}
	}
}

func TestEveryGridRowHasOneRasterRow(t *testing.T) {
	for _, ny := range []int{1, 2, 3, 799, 800, 801, 1600, 2003} {
		r := NewRaster(ny, ny, 1, 1)
		if r.rowStart(0) != 0 || r.rowStart(r.H) != ny {
			t.Errorf("%d rows: the raster covers [%d, %d)", ny, r.rowStart(0), r.rowStart(r.H))
		}
		for i := range ny {
			if p := r.rowOf(i); i < r.rowStart(p) || i >= r.rowStart(p+1) {
				t.Fatalf("%d rows: row %d given to raster row %d, which is [%d, %d)", ny, i, p, r.rowStart(p), r.rowStart(p+1))
			}
		}
	}
}

// reduce runs one Reducer per range of rows, each on its own goroutine, partial sums travelling through channels to the next
// range that has rows; bounds are the ranges' ends, an empty range is a rank without rows.
func reduce[T ~float32 | ~float64](t *testing.T, r Raster, grid []T, bounds []int) []float64 {
	t.Helper()
	ranks := len(bounds) - 1
	parts := make([][]float64, ranks)
	ranges := make([][2]int, ranks)
	var group sync.WaitGroup
	link := make(chan []float64, 1) // from the rank before
	for k := range ranks {
		lo, hi := bounds[k], bounds[k+1]
		in, out := link, make(chan []float64, 1)
		if lo < hi {
			link = out
		}
		group.Go(func() {
			d := NewReducer[T](r, lo, hi)
			for i := lo; i < hi; i++ {
				d.Add(i, grid[i*r.NX:(i+1)*r.NX])
			}
			err := d.Exchange(
				func(partial []float64) error { copy(partial, <-in); return nil },
				func(partial []float64) error { out <- slices.Clone(partial); return nil })
			if err != nil {
				t.Error(err)
			}
			a, b := d.Rows()
			ranges[k], parts[k] = [2]int{a, b}, d.Pixels()
		})
	}
	group.Wait()
	next := 0
	for k, part := range parts {
		if len(part) == 0 {
			continue
		}
		if ranges[k][0] != next || len(part) != (ranges[k][1]-next)*r.W {
			t.Fatalf("bounds %v: rank %d has raster rows %v in %d pixels, next is row %d", bounds, k, ranges[k], len(part), next)
		}
		next = ranges[k][1]
	}
	if next != r.H {
		t.Fatalf("bounds %v: %d raster rows of %d", bounds, next, r.H)
	}
	return slices.Concat(parts...)
}

// TestReducerGivesTheSameBitsForAnySplit includes raster rows that lie on many ranks and ranks without rows.
func TestReducerGivesTheSameBitsForAnySplit(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	for _, c := range []struct{ nx, ny, w, h int }{
		{7, 40, 3, 4}, {5, 5, 5, 5}, {1, 1, 1, 1}, {10, 97, 4, 1}, {3, 100, 3, 13}, {9, 3, 2, 3},
	} {
		r := Raster{NX: c.nx, NY: c.ny, DX: 1, DY: 1, W: c.w, H: c.h, PW: c.w, PH: c.h}
		grid := make([]float64, c.nx*c.ny)
		small := make([]float32, c.nx*c.ny)
		for i := range grid {
			grid[i] = rng.NormFloat64() * math.Exp(20*rng.Float64()) // sums depend on their order
			small[i] = float32(grid[i])
		}
		want, want32 := direct(r, grid), direct(r, small)
		splits := [][]int{{0, c.ny}, {0, 0, c.ny, c.ny}, {0, c.ny / 2, c.ny / 2, c.ny / 2, c.ny}}
		var single []int
		for i := range c.ny + 1 {
			single = append(single, i) // every row its own rank
		}
		splits = append(splits, single)
		for range 50 {
			split := []int{0, c.ny}
			for range rng.IntN(9) {
				split = append(split, rng.IntN(c.ny+1))
			}
			slices.Sort(split)
			splits = append(splits, split)
		}
		for _, split := range splits {
			if got := reduce(t, r, grid, split); !slices.Equal(got, want) {
				t.Errorf("%+v, split %v: float64 bits differ", c, split)
			}
			if got := reduce(t, r, small, split); !slices.Equal(got, want32) {
				t.Errorf("%+v, split %v: float32 bits differ", c, split)
			}
		}
	}
}

// direct is the definition: for each pixel, the sums of its rows added from the top, over the number of its points.
func direct[T ~float32 | ~float64](r Raster, grid []T) []float64 {
	var pixels []float64
	for p := range r.H {
		for q := range r.W {
			sum, points := 0.0, 0
			for i := r.rowStart(p); i < r.rowStart(p+1); i++ {
				row := 0.0
				for j := r.colStart(q); j < r.colStart(q+1); j++ {
					row += float64(grid[i*r.NX+j])
					points++
				}
				sum += row
			}
			pixels = append(pixels, sum/float64(points))
		}
	}
	return pixels
}

func TestReducerReturnsTheErrorsOfItsNeighbours(t *testing.T) {
	r := Raster{NX: 1, NY: 9, W: 1, H: 1, PW: 1, PH: 1}
	fine := func([]float64) error { return nil }
	fail := func([]float64) error { return fmt.Errorf("gone") }
	for _, c := range []struct {
		name          string
		lo, hi        int
		receive, send func([]float64) error
	}{
		{"send, first rank", 0, 3, nil, fail},
		{"receive, last rank", 6, 9, fail, nil},
		{"send, middle rank", 3, 6, fine, fail},
		{"receive, middle rank", 3, 6, fail, nil},
	} {
		if err := NewReducer[float64](r, c.lo, c.hi).Exchange(c.receive, c.send); err == nil || err.Error() != "gone" {
			t.Errorf("%s: %v", c.name, err)
		}
	}
	if err := NewReducer[float64](r, 4, 4).Exchange(nil, nil); err != nil {
		t.Errorf("rank without rows: %v", err)
	}
}

func BenchmarkReducer(b *testing.B) {
	for _, n := range []int{2000, 8000} {
		b.Run(strconv.Itoa(n), func(b *testing.B) {
			r := NewRaster(n, n, 1, 1)
			row := make([]float64, n)
			for b.Loop() {
				d := NewReducer[float64](r, 0, n)
				for i := range n {
					d.Add(i, row)
				}
				if err := d.Exchange(nil, nil); err != nil {
					b.Fatal(err)
				}
				if len(d.Pixels()) != r.W*r.H {
					b.Fatal("raster incomplete")
				}
			}
			b.ReportMetric(float64(n*n)*float64(b.N)/b.Elapsed().Seconds()/1e6, "Mpoints/s")
		})
	}
}
