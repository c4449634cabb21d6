package membw

import (
	"math"
	"strings"
	"testing"
	"time"
)

func TestMeasure(t *testing.T) {
	for _, threads := range []int{0, 1, 2, 3, 7} {
		r, err := Measure(Options{Threads: threads, ArrayBytes: 1<<16 + 72, Budget: time.Millisecond})
		if err != nil {
			t.Fatal(err)
		}
		for name, rate := range map[string]float64{"copy": r.Copy, "scale": r.Scale, "add": r.Add, "triad": r.Triad} {
			if !(rate > 0) || math.IsInf(rate, 0) {
				t.Errorf("%d threads: %s at %g GB/s", threads, name, rate)
			}
		}
		if r.Best() < r.Triad || r.Best() < r.Copy {
			t.Errorf("best %g of %+v", r.Best(), r)
		}
		if r.Threads != max(threads, 1) || r.ArrayBytes != 1<<16+64 || r.Repetitions < 2 || r.Repetitions > 12 {
			t.Errorf("%d threads: %+v", threads, r)
		}
	}
}

// TestTeamCoversEveryElementOnce counts visits, for sizes that do not divide.
func TestTeamCoversEveryElementOnce(t *testing.T) {
	for _, n := range []int{0, 7, 8, 64, 1000, 1003} {
		for _, threads := range []int{1, 2, 3, 16} {
			visits := make([]int, n)
			team := newTeam(threads, n)
			team.run(func(lo, hi int) {
				if lo%8 != 0 {
					t.Errorf("a range begins at %d, within a cache line", lo)
				}
				for i := lo; i < hi; i++ {
					visits[i]++
				}
			})
			team.stop()
			for i, v := range visits {
				if v != 1 {
					t.Fatalf("%d elements, %d threads: element %d visited %d times", n, threads, i, v)
				}
			}
		}
	}
}

func TestCheckFindsAWrongElement(t *testing.T) {
	run := func() (a, b, c []float64) {
		a, b, c = make([]float64, 9), make([]float64, 9), make([]float64, 9)
		initialize(a, b, c)
		for range 3 {
			copyKernel(c, a)
			scaleKernel(b, c, scalar)
			addKernel(c, a, b)
			triadKernel(a, b, c, scalar)
		}
		return a, b, c
	}
	a, b, c := run()
	if a[0] != 15*15*15 || b[0] != 3*15*15 || c[0] != 4*15*15 { // a grows by 15 each time
		t.Errorf("values %g %g %g", a[0], b[0], c[0])
	}
	if err := check(a, b, c, 3); err != nil {
		t.Error(err)
	}
	if check(a, b, c, 2) == nil {
		t.Error("a wrong number of repetitions passed")
	}
	c[8]++
	if err := check(a, b, c, 3); err == nil || !strings.Contains(err.Error(), "at element 8") {
		t.Errorf("a wrong element: %v", err)
	}
}

func TestResolve(t *testing.T) {
	const MiB, GiB = 1 << 20, 1 << 30
	plenty := func() (uint64, bool) { return 1 << 40, true }
	unknown := func() (uint64, bool) { return 0, false }
	little := func() (uint64, bool) { return 80 * MiB, true }
	for _, c := range []struct {
		name      string
		o         Options
		cache     int
		available func() (uint64, bool)
		want      int
	}{
		{"small cache", Options{}, 8 * MiB, plenty, 32 * MiB},
		{"large cache: capped", Options{}, 260 * MiB, plenty, 128 * MiB},
		{"unknown cache", Options{}, 0, unknown, 128 * MiB},
		{"many threads", Options{Threads: 64}, 260 * MiB, plenty, 1024 * MiB},
		{"many threads, small cache", Options{Threads: 64}, 32 * MiB, plenty, 128 * MiB},
		{"many processes", Options{Processes: 8}, 260 * MiB, plenty, 16 * MiB},
		{"many processes of many threads", Options{Processes: 8, Threads: 8}, 260 * MiB, plenty, 128 * MiB},
		{"little memory", Options{}, 260 * MiB, little, 10 * MiB},
		{"little memory, two processes", Options{Processes: 2}, 260 * MiB, little, 5 * MiB},
		{"given", Options{ArrayBytes: 2 * GiB}, 8 * MiB, little, 2 * GiB},
		{"given, odd", Options{ArrayBytes: 1000}, 8 * MiB, little, 960},
		{"given, below a line a thread", Options{ArrayBytes: 1, Threads: 3}, 8 * MiB, little, 192},
	} {
		o, err := c.o.resolve(c.cache, c.available)
		if err != nil || o.ArrayBytes != c.want {
			t.Errorf("%s: %d bytes, want %d (%v)", c.name, o.ArrayBytes, c.want, err)
		}
		if o.Threads < 1 || o.Processes < 1 || o.Budget != 300*time.Millisecond {
			t.Errorf("%s: %+v", c.name, o)
		}
	}
	if _, err := Measure(Options{Threads: -1}); err == nil || err.Error() != "membw: negative option" {
		t.Errorf("negative threads: %v", err)
	}
	if _, err := Measure(Options{ArrayBytes: 1 << 60}); err == nil || !strings.HasPrefix(err.Error(), "membw: 3 arrays of 1152921504606846976 bytes: ") {
		t.Errorf("arrays beyond the address space: %v", err)
	}
}

func BenchmarkSTREAM(b *testing.B) {
	for _, threads := range []int{1, 2} {
		b.Run(map[int]string{1: "1 thread", 2: "2 threads"}[threads], func(b *testing.B) {
			var best Result
			for b.Loop() {
				r, err := Measure(Options{Threads: threads})
				if err != nil {
					b.Fatal(err)
				}
				if r.Triad > best.Triad {
					best = r
				}
			}
			b.ReportMetric(best.Copy, "copy-GB/s")
			b.ReportMetric(best.Scale, "scale-GB/s")
			b.ReportMetric(best.Add, "add-GB/s")
			b.ReportMetric(best.Triad, "triad-GB/s")
		})
	}
}
