package membw

import (
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"hybrid/internal/cores"
	"hybrid/simd"
)

func TestMeasure(t *testing.T) {
	for _, threads := range []int{0, 1, 2, 3, 7} {
		r, err := Measure(Options{Threads: threads, ArrayBytes: 1<<16 + 300, Budget: time.Millisecond})
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
		if r.Threads != max(threads, 1) || r.ArrayBytes != 1<<16+256 || r.Repetitions < 2 || r.Repetitions > 12 {
			t.Errorf("%d threads: %+v", threads, r)
		}
	}
}

func TestTriadAlone(t *testing.T) {
	r, err := Measure(Options{Threads: 2, ArrayBytes: 1 << 16, Budget: time.Millisecond, Triad: true})
	if err != nil || !(r.Triad > 0) || r.Copy != 0 || r.Scale != 0 || r.Add != 0 || r.Best() != r.Triad {
		t.Errorf("%+v, %v", r, err)
	}
}

// TestKernels compares the vector kernels with the plain ones, and checks that they write nothing beyond the end.
func TestKernels(t *testing.T) {
	fill := func(seed, n int) []float64 {
		v := make([]float64, n)
		for i := range v {
			v[i] = float64((seed+i*i)%1000) - 500
		}
		return v
	}
	for _, isa := range simd.Available() {
		k, err := kernelsFor(isa)
		if err != nil {
			t.Fatal(err)
		}
		for _, n := range []int{group, 3 * group, 8 * group} {
			for name, run := range map[string]func(k kernels, to, x, y *float64){
				"copy":  func(k kernels, to, x, _ *float64) { k.copy(2, n, to, x) },
				"scale": func(k kernels, to, x, _ *float64) { k.scale(2, n, to, x, 1.5) },
				"add":   func(k kernels, to, x, y *float64) { k.add(2, n, to, x, y) },
				"triad": func(k kernels, to, x, y *float64) { k.triad(2, n, to, x, y, 1.5) },
			} {
				x, y := fill(1, n+group), fill(7, n+group)
				got, want := fill(3, n+group), fill(3, n+group)
				run(k, &got[0], &x[0], &y[0])
				run(plain, &want[0], &x[0], &y[0])
				if !slices.Equal(got, want) || !slices.Equal(got[n:], fill(3, n+group)[n:]) {
					t.Errorf("%v: %s of %d elements differs from the plain loop", isa, name, n)
				}
			}
		}
	}
	if _, err := Open(Options{ISA: simd.ISA(99)}); err == nil || !strings.HasPrefix(err.Error(), "membw: simd: unknown instruction set") {
		t.Errorf("an unknown instruction set: %v", err)
	}
}

// TestPartsCoverEveryElementOnce adds the parts up, for sizes that do not divide.
func TestPartsCoverEveryElementOnce(t *testing.T) {
	for _, bytes := range []int{1, 8 * group, 100_000, 1<<20 + 8*group} {
		for _, n := range []int{1, 2, 3, 16} {
			s, err := Open(Options{Threads: n, ArrayBytes: bytes})
			if err != nil {
				t.Fatal(err)
			}
			end := 0
			for i := range n {
				lo, length := s.part(i)
				if lo != end || lo%group != 0 || length%group != 0 {
					t.Errorf("%d bytes, thread %d of %d: %d elements from %d on, want multiples of %d from %d on", bytes, i, n, length, lo, group, end)
				}
				end = lo + length
			}
			if end != len(s.a) {
				t.Errorf("%d bytes, %d threads: the parts end at %d of %d", bytes, n, end, len(s.a))
			}
			if err := s.Close(); err != nil {
				t.Error(err)
			}
		}
	}
}

func TestCloseFindsAWrongElement(t *testing.T) {
	open := func(rounds int) *Arrays {
		s, err := Open(Options{ArrayBytes: 1000})
		if err != nil {
			t.Fatal(err)
		}
		for range rounds {
			for k := range NumKernels {
				s.Pass(k)
			}
		}
		return s
	}
	s := open(3)
	if s.a[0] != 15*15*15 || s.b[0] != 3*15*15 || s.c[0] != 4*15*15 { // a grows by 15 each time
		t.Errorf("values %g %g %g", s.a[0], s.b[0], s.c[0])
	}
	if s.Bytes(Copy) != 2*768 || s.Bytes(Triad) != 3*768 {
		t.Errorf("copy moves %d bytes, triad %d", s.Bytes(Copy), s.Bytes(Triad))
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	s = open(MaxRounds)
	s.Repeat(5) // of triad, whose input stays
	s.c[8]++
	if err := s.Close(); err == nil || !strings.Contains(err.Error(), "at element 8") {
		t.Errorf("a wrong element: %v", err)
	}
}

func TestLevels(t *testing.T) {
	const KiB, MiB = 1 << 10, 1 << 20
	usual := []cores.Cache{{Level: 1, Bytes: 48 * KiB}, {Level: 2, Bytes: 2 * MiB}, {Level: 3, Bytes: 64 * MiB}}
	for _, c := range []struct {
		name    string
		caches  []cores.Cache
		threads int
		want    []Level
	}{
		{"none", nil, 1, nil},
		{"one thread", usual, 1, []Level{{1, 24 * KiB}, {2, MiB - MiB%768}, {3, 16*MiB - 16*MiB%768}}},
		{"four threads", usual, 4, []Level{{1, 24 * KiB}, {2, MiB - MiB%768}, {3, 8*MiB - 8*MiB%768}}},
		{"too many for the last level", usual, 16, []Level{{1, 24 * KiB}, {2, MiB - MiB%768}}},
		{"a last level that others share", []cores.Cache{{Level: 1, Bytes: 32 * KiB}, {Level: 2, Bytes: MiB}, {Level: 3, Bytes: 260 * MiB}}, 2,
			[]Level{{1, 16*KiB - 16*KiB%768}, {2, 512*KiB - 512*KiB%768}, {3, 8*MiB - 8*MiB%768}}},
	} {
		if got := Levels(c.caches, c.threads); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
	for _, n := range []int{1, 3} {
		s, err := OpenCache(Options{Threads: n}, Level{1, 24 * KiB})
		if err != nil {
			t.Fatal(err)
		}
		if _, length := s.part(n - 1); 3*8*length != 24*KiB || s.ArrayBytes() != 8*KiB*n {
			t.Errorf("%d threads: %d elements of a thread, arrays of %d bytes", n, length, s.ArrayBytes())
		}
		if took := s.Repeat(3); took <= 0 {
			t.Errorf("took %v", took)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
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
		{"given, odd", Options{ArrayBytes: 1000}, 8 * MiB, little, 768},
		{"given, too little for the threads", Options{ArrayBytes: 1, Threads: 3}, 8 * MiB, little, 768},
	} {
		o, err := c.o.resolve(c.cache, c.available)
		if err != nil || o.ArrayBytes != c.want {
			t.Errorf("%s: %d bytes, want %d (%v)", c.name, o.ArrayBytes, c.want, err)
		}
		if o.Threads < 1 || o.Processes < 1 {
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
