package matmul

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"hybrid/gpu"
	kernels "hybrid/kernels_cuda"
	"hybrid/mpi"
	"hybrid/solvers/task"
)

// onDevices multiplies on ranks of which those that have a capability have a
// simulated device, and puts C together.
func onDevices[T Real](p Problem, capabilities []int, memory int64, o Options, after func(c *mpi.Comm, s *Solver[T]) error) ([]T, error) {
	c := make([]T, p.M*p.N)
	err := mpi.Run(len(capabilities), func(comm *mpi.Comm) error {
		o := o
		if capability := capabilities[comm.Rank()]; capability > 0 {
			o.Device = gpu.Sim(gpu.SimOptions{Major: capability / 10, Minor: capability % 10, Memory: memory})
			defer o.Device.Close()
		}
		s, err := New[T](comm, p, o)
		if err != nil {
			return err
		}
		defer s.Free()
		if err := s.FillA(RandomA[T](p, 7)); err != nil {
			return err
		}
		if err := s.FillB(RandomB[T](p, 7)); err != nil {
			return err
		}
		if err := s.Multiply(context.Background()); err != nil {
			return err
		}
		if err := s.inPieces(); err != nil { // and finds what the first product left
			return err
		}
		for i := range s.C.Rows {
			copy(c[(s.C.Row+i)*p.N+s.C.Col:], s.C.line(i))
		}
		if after != nil {
			return after(comm, s)
		}
		return nil
	})
	return c, err
}

// inPieces multiplies in three pieces, behind the first of which C becomes another one and
// is brought back, as from a checkpoint.
func (s *Solver[T]) inPieces() error {
	ctx := context.Background()
	first, second := s.Problem.K/3, s.Problem.K/4
	s.reset()
	if err := errors.Join(s.advance(ctx, first), s.finish()); err != nil {
		return err
	}
	saved := slices.Clone(s.C.Data)
	if err := s.Multiply(ctx); err != nil {
		return err
	}
	copy(s.C.Data, saved)
	s.step, s.panels = first, 0
	return errors.Join(s.engine.Filled(&s.C), s.advance(ctx, second), s.advance(ctx, s.Problem.K-first-second), s.finish())
}

func TestDeviceSameBits(t *testing.T) {
	t.Parallel()
	t.Run("float64", testDeviceSameBits[float64])
	t.Run("float32", testDeviceSameBits[float32])
}

// testDeviceSameBits compares devices, and ranks with and without one, with
// processors, in all the ways in which blocks can lie.
func testDeviceSameBits[T Real](t *testing.T) {
	p := Problem{61, 53, 47}
	if testing.Short() {
		p.K = 21
	}
	want, err := multiply[T](p, 1, Options{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		capabilities []int
		o            Options
		kib          int64 // of device memory
		bands        bool
		short        string // the type that short tests have it in: each with all its kernels
	}{
		{[]int{61}, Options{part: 9}, 1 << 20, false, "float32"},
		{[]int{80}, Options{Panel: 9, place: 100, part: 20, Threads: 2}, 96, false, "float64"},
		{[]int{90}, Options{Panel: 4, place: 7}, 30, true, "float64"},
		{[]int{61, 80}, Options{Grid: Grid{1, 2}, Panel: 10}, 1 << 20, false, "float32"},
		{[]int{0, 90, 61, 0}, Options{Grid: Grid{2, 2}, Panel: 5}, 1 << 20, false, "float64"},
		{[]int{61, 61, 0, 0}, Options{Grid: Grid{2, 2}, Panel: 3}, 12, true, "float32"},
	} {
		if testing.Short() && c.short != fmt.Sprintf("%T", T(0)) {
			continue
		}
		name := fmt.Sprintf("%v, %+v, %d KiB", c.capabilities, c.o, c.kib)
		got, err := onDevices(p, c.capabilities, c.kib<<10, c.o, func(comm *mpi.Comm, s *Solver[T]) error {
			if x, ok := s.engine.(*gpuEngine[T]); ok && x.band < s.C.Rows != c.bands {
				t.Errorf("%s: C of %d rows in bands of %d", name, s.C.Rows, x.band)
			} else if parts := s.C.Rows / max(c.o.part, 1); ok && c.o.part > 0 && x.parts != parts {
				t.Errorf("%s: the last panel takes C on in %d parts, want %d", name, x.parts, parts)
			}
			if kernel := s.Costs().Kernel; (kernel > 0) != (c.capabilities[comm.Rank()] > 0) {
				t.Errorf("%s: rank %d was in kernels for %v", name, comm.Rank(), kernel)
			}
			if names := strings.Join(s.Kernels(), " "); !strings.Contains(names, map[bool]string{true: "matmul_f", false: "gemm "}[c.capabilities[comm.Rank()] > 0]) {
				t.Errorf("%s: kernels %s", name, names)
			}
			v, err := s.Verify(1)
			if err == nil && v.Answer != task.Yes {
				t.Errorf("%s: %+v", name, v)
			}
			return err
		})
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: other bits", name)
		}
	}
}

// TestTensor holds tensor cores to their bound and Verify to its.
func TestTensor(t *testing.T) {
	t.Parallel()
	t.Run("f64", func(t *testing.T) { testTensor[float64](t, kernels.Tensor) })
	t.Run("tf32", func(t *testing.T) { testTensor[float32](t, kernels.TF32) })
}

func testTensor[T Real](t *testing.T, how Arithmetic) {
	p := Problem{40, 50, 60}
	if testing.Short() {
		p.K = 30
	}
	exact, err := multiply[T](p, 1, Options{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	off := 0.0
	for _, capabilities := range [][]int{{80}, {90, 80}} {
		got, err := onDevices(p, capabilities, 1<<30, Options{Arithmetic: how, Panel: 25}, func(c *mpi.Comm, s *Solver[T]) error {
			v, err := s.Verify(1)
			if err != nil || v.Answer != task.Yes {
				t.Errorf("%v: %+v", capabilities, v)
			}
			if s.C.Row == 0 && s.C.Col == 0 {
				s.C.Data[0] += T(math.Abs(float64(s.C.Data[0]))) + 10
			}
			if v, err = s.Verify(1); err == nil && v.Answer != task.No {
				t.Errorf("%v: an error in C passes", capabilities)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		for i := range got {
			off = max(off, math.Abs(float64(got[i]-exact[i])))
		}
	}
	var v T
	bound := how.Bound(p.K, 4) * float64(p.K)
	if _, single := any(v).(float32); single && !(off > 1e-6 && off < bound) {
		t.Errorf("TF32 is off by %g, want a little, below %g", off, bound)
	} else if !single && off > 1e-13 {
		t.Errorf("float64 is off by %g", off)
	}
}

func TestDeviceRefuses(t *testing.T) {
	for want, c := range map[string]struct {
		capabilities []int
		memory       int64
		how          Arithmetic
	}{
		"tensor cores in float64 need float64 matrices and, on every rank, a device of compute capability 8.0 or later: rank 1 on": {[]int{80, 0}, 1 << 30, kernels.Tensor},
		"rank 0 has simulated 6.1, 6.1": {[]int{61}, 1 << 30, kernels.Tensor},
		"TF32 needs float32 matrices":   {[]int{90}, 1 << 30, kernels.TF32},
		"take smaller matrices":         {[]int{90, 0}, 4 << 10, kernels.Chains},
	} {
		_, err := onDevices[float64](Problem{60, 50, 40}, c.capabilities, c.memory, Options{Arithmetic: c.how}, nil)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %q", err, want)
		}
	}
}

// What a product pins does not grow with it.
func TestDevicePinsLittle(t *testing.T) {
	t.Parallel()
	_, err := onDevices[float64](Problem{700, 2000, 3}, []int{90}, 1<<30, Options{}, func(c *mpi.Comm, s *Solver[float64]) error {
		x := s.engine.(*gpuEngine[float64])
		values := 0
		for _, s := range []*stage[float64]{x.entering, x.going} {
			for _, p := range s.places {
				values += p.pinned.Len()
			}
		}
		if bytes := 8 * values; bytes > 2*stagePlaces*stageBytes || values == 0 {
			t.Errorf("%d bytes are pinned for blocks of %d", bytes, s.Costs().MatrixBytes)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
