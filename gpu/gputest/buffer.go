package gputest

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"

	"hybrid/gpu"
)

func everyType(d *gpu.Device) error {
	return errors.Join(roundTrip[int32](d), roundTrip[uint32](d), roundTrip[int64](d), roundTrip[uint64](d),
		roundTrip[float32](d), roundTrip[float64](d), roundTrip[uint8](d))
}

// random are n values that differ.
func random[T gpu.Element](n int) []T {
	r := rand.New(rand.NewPCG(1, uint64(n)))
	v := make([]T, n)
	for i := range v {
		v[i] = T(r.IntN(256))
	}
	return v
}

// roundTrip sends elements there and back, both ways that there are.
func roundTrip[T gpu.Element](d *gpu.Device) error {
	for _, n := range []int{1, 7, 1000, 100_003} {
		want := random[T](n)
		b, err := gpu.Alloc[T](d, n)
		if err != nil {
			return err
		}
		defer b.Free()
		got := make([]T, n)
		if err := errors.Join(b.Write(want), b.Read(got)); err != nil || !slices.Equal(got, want) {
			return fmt.Errorf("%T, %d elements, Write and Read: %v", want, n, err)
		}
		got, err = throughStream(d, want)
		if err != nil || !slices.Equal(got, want) {
			return fmt.Errorf("%T, %d elements, CopyIn, Copy and CopyOut: %v", want, n, err)
		}
	}
	return nil
}

// throughStream copies to the device, there to another place, and back.
func throughStream[T gpu.Element](d *gpu.Device, src []T) ([]T, error) {
	s, err := d.NewStream()
	if err != nil {
		return nil, err
	}
	defer s.Close()
	var there [2]*gpu.Buffer[T]
	for i := range there {
		if there[i], err = gpu.Alloc[T](d, len(src)); err != nil {
			return nil, err
		}
		defer there[i].Free()
	}
	in, err := gpu.AllocHost[T](d, len(src))
	if err != nil {
		return nil, err
	}
	defer in.Free()
	out, err := gpu.AllocHost[T](d, len(src))
	if err != nil {
		return nil, err
	}
	defer out.Free()
	copy(in.Data(), src)
	err = errors.Join(gpu.CopyIn(s, there[0], in), gpu.Copy(s, there[1], there[0]), gpu.CopyOut(s, out, there[1]), s.Synchronize())
	return slices.Clone(out.Data()), err
}

func parts(d *gpu.Device) error {
	b, err := gpu.Alloc[int32](d, 10)
	if err != nil {
		return err
	}
	defer b.Free()
	err = errors.Join(b.Write([]int32{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}), b.Slice(3, 5).Write([]int32{30, 40}), b.Slice(4, 10).Slice(5, 6).Write([]int32{90}))
	got := make([]int32, 8)
	if err := errors.Join(err, b.Slice(2, 10).Read(got)); err != nil || !slices.Equal(got, []int32{2, 30, 40, 5, 6, 7, 8, 90}) {
		return fmt.Errorf("%v, %v", got, err)
	}
	return b.Slice(0, 4).Free() // of a part: nothing
}

func fill(d *gpu.Device) error {
	s, err := d.NewStream()
	if err != nil {
		return err
	}
	defer s.Close()
	b, err := gpu.Alloc[uint32](d, 5)
	if err != nil {
		return err
	}
	defer b.Free()
	got := make([]uint32, 5)
	err = errors.Join(b.Write(make([]uint32, 5)), gpu.Fill(s, b.Slice(1, 4), 0xa5), s.Synchronize(), b.Read(got))
	if err != nil || !slices.Equal(got, []uint32{0, 0xa5a5a5a5, 0xa5a5a5a5, 0xa5a5a5a5, 0}) {
		return fmt.Errorf("%#x, %v", got, err)
	}
	return nil
}

func empty(d *gpu.Device) error {
	s, err := d.NewStream()
	if err != nil {
		return err
	}
	defer s.Close()
	b, err := gpu.Alloc[float64](d, 0)
	if err != nil || b.Len() != 0 {
		return fmt.Errorf("%d elements, %v", b.Len(), err)
	}
	h, err := gpu.AllocHost[float64](d, 0)
	if err != nil || h.Len() != 0 {
		return fmt.Errorf("%d elements of the host, %v", h.Len(), err)
	}
	return errors.Join(gpu.CopyIn(s, b, h), gpu.CopyOut(s, h, b), gpu.Fill(s, b, 1), b.Write(nil), b.Read(nil), b.Free(), h.Free(), s.Synchronize())
}

func lengths(d *gpu.Device) error {
	s, err := d.NewStream()
	if err != nil {
		return err
	}
	defer s.Close()
	b, err := gpu.Alloc[float64](d, 3)
	if err != nil {
		return err
	}
	defer b.Free()
	h, err := gpu.AllocHost[float64](d, 4)
	if err != nil {
		return err
	}
	defer h.Free()
	for _, err := range []error{gpu.CopyIn(s, b, h), gpu.CopyOut(s, h, b), gpu.Copy(s, b, b.Slice(0, 2)), b.Write(make([]float64, 4)), b.Read(make([]float64, 2))} {
		if err == nil || !strings.Contains(err.Error(), "elements") {
			return fmt.Errorf("%v, want an error that names both numbers of elements", err)
		}
	}
	return s.Synchronize()
}
