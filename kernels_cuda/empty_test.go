package kernels

import (
	"strings"
	"testing"

	"hybrid/gpu"
)

func TestEmpty(t *testing.T) {
	onVariants(t, "empty", func(t *testing.T, d *gpu.Device, s *gpu.Stream) {
		e, err := LoadEmpty(d, s)
		if err != nil {
			t.Fatal(err)
		}
		for range 3 {
			if err := e.Launch(); err != nil {
				t.Fatal(err)
			}
		}
		if err := s.Synchronize(); err != nil {
			t.Error(err)
		}
		if err := e.Close(); err != nil {
			t.Error(err)
		}
	})
	old := gpu.Sim(gpu.SimOptions{Major: 3, Minor: 5})
	defer old.Close()
	if _, err := LoadEmpty(old, nil); err == nil || !strings.HasPrefix(err.Error(), "kernels: empty: kernels: empty needs compute capability") {
		t.Errorf("an old device: %v", err)
	}
}
