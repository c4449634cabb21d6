package gputest

import (
	"errors"
	"fmt"
	"slices"

	"hybrid/gpu"
)

func order(d *gpu.Device) error {
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
	a, b, err := pair(d, 1)
	if err != nil {
		return err
	}
	defer a.Free()
	defer b.Free()
	err = a.Write([]float64{1})
	for range 40 { // x -> x/2 + 1, which must not change its order
		for _, ab := range [][2]*gpu.Buffer[float64]{{b, a}, {a, b}} {
			err = errors.Join(err, half(k, s, ab[0], ab[1]))
		}
	}
	got := []float64{0}
	if err := errors.Join(err, s.Synchronize(), a.Read(got)); err != nil {
		return err
	}
	want := 1.0
	for range 80 {
		want = want/2 + 1
	}
	if got[0] != want {
		return fmt.Errorf("%v, want %v", got[0], want)
	}
	return nil
}

func twoStreams(d *gpu.Device) error {
	const n = 1 << 16
	first, err := d.NewStream()
	if err != nil {
		return err
	}
	defer first.Close()
	second, err := d.NewStream()
	if err != nil {
		return err
	}
	defer second.Close()
	e, err := d.NewEvent()
	if err != nil {
		return err
	}
	defer e.Close()
	host, err := gpu.AllocHost[uint8](d, n)
	if err != nil {
		return err
	}
	defer host.Free()
	b, err := gpu.Alloc[uint8](d, n)
	if err != nil {
		return err
	}
	defer b.Free()
	for round := range 20 {
		value := byte(round + 1)
		err := errors.Join(gpu.Fill(first, b, value), e.Record(first), second.Wait(e), gpu.CopyOut(second, host, b), e.Record(second), first.Wait(e), second.Synchronize())
		if err != nil {
			return err
		}
		if i := slices.IndexFunc(host.Data(), func(v uint8) bool { return v != value }); i >= 0 {
			return fmt.Errorf("round %d: byte %d is %d, want %d", round, i, host.Data()[i], value)
		}
	}
	return first.Synchronize()
}

func elapsed(d *gpu.Device) error {
	s, err := d.NewStream()
	if err != nil {
		return err
	}
	defer s.Close()
	from, err := d.NewEvent()
	if err != nil {
		return err
	}
	defer from.Close()
	to, err := d.NewEvent()
	if err != nil {
		return err
	}
	defer to.Close()
	if _, err := gpu.Elapsed(from, to); err == nil {
		return errors.New("a time between events that were never recorded")
	}
	b, err := gpu.Alloc[uint8](d, 1<<20)
	if err != nil {
		return err
	}
	defer b.Free()
	if err := errors.Join(from.Record(s), gpu.Fill(s, b, 1), to.Record(s), to.Synchronize()); err != nil {
		return err
	}
	if t, err := gpu.Elapsed(from, to); err != nil || t < 0 {
		return fmt.Errorf("%v, %v", t, err)
	}
	return nil
}
