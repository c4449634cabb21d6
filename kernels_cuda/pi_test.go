package kernels

import (
	"os"
	"strconv"
	"strings"
	"testing"

	"hybrid/gpu"
	"hybrid/internal/philox"
	"hybrid/internal/tally"
)

// slowInside is the count of Pi.Count, block by block.
func slowInside(s philox.Stream, first, n uint64) uint64 {
	count := uint64(0)
	for i := first; i < first+n; i++ {
		r := s.At(i, 0)
		count += tally.InsidePoint(r[0], r[1]) + tally.InsidePoint(r[2], r[3])
	}
	return count
}

func TestPi(t *testing.T) {
	onVariants(t, "pi", func(t *testing.T, d *gpu.Device, s *gpu.Stream) {
		k, err := LoadPi(d, s)
		if err != nil {
			t.Fatal(err)
		}
		defer k.Close()
		whole := uint64(k.grid * piThreads) // what the grid takes at a time
		all := uint64(0)
		for _, v := range []struct{ seed, first, n uint64 }{
			{1, 0, 0}, {1, 0, 1}, {1 << 63, 5, 31}, {2, 1 << 31, 255}, {3 << 32, 1<<33 + 7, 256}, {4, 1 << 62, 257},
			{5, 1<<32 - 3, 7}, {6, 1<<32 - 1, 1}, {7, 1<<40 - 1000, 2000}, {8, 9, 10007},
			{9, 77, whole - 1}, {10, 77, whole}, {11, 77, whole + 1}, {12, 77, 6*whole + 301},
		} {
			r := philox.New(v.seed, philox.Pi)
			if err := k.Count(v.seed, v.first, v.n); err != nil {
				t.Fatal(err)
			}
			got, err := k.Inside()
			if err != nil {
				t.Fatal(err)
			}
			if want := slowInside(r, v.first, v.n); got-all != want {
				t.Errorf("%+v: %d inside, want %d", v, got-all, want)
			}
			all = got
		}
	})
}

// nearCircle are the samples of testdata/near_circle.txt.
func nearCircle(t *testing.T) (samples []uint64) {
	t.Helper()
	text, err := os.ReadFile("../testdata/near_circle.txt")
	if err != nil {
		t.Fatal(err)
	}
	for _, word := range strings.Fields(string(text)) {
		n, err := strconv.ParseUint(word, 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		samples = append(samples, n)
	}
	if len(samples) == 0 {
		t.Fatal("there are none")
	}
	return samples
}

// TestPiEdge counts samples so close to the circle that the lowest bits decide.
func TestPiEdge(t *testing.T) {
	onVariants(t, "pi", func(t *testing.T, d *gpu.Device, s *gpu.Stream) {
		k, err := LoadPi(d, s)
		if err != nil {
			t.Fatal(err)
		}
		defer k.Close()
		r, all := philox.New(0, philox.Pi), uint64(0)
		for _, sample := range nearCircle(t) {
			w := r.At(sample/2, 0)
			x, y := uint64(w[sample%2*2]), uint64(w[sample%2*2+1])
			if sum := x*x>>32 + y*y>>32; sum < 1<<32-3 || sum >= 1<<32 || tally.InsidePoint(uint32(x), uint32(y)) == 1 {
				t.Fatalf("sample %d, (%d, %d), is not one of those", sample, x, y)
			}
			if err := k.Count(0, sample/2, 1); err != nil {
				t.Fatal(err)
			}
			got, err := k.Inside()
			if err != nil {
				t.Fatal(err)
			}
			if want := slowInside(r, sample/2, 1); got-all != want {
				t.Errorf("the block of sample %d: %d inside, want %d", sample, got-all, want)
			}
			all = got
		}
	})
}
