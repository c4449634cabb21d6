package gputest

import (
	"errors"
	"fmt"
	"slices"

	"hybrid/gpu"
)

func rows(d *gpu.Device) error {
	s, err := d.NewStream()
	if err != nil {
		return err
	}
	defer s.Close()
	const rows, cols = 5, 3
	hm, am, bm := gpu.Matrix{Rows: rows, Cols: cols, Pitch: 4}, gpu.Matrix{Rows: rows, Cols: cols, Pitch: 7}, gpu.Matrix{Rows: rows, Cols: cols, Pitch: 3}
	host, err := gpu.AllocHost[float64](d, 19)
	if err != nil {
		return err
	}
	defer host.Free()
	a, err := gpu.Alloc[float64](d, 31)
	if err != nil {
		return err
	}
	defer a.Free()
	b, err := gpu.Alloc[float64](d, 15)
	if err != nil {
		return err
	}
	defer b.Free()
	copy(host.Data(), random[float64](19))
	sent := slices.Clone(host.Data())
	err = errors.Join(gpu.Fill(s, a, 0), gpu.CopyIn2D(s, a, am, host, hm), gpu.Copy2D(s, b, bm, a, am), s.Synchronize())
	if err != nil {
		return err
	}
	onA, onB := make([]float64, 31), make([]float64, 15)
	if err := errors.Join(a.Read(onA), b.Read(onB)); err != nil {
		return err
	}
	for i := range 31 {
		want := 0.0
		if i%7 < cols {
			want = sent[i/7*4+i%7]
		}
		if onA[i] != want {
			return fmt.Errorf("element %d of rows 7 apart is %v, want %v", i, onA[i], want)
		}
	}
	clear(host.Data())
	if err := errors.Join(gpu.CopyOut2D(s, host, hm, b, bm), s.Synchronize()); err != nil {
		return err
	}
	for i := range 19 {
		want := 0.0
		if i%4 < cols {
			want = sent[i]
		}
		if host.Data()[i] != want || i%4 < cols && onB[i/4*3+i%4] != want {
			return fmt.Errorf("element %d of the rows that came back is %v, want %v", i, host.Data()[i], want)
		}
	}
	for _, m := range []gpu.Matrix{{Rows: 5, Cols: 3, Pitch: 2}, {Rows: 6, Cols: 3, Pitch: 4}, {Rows: 5, Cols: 4, Pitch: 4}, {Rows: -1, Cols: 3, Pitch: 4}} {
		if err := gpu.CopyIn2D(s, a, am, host, m); err == nil {
			return fmt.Errorf("%+v of 19 elements to %+v of 31: no error", m, am)
		}
	}
	return nil
}
