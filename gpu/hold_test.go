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
	work := func() error {
		return errors.Join(Fill(s, b, 1), CopyOut(s, h, b), e.Record(s), e.Synchronize(), s.Wait(e), s.Synchronize())
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
	d.Release()
	if err := work(); !errors.As(err, &lost) {
		t.Errorf("released: %v", err)
	}
}
