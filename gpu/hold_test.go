package gpu

import (
	"errors"
	"sync/atomic"
	"testing"
)

// TestHold loses a device that is held: what it is asked for does nothing until it is released, but
// taking memory fails.
func TestHold(t *testing.T) {
	var broken atomic.Bool
	d := Sim(SimOptions{Fail: func(string) error {
		if broken.Load() {
			return &Error{Call: "cuStreamSynchronize", Code: 719, Name: "CUDA_ERROR_LAUNCH_FAILED"}
		}
		return nil
	}})
	defer d.Close()
	s, err := d.NewStream()
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	e, err := d.NewEvent()
	if err != nil {
		t.Fatal(err)
	}
	b, err := Alloc[float64](d, 100)
	if err != nil {
		t.Fatal(err)
	}
	h, err := AllocHost[float64](d, 100)
	if err != nil {
		t.Fatal(err)
	}
	values := make([]float64, 100)
	work := func() error {
		return errors.Join(Fill(s, b, 1), CopyOut(s, h, b), e.Record(s), e.Synchronize(), s.Wait(e), s.Synchronize(), b.Write(values), b.Read(values))
	}
	d.Hold()
	if err := work(); err != nil || d.Lost() != nil {
		t.Fatalf("a device that is well: %v, %v", err, d.Lost())
	}
	broken.Store(true)
	for range 2 {
		if err := work(); err != nil {
			t.Errorf("a lost device that is held: %v", err)
		}
	}
	var lost *LostError
	if !errors.As(d.Lost(), &lost) {
		t.Errorf("it keeps %v", d.Lost())
	}
	if _, err := Alloc[float64](d, 100); !errors.As(err, &lost) {
		t.Errorf("its memory: %v", err)
	}
	late := &Event{e: lostEvent{d.Lost()}, d: d} // as NewEvent makes it where a driver makes none
	use := func() error {
		_, err := Elapsed(late, e)
		_, err2 := Elapsed(e, late)
		return errors.Join(late.Record(s), late.Synchronize(), s.Wait(late), err, err2)
	}
	if err := use(); err != nil {
		t.Errorf("its use: %v", err)
	}
	d.Release()
	if err := use(); !errors.As(err, &lost) {
		t.Errorf("an event of a lost device that is released: %v", err)
	}
	if err := late.Close(); err != nil {
		t.Error(err)
	}
	if err := work(); !errors.As(err, &lost) {
		t.Errorf("released: %v", err)
	}
}
