package gputest

import (
	"errors"
	"fmt"

	"hybrid/gpu"
)

// graph records x -> x/2 + 1, a copy and a fill, and does them five times.
func graph(d *gpu.Device) error {
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
	a, b, err := pair(d, 2)
	if err != nil {
		return err
	}
	defer a.Free()
	defer b.Free()
	x, rest := a.Slice(0, 1), a.Slice(1, 2)
	if err := a.Write([]float64{16, 16}); err != nil {
		return err
	}
	work := func() error {
		return errors.Join(half(k, s, b, a), gpu.Copy(s, x, b.Slice(0, 1)), gpu.Fill(s, rest, 0))
	}
	g, err := s.Record(work)
	if errors.Is(err, gpu.ErrNoGraphs) {
		return nil
	}
	if err != nil {
		return err
	}
	got, want := make([]float64, 2), []float64{16, 16}
	for range 6 { // the first time nothing was done
		if err := errors.Join(s.Synchronize(), a.Read(got)); err != nil {
			return err
		}
		if got[0] != want[0] || got[1] != want[1] {
			return fmt.Errorf("%v, want %v", got, want)
		}
		want = []float64{want[0]/2 + 1, 0}
		if err := g.Launch(s); err != nil {
			return err
		}
	}
	wrong := errors.New("wrong")
	if _, err := s.Record(func() error { return errors.Join(work(), wrong) }); !errors.Is(err, wrong) {
		return fmt.Errorf("a graph of what fails: error %v", err)
	}
	if err := errors.Join(s.Synchronize(), a.Read(got), g.Close()); err != nil {
		return err
	}
	if got[0] != want[0] {
		return fmt.Errorf("%v after five times and a graph that failed, want %v", got[0], want[0])
	}
	return nil
}
