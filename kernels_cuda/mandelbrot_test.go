package kernels

import (
	"testing"

	"hybrid/gpu"
	"hybrid/internal/escape"
	"hybrid/simd"
)

func TestMandelbrot(t *testing.T) {
	onVariants(t, "mandelbrot", func(t *testing.T, d *gpu.Device, _ *gpu.Stream) {
		t.Run("f64", func(t *testing.T) { mandelbrotPictures[float64](t, d) })
		t.Run("f32", func(t *testing.T) { mandelbrotPictures[float32](t, d) })
	})
}

// mandelbrotPictures compares whole pictures, in runs of tiles, with the plain loop of
// the CPU.
func mandelbrotPictures[T float32 | float64](t *testing.T, d *gpu.Device) {
	for _, p := range []struct {
		name          string
		x, y, side    float64
		width, height int
		limit         int32
	}{
		{"all of it", -0.5, 0, 3, 150, 70, 300},
		{"one pixel", -0.5, 0, 3, 1, 1, 1000},
		{"a row", -0.5, 0.3, 3, 200, 1, 100},
		{"a column", -0.5, 0.3, 3, 1, 130, 100},
		{"outside", 3, 3, 1, 64, 64, 50},
		{"antenna", -1.995, 0, 0.02, 65, 31, 500},
		{"tip", -2, 0, 1e-6, 40, 41, 200},
		{"limit 1", -0.5, 0, 3, 21, 17, 1},
		{"limit below a block", -0.5, 0, 3, 40, 17, 7},
		{"limit beyond a block", -0.5, 0, 3, 40, 17, 17},
		{"inside", -0.1, 0, 0.2, 33, 9, 5000},
	} {
		columns, rows := make([]T, p.width), make([]T, p.height)
		for i := range columns {
			columns[i] = T(p.x + p.side*((float64(i)+0.5)/float64(p.width)-0.5))
		}
		for j := range rows {
			rows[j] = T(p.y + p.side*((float64(j)+0.5)/float64(p.height)-0.5))
		}
		cpu, err := escape.New[T](simd.Go)
		if err != nil {
			t.Fatal(err)
		}
		want := make([]int32, p.width*p.height)
		cpu.Counts(columns, rows, p.limit, want, nil)
		m, err := LoadMandelbrot(d, columns, rows, 2)
		if err != nil {
			t.Fatal(err)
		}
		cols := (p.width + MandelbrotSide - 1) / MandelbrotSide
		tiles := cols * ((p.height + MandelbrotSide - 1) / MandelbrotSide)
		for first := 0; first < tiles; first += 2 {
			n := min(2, tiles-first)
			got, sums, err := m.Tiles(first/2%MandelbrotLanes, first, n, p.limit)
			if err != nil {
				t.Fatalf("%s: %v", p.name, err)
			}
			sums = append([]uint64{}, sums...)
			for i, v := range got {
				tile, y, x := first+i/(MandelbrotSide*MandelbrotSide), i/MandelbrotSide%MandelbrotSide, i%MandelbrotSide
				col, row := tile%cols*MandelbrotSide+x, tile/cols*MandelbrotSide+y
				if col >= p.width || row >= p.height {
					continue
				}
				if v != want[row*p.width+col] {
					t.Fatalf("%s: column %d, row %d: %d, want %d", p.name, col, row, v, want[row*p.width+col])
				}
				sums[tile-first] -= uint64(v)
			}
			for i, left := range sums {
				if left != 0 {
					t.Errorf("%s: what is said to be the sum of tile %d is off by %d", p.name, first+i, int64(left))
				}
			}
		}
		if _, _, err := m.Tiles(0, tiles-1, 2, p.limit); err == nil {
			t.Errorf("%s: tiles beyond the last", p.name)
		}
		if err := m.Close(); err != nil {
			t.Error(err)
		}
	}
}
