package sorting

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"hybrid/internal/radix"
	"hybrid/internal/rowio"
	"hybrid/internal/shorttest"
	"hybrid/mpi"
	"hybrid/mpi/output"
	"hybrid/npy"
	"hybrid/simd"
	"hybrid/solvers/task"
)

// onRanks sorts n keys on local ranks and returns them, with what a rank says of it.
func onRanks[K Key](t *testing.T, ranks, n int, o Options, fill func(first int, dst []K) error) []K {
	t.Helper()
	return onEach(t, ranks, n, func(int) Options { return o }, fill)
}

// onEach is onRanks with options of every rank's own.
func onEach[K Key](t *testing.T, ranks, n int, options func(rank int) Options, fill func(first int, dst []K) error) []K {
	t.Helper()
	out := make([]K, n)
	err := mpi.Run(ranks, func(c *mpi.Comm) error {
		s, err := New[K](c, n, options(c.Rank()))
		if err != nil {
			return err
		}
		defer s.Close()
		if err := s.Fill(fill); err != nil {
			return err
		}
		before, err := s.Checksum()
		if err != nil {
			return err
		}
		if err := s.Sort(context.Background()); err != nil {
			return err
		}
		lo, hi := s.Share()
		if len(s.Keys) != hi-lo || hi-lo > (n+ranks-1)/ranks {
			return fmt.Errorf("rank %d has %d keys, its share is %d to %d", c.Rank(), len(s.Keys), lo, hi)
		}
		copy(out[lo:hi], s.Keys)
		v, err := s.Verify(before)
		if err == nil && v.Answer != task.Yes {
			err = errors.New(v.Detail)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func keysOf[K Key](n int, fill func(first int, dst []K) error) []K {
	x := make([]K, n)
	fill(0, x)
	return x
}

// inOrder sorts by rank, with the library's own sort.
func inOrder[K Key](x []K) {
	slices.SortFunc(x, func(a, b K) int {
		switch p, q := radix.Rank(a), radix.Rank(b); {
		case p < q:
			return -1
		case p > q:
			return 1
		}
		return 0
	})
}

func testDistributions[K Key](t *testing.T) {
	most := 30011
	if testing.Short() {
		most = 2001
	}
	turn, cases := 0, shorttest.Every(7)
	for _, name := range Distributions {
		for _, n := range []int{0, 1, 2, 4, 1000, most} {
			fill, err := Values[K](name, 7, n)
			if err != nil {
				t.Fatal(err)
			}
			want := keysOf(n, fill)
			inOrder(want)
			for _, ranks := range []int{1, 2, 3, 5, 7, 8} {
				for _, isa := range simd.Available() {
					turn++
					if cases.Skip() {
						continue
					}
					got := onRanks(t, ranks, n, Options{Threads: 1 + turn%5, ISA: isa}, fill)
					if !bytes.Equal(rowio.Bytes(got), rowio.Bytes(want)) {
						t.Errorf("%T, %s, %d keys, %d ranks, %v: other bytes", want, name, n, ranks, isa)
					}
				}
			}
		}
	}
}

func TestSameBytes(t *testing.T) {
	testDistributions[int32](t)
	testDistributions[int64](t)
	testDistributions[uint64](t)
	testDistributions[float32](t)
	testDistributions[float64](t)
}

// TestHardKeys takes what is hard to divide.
func TestHardKeys(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	nan := math.Float64frombits
	specials := []float64{math.Inf(-1), math.Inf(1), 0, math.Copysign(0, -1), nan(0x7ff8000000000000), nan(0xfff8000000000001), nan(0x7ff0000000000001), nan(0xffffffffffffffff), 5e-324, -5e-324}
	for name, at := range map[string]func(i int) float64{
		"specials":         func(int) float64 { return specials[r.IntN(len(specials))] },
		"one heavy value":  func(i int) float64 { return []float64{1, 1, 1, r.Float64() * 2}[r.IntN(4)] },
		"all widths":       func(int) float64 { return nan(r.Uint64() >> r.IntN(64)) },
		"two neighbours":   func(int) float64 { return nan(0x3ff0000000000000 + uint64(r.IntN(2))) },
		"lowest, highest":  func(int) float64 { return nan([]uint64{0xfff0000000000000, 0xffffffffffffffff}[r.IntN(2)]) },
		"one rank's alone": func(i int) float64 { return float64(i / 2500) },
		"from the end":     func(i int) float64 { return float64((19999 - i) / 2500) },
	} {
		x := make([]float64, 20000)
		for i := range x {
			x[i] = at(i)
		}
		want := slices.Clone(x)
		inOrder(want)
		for _, ranks := range []int{2, 3, 8} {
			got := onRanks(t, ranks, len(x), Options{Threads: 2}, func(first int, dst []float64) error {
				copy(dst, x[first:])
				return nil
			})
			if !bytes.Equal(rowio.Bytes(got), rowio.Bytes(want)) {
				t.Errorf("%s on %d ranks: other bytes", name, ranks)
			}
		}
	}
}

// TestManyKeys has shares that are cut into buckets before they are exchanged, one of
// them too large for a thread.
func TestManyKeys(t *testing.T) {
	n := 1_200_000
	if testing.Short() {
		n = 150_000
	}
	r := rand.New(rand.NewPCG(9, 10))
	for name, at := range map[string]func(i int) int64{
		"spread":    func(int) int64 { return int64(r.Uint64()) },
		"one dense": func(int) int64 { return int64(r.Uint64()) >> (r.IntN(3) / 2 * 50) },
		"one heavy": func(int) int64 { return int64(r.Uint64()) * int64(r.IntN(4)/3) },
		"sorted":    func(i int) int64 { return int64(i) },
	} {
		x := make([]int64, n)
		for i := range x {
			x[i] = at(i)
		}
		want := slices.Clone(x)
		slices.Sort(want)
		for i, ranks := range []int{1, 2, 4, 6} {
			got := onRanks(t, ranks, n, Options{Threads: 1 + i}, func(first int, dst []int64) error {
				copy(dst, x[first:])
				return nil
			})
			if !slices.Equal(got, want) {
				t.Errorf("%s on %d ranks: other keys", name, ranks)
			}
		}
	}
}

func TestOrder(t *testing.T) {
	nan := math.Float64frombits
	want := []uint64{
		0xfff0000000000000, 0xbff0000000000000, 0x8000000000000001, 0x8000000000000000,
		0, 1, 0x3ff0000000000000, 0x7ff0000000000000,
		0x7ff0000000000001, 0x7ff8000000000000, 0xffffffffffffffff, 0xfff8000000000000,
	}
	x := make([]float64, len(want))
	for i, b := range want {
		x[len(x)-1-i] = nan(b)
	}
	got := onRanks(t, 1, len(x), Options{}, func(first int, dst []float64) error { copy(dst, x[first:]); return nil })
	// Among the NaNs with a sign, those with more bits come first: their bits are inverted.
	for i := range got {
		if math.Float64bits(got[i]) != want[i] {
			t.Errorf("place %d has %#x, want %#x", i, math.Float64bits(got[i]), want[i])
		}
	}
}

// TestValues pins the keys of a seed, which may never change.
func TestValues(t *testing.T) {
	for _, c := range []struct{ dtype, want string }{
		{"i32", "0fa7be7366ad5f9d"}, {"i64", "09caa3d7263ee22c"}, {"u64", "4115d959ab7e4ca6"}, {"f32", "2688d553b6686807"}, {"f64", "6629bd45f785637b"},
	} {
		sum := map[string]func() string{"i32": hash[int32], "i64": hash[int64], "u64": hash[uint64], "f32": hash[float32], "f64": hash[float64]}[c.dtype]()
		if sum != c.want {
			t.Errorf("%s: %s, want %s", c.dtype, sum, c.want)
		}
	}
	if _, err := Values[int32]("gauss", 1, 1); err == nil || !strings.Contains(err.Error(), `"gauss" is not one of uniform`) {
		t.Error(err)
	}
}

func hash[K Key]() string {
	h := sha256.New()
	for _, name := range Distributions {
		fill, _ := Values[K](name, 3, 10000)
		x := make([]K, 10000)
		fill(0, x[:3]) // pieces are the same as the whole
		fill(3, x[3:])
		h.Write(rowio.Bytes(x))
	}
	return fmt.Sprintf("%x", h.Sum(nil)[:8])
}

// TestShapes holds the distributions to their moments, within 6 standard errors.
func TestShapes(t *testing.T) {
	const n = 200000
	mean := func(name string, f func(x float64) float64) float64 {
		fill, _ := Values[float64](name, 11, n)
		sum := 0.0
		for _, x := range keysOf(n, fill) {
			sum += f(x)
		}
		return sum / n
	}
	id := func(x float64) float64 { return x }
	for _, c := range []struct {
		name      string
		f         func(x float64) float64
		want, sd  float64
		statistic string
	}{
		{"uniform", id, 0.5, math.Sqrt(1. / 12), "mean"},
		{"normal", id, 0, 1, "mean"},
		{"normal", func(x float64) float64 { return x * x }, 1, math.Sqrt2, "variance"},
		{"normal", func(x float64) float64 { return math.Erf(x / math.Sqrt2) }, 0, math.Sqrt(1. / 3), "mean of the distribution function"},
		{"zipf", func(x float64) float64 { return map[bool]float64{true: 1}[x == 1] }, 1. / 20, math.Sqrt(0.05 * 0.95), "part of ones"},
		{"zipf", func(x float64) float64 { return map[bool]float64{true: 1}[x < 1024] }, 0.5, 0.5, "part below 1024"},
		{"few", id, 7.5, math.Sqrt(255. / 12), "mean"},
	} {
		if got := mean(c.name, c.f); math.Abs(got-c.want) > 6*c.sd/math.Sqrt(n) {
			t.Errorf("%s: %s %v, want %v", c.name, c.statistic, got, c.want)
		}
	}
}

func TestQuantile(t *testing.T) {
	for _, c := range [][2]float64{ // of R's qnorm, 17 digits
		{0.5, 0}, {0.25, -0.67448975019608171}, {0.975, 1.9599639845400545}, {1e-10, -6.3613409024040557}, {0.001, -3.0902323061678132},
	} {
		if got := quantile(c[0]); math.Abs(got-c[1]) > 1e-15*math.Max(1, math.Abs(c[1])) {
			t.Errorf("quantile(%v) = %.17g, want %.17g", c[0], got, c[1])
		}
	}
	for _, x := range []float64{1e-300, 0.1, 0.7, 0.70710678118, 0.999, 1, 1.5, 12345.6} {
		if got, want := ln(x), math.Log(x); math.Abs(got-want) > 3e-16*math.Max(math.Abs(want), 1e-3) {
			t.Errorf("ln(%v) = %.17g, want %.17g", x, got, want)
		}
	}
	for _, x := range []float64{0, 0.3, 1, 7.5, 19.999} {
		if got, want := exp2(x), math.Exp2(x); math.Abs(got-want) > 4e-16*want {
			t.Errorf("exp2(%v) = %.17g, want %.17g", x, got, want)
		}
	}
}

func TestVerifyFindsFaults(t *testing.T) {
	for _, c := range []struct {
		name, want string
		rank       int
		fault      func(keys []int64)
	}{
		{"none", "1000 keys in order", 0, func([]int64) {}},
		{"another value in order", "have become", 1, func(k []int64) { k[5] = k[6] }},
		{"two exchanged", "key 255 is below", 0, func(k []int64) { k[254], k[255] = k[255], k[254] }},
		{"a border", "key 334 is below", 1, func(k []int64) { k[0] = -1 }},
	} {
		err := mpi.Run(3, func(comm *mpi.Comm) error {
			s, err := New[int64](comm, 1000, Options{Threads: 2})
			if err != nil {
				return err
			}
			fill, _ := Values[int64]("sorted", 1, 1000)
			s.Fill(fill)
			before, err := s.Checksum()
			if err != nil {
				return err
			}
			if comm.Rank() == c.rank {
				c.fault(s.Keys)
			}
			v, err := s.Verify(before)
			if err == nil && ((v.Answer == task.Yes) != (c.name == "none") || !strings.Contains(v.Detail, c.want)) {
				err = fmt.Errorf("%s: %+v, want %s", c.name, v, c.want)
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
	}
}

func TestSummary(t *testing.T) {
	err := mpi.Run(3, func(c *mpi.Comm) error {
		s, err := New[uint64](c, 10, Options{})
		if err != nil {
			return err
		}
		fill, _ := Values[uint64]("reversed", 1, 10)
		s.Fill(fill)
		if err := s.Sort(context.Background()); err != nil {
			return err
		}
		m, err := s.Summary()
		if want := (Summary[uint64]{0, 4, 9}); err != nil || m != want {
			return fmt.Errorf("%v, %v, want %v", m, err, want)
		}
		if got := s.Imbalance(); got != 1.2 {
			return fmt.Errorf("imbalance %v", got)
		}
		if _, err := s.At(10); err == nil {
			return errors.New("key 10 of 10")
		}
		costs := s.Costs()
		if share := len(s.Keys) * 8; costs.Memory > 3*share || costs.Keys != float64(len(s.Keys)) || costs.Sent <= 0 {
			return fmt.Errorf("costs %+v of %d bytes", costs, share)
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

func TestRefusals(t *testing.T) {
	for _, c := range []struct {
		n    int
		o    Options
		want string
	}{
		{-1, Options{}, "-1 keys: want 0 to 2^56"},
		{1 << 57, Options{}, "want 0 to 2^56"},
		{1, Options{Threads: -1}, "-1 threads"},
		{1, Options{ISA: 99}, "unknown instruction set"},
		{1 << 50, Options{}, "keys of 64 bits need"},
	} {
		err := mpi.Run(2, func(comm *mpi.Comm) error {
			_, err := New[float64](comm, c.n, c.o)
			return err
		})
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%+v: %v, want %s", c, err, c.want)
		}
	}
}

func TestCancel(t *testing.T) {
	ctx, cancel := context.WithCancelCause(context.Background())
	stop := errors.New("enough")
	cancel(stop)
	err := mpi.Run(2, func(c *mpi.Comm) error {
		s, err := New[int32](c, 100, Options{})
		if err != nil {
			return err
		}
		mine := context.Background()
		if c.Rank() == 1 {
			mine = ctx
		}
		return s.Sort(mine)
	})
	if !errors.Is(err, stop) {
		t.Error(err)
	}
}

func TestFiles(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "keys.npy")
	const n = 1001
	fill, _ := Values[float32]("normal", 9, n)
	keys := keysOf(n, fill)
	h, err := npy.NewHeader(npy.Float32, n)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, append(h.Bytes(), rowio.Bytes(keys)...), 0o644); err != nil {
		t.Fatal(err)
	}
	inOrder(keys)
	want := append(h.Bytes(), rowio.Bytes(keys)...)
	for _, ranks := range []int{1, 3} {
		out := filepath.Join(dir, fmt.Sprint(ranks, ".npy"))
		err := mpi.Run(ranks, func(c *mpi.Comm) error {
			f, err := OpenFile(c, path)
			if err != nil {
				return err
			}
			defer f.Close()
			if f.N() != n || f.DType() != "f32" {
				return fmt.Errorf("%d keys of %s", f.N(), f.DType())
			}
			if wrong, err := New[int32](c, n, Options{}); err != nil {
				return err
			} else if err := wrong.Fill(FromFile[int32](f)); err == nil || !strings.Contains(err.Error(), "dtype <f4, not <i4") {
				return fmt.Errorf("read as i32: %v", err)
			}
			s, err := New[float32](c, n, Options{})
			if err != nil {
				return err
			}
			if err := s.Fill(FromFile[float32](f)); err != nil {
				return err
			}
			if err := s.Sort(context.Background()); err != nil {
				return err
			}
			files, err := output.New(c)
			if err != nil {
				return err
			}
			if err := s.Write(files, filepath.Join(dir, "a.txt")); err == nil {
				return errors.New("wrote a .txt")
			}
			return s.Write(files, out)
		})
		if err != nil {
			t.Fatal(err)
		}
		if got, err := os.ReadFile(out); err != nil || !bytes.Equal(got, want) {
			t.Errorf("%d ranks wrote other bytes: %v", ranks, err)
		}
	}
}

func TestFileErrors(t *testing.T) {
	dir := t.TempDir()
	file := func(name, header string, data int) string {
		path := filepath.Join(dir, name)
		text := header + strings.Repeat(" ", 117-len(header)) + "\n"
		b := append([]byte("\x93NUMPY\x01\x00\x76\x00"), text...)
		if err := os.WriteFile(path, append(b, make([]byte, data)...), 0o644); err != nil {
			t.Fatal(err)
		}
		return path
	}
	for _, c := range []struct{ path, want string }{
		{file("2d", "{'descr': '<f8', 'fortran_order': False, 'shape': (2, 3), }", 48), "2-dimensional, [2 3], keys have one dimension: save a.ravel()"},
		{file("big", "{'descr': '>f8', 'fortran_order': False, 'shape': (2,), }", 16), "big-endian"},
		{file("u4", "{'descr': '<u4', 'fortran_order': False, 'shape': (2,), }", 8), "save a.astype('<i8')"},
		{file("i1", "{'descr': '|i1', 'fortran_order': False, 'shape': (2,), }", 2), "save a.astype('<i4')"},
		{file("order", "{'descr': '<f8', 'fortran_order': True, 'shape': (2, 3), }", 48), "Fortran"},
		{file("cut", "{'descr': '<f8', 'fortran_order': False, 'shape': (9,), }", 48), "cut off"},
		{filepath.Join(dir, "missing"), "no such file"},
	} {
		err := mpi.Run(2, func(comm *mpi.Comm) error {
			_, err := OpenFile(comm, c.path)
			return err
		})
		if err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), c.path) {
			t.Errorf("%s: %v, want %s", c.path, err, c.want)
		}
	}
}
