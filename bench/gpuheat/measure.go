package main

import (
	"fmt"
	"slices"
	"time"
	"unsafe"

	"hybrid/gpu"
	kernels "hybrid/kernels_cuda"
)

// A testField is a field of n by n points on a device, with what runs on it.
type testField[T float32 | float64] struct {
	n        int
	stream   *gpu.Stream
	heat     *kernels.Heat[T]
	field    kernels.HeatField[T]
	rows     [2]*gpu.Buffer[T]
	from, to *gpu.Event
}

func newTestField[T float32 | float64](d *gpu.Device, n int) (b *testField[T], err error) {
	b = &testField[T]{n: n}
	b.field = kernels.HeatField[T]{Columns: n, Pitch: kernels.HeatPitch[T](n), Rows: n, RX: 0.2, RY: 0.2, K: 0.2, Bottom: n - 1}
	if b.heat, err = kernels.LoadHeat[T](d); err != nil {
		return b, err
	}
	if b.stream, err = d.NewStream(); err != nil {
		return b, err
	}
	for _, e := range []**gpu.Event{&b.from, &b.to} {
		if *e, err = d.NewEvent(); err != nil {
			return b, err
		}
	}
	for i := range b.rows {
		if b.rows[i], err = gpu.Alloc[T](d, b.field.Rows*b.field.Pitch); err != nil {
			return b, err
		}
	}
	return b, b.fill()
}

// fill gives both buffers the same field.
func (b *testField[T]) fill() error {
	values := make([]T, b.field.Rows*b.field.Pitch)
	for i := range values {
		values[i] = T((i/b.field.Pitch*31 + i%b.field.Pitch*17) % 101)
	}
	for _, rows := range b.rows {
		if err := rows.Write(values); err != nil {
			return err
		}
	}
	return nil
}

func (b *testField[T]) close() {
	for _, rows := range b.rows {
		rows.Free()
	}
	if b.stream != nil {
		b.stream.Close()
	}
	if b.heat != nil {
		b.heat.Close()
	}
}

// advance takes the field so many passes of so many steps on.
func (b *testField[T]) advance(passes, steps int) error {
	for range passes {
		if err := b.heat.Pass(b.stream, b.field, kernels.HeatPass[T]{Dst: b.rows[1], Src: b.rows[0], First: 1, End: b.n - 1, Steps: steps}); err != nil {
			return err
		}
		b.rows[0], b.rows[1] = b.rows[1], b.rows[0]
	}
	return nil
}

// check compares passes of so many steps with single steps.
func (b *testField[T]) check(steps int) error {
	fields := make([][]T, 2)
	for i, pass := range []int{1, steps} {
		if err := b.fill(); err != nil {
			return err
		}
		if err := b.advance(2*steps/pass, pass); err != nil {
			return err
		}
		if err := b.stream.Synchronize(); err != nil {
			return err
		}
		fields[i] = make([]T, b.rows[0].Len())
		if err := b.rows[0].Read(fields[i]); err != nil {
			return err
		}
	}
	for i := 1; i < b.n-1; i++ {
		at := i*b.field.Pitch + 1
		for j := range b.n - 2 {
			if fields[0][at+j] != fields[1][at+j] {
				return fmt.Errorf("[%d, %d] is %v after passes of %d steps, %v after single ones", i, j+1, fields[1][at+j], steps, fields[0][at+j])
			}
		}
	}
	return nil
}

// rate is how often a second work is done, in about so many seconds.
func (b *testField[T]) rate(seconds float64, work func(times int) error) (float64, error) {
	for times := 1; ; {
		if err := b.from.Record(b.stream); err != nil {
			return 0, err
		}
		if err := work(times); err != nil {
			return 0, err
		}
		if err := b.to.Record(b.stream); err != nil {
			return 0, err
		}
		if err := b.stream.Synchronize(); err != nil {
			return 0, err
		}
		t, err := gpu.Elapsed(b.from, b.to)
		if err != nil {
			return 0, err
		}
		t = max(t, time.Microsecond)
		if t.Seconds() >= seconds/2 {
			return float64(times) / t.Seconds(), nil
		}
		times = max(2*times, int(float64(times)*seconds/t.Seconds()))
	}
}

func (b *testField[T]) copy(times int) error {
	for range times {
		if err := gpu.Copy(b.stream, b.rows[1], b.rows[0]); err != nil {
			return err
		}
	}
	return nil
}

// measure prints a row for each depth.
func measure[T float32 | float64](d *gpu.Device, n, rounds int, seconds float64) error {
	b, err := newTestField[T](d, n)
	defer b.close()
	if err != nil {
		return err
	}
	depths := kernels.HeatDepths()
	for _, steps := range depths {
		if err := b.check(steps); err != nil {
			return err
		}
	}
	var v T
	size, points := float64(unsafe.Sizeof(v)), float64(n-2)*float64(n-2)
	var copies []float64
	rates := make([][]float64, len(depths))
	for range rounds {
		r, err := b.rate(seconds, b.copy)
		if err != nil {
			return err
		}
		copies = append(copies, r*2*size*float64(b.rows[0].Len()))
		for i, steps := range depths {
			r, err := b.rate(seconds, func(times int) error { return b.advance(times, steps) })
			if err != nil {
				return err
			}
			rates[i] = append(rates[i], r*points*float64(steps))
		}
	}
	peak := kernels.HeatPeak[T](d.Info())
	for i, steps := range depths {
		var bound, single []float64
		for round, r := range rates[i] {
			bound = append(bound, r/(copies[round]/(2*size)))
			single = append(single, r/rates[0][round])
		}
		slices.Sort(bound)
		slices.Sort(single)
		best, arithmetic := slices.Max(rates[i]), "not known"
		if peak > 0 {
			arithmetic = fmt.Sprintf("%.2f", best/peak)
		}
		c := slices.Max(copies)
		fmt.Printf("| %d x %d | f%.0f | %d | %.4g | %s | %.0f | %.4g | %.2f (%.2f to %.2f) | %.2f |\n", n, n, 8*size, steps, best/1e9, arithmetic,
			c/1e9, c/(2*size)/1e9, bound[rounds/2], bound[0], bound[rounds-1], single[rounds/2])
	}
	return nil
}
