package gputest

import (
	"errors"
	"fmt"
	"math"
	"strings"

	"hybrid/gpu"
)

// kernel loads a kernel of mix.sm_61.ptx.
func kernel(d *gpu.Device, name string) (k *gpu.Kernel, done func() error, err error) {
	m, err := d.Load("mix.sm_61.ptx", mix)
	if err != nil {
		return nil, nil, err
	}
	k, err = m.Kernel(name)
	return k, m.Unload, err
}

func pair(d *gpu.Device, n int) (a, b *gpu.Buffer[float64], err error) {
	if a, err = gpu.Alloc[float64](d, n); err != nil {
		return nil, nil, err
	}
	if b, err = gpu.Alloc[float64](d, n); err != nil {
		a.Free()
	}
	return a, b, err
}

// half gives a stream the launch by which one number, x, becomes x/2 + 1 in another buffer.
func half(k *gpu.Kernel, s *gpu.Stream, to, from *gpu.Buffer[float64]) error {
	one := gpu.Dim{X: 1}
	return k.Launch(s, one, one, 8, to.Arg(), from.Arg(), gpu.Value(int32(1)), gpu.Value(uint32(1)),
		gpu.Value(int64(0)), gpu.Value(uint64(0)), gpu.Value(float32(0)), gpu.Value(0.5))
}

func arguments(d *gpu.Device) error {
	k, done, err := kernel(d, "mix")
	if err != nil {
		return err
	}
	defer done()
	s, err := d.NewStream()
	if err != nil {
		return err
	}
	defer s.Close()
	const n, block = 1000, 128
	in, out, err := pair(d, n)
	if err != nil {
		return err
	}
	defer in.Free()
	defer out.Free()
	x := random[float64](n)
	l, v := int64(-1)<<40, uint64(1)<<50
	err = errors.Join(in.Write(x), k.Launch(s, gpu.Dim{X: (n + block - 1) / block}, gpu.Dim{X: block}, 8*block, out.Arg(), in.Arg(),
		gpu.Value(int32(n)), gpu.Value(uint32(math.MaxUint32)), gpu.Value(l), gpu.Value(v), gpu.Value(float32(0.5)), gpu.Value(-0.25)), s.Synchronize())
	got := make([]float64, n)
	if err := errors.Join(err, out.Read(got)); err != nil {
		return err
	}
	for i := range got {
		want := float64(float64(float64(float64(x[i]*-0.25)+0.5)+math.MaxUint32)+float64(l)) + float64(v)
		if got[i] != want {
			return fmt.Errorf("element %d is %v, want %v", i, got[i], want)
		}
	}
	if a := k.Attributes(); a.MaxThreads < block || a.Shared != 0 {
		return fmt.Errorf("attributes %+v", a)
	}
	if blocks, err := k.Occupancy(block, 8*block); err != nil || blocks < 1 || blocks > 64 {
		return fmt.Errorf("occupancy of %d blocks, %v", blocks, err)
	}
	return nil
}

func wrongArguments(d *gpu.Device) error {
	k, done, err := kernel(d, "beyond")
	if err != nil {
		return err
	}
	defer done()
	s, err := d.NewStream()
	if err != nil {
		return err
	}
	defer s.Close()
	b, err := gpu.Alloc[float64](d, 1)
	if err != nil {
		return err
	}
	defer b.Free()
	one := gpu.Dim{X: 1}
	for want, args := range map[string][]gpu.Arg{
		"0 arguments, want 2":           {},
		"3 arguments, want 2":           {b.Arg(), gpu.Value(int32(0)), gpu.Value(int32(0))},
		"argument 1 is u64, want u32":   {b.Arg(), gpu.Value(int64(0))},
		"argument 1 is f32, want u32":   {b.Arg(), gpu.Value(float32(0))},
		"argument 0 is f64, want u64":   {gpu.Value(0.0), gpu.Value(int32(0))},
		"argument 1 is a pointer, want": {b.Arg(), b.Arg()},
	} {
		if err := k.Launch(s, one, one, 0, args...); err == nil || !strings.Contains(err.Error(), want) {
			return fmt.Errorf("%v, want %q", err, want)
		}
	}
	return s.Synchronize()
}

func wrongLaunches(d *gpu.Device) error {
	k, done, err := kernel(d, "beyond")
	if err != nil {
		return err
	}
	defer done()
	b, err := gpu.Alloc[float64](d, 8)
	if err != nil {
		return err
	}
	defer b.Free()
	for _, wrong := range []struct {
		grid, block gpu.Dim
		shared      int
	}{{gpu.Dim{X: -1}, gpu.Dim{X: 1}, 0}, {gpu.Dim{X: 1}, gpu.Dim{X: 1025}, 0}, {gpu.Dim{X: 1, Y: 1 << 16}, gpu.Dim{X: 1}, 0}, {gpu.Dim{X: 1}, gpu.Dim{X: 1}, d.Info().SharedPerBlock + 1}} {
		s, err := d.NewStream()
		if err != nil {
			return err
		}
		err = errors.Join(k.Launch(s, wrong.grid, wrong.block, wrong.shared, b.Arg(), gpu.Value(int32(0))), s.Synchronize())
		s.Close()
		if err == nil {
			return fmt.Errorf("%+v: no error", wrong)
		}
	}
	return nil
}
