package kernels

import (
	"testing"

	"hybrid/gpu"
)

// onVariants runs test once for each variant of a source, on a simulated device
// that takes it, and once on the GPU, where there is one.
func onVariants(t *testing.T, name string, test func(t *testing.T, d *gpu.Device, s *gpu.Stream)) {
	t.Helper()
	ran := false
	for _, v := range Variants() {
		if v.Name != name {
			continue
		}
		ran = true
		t.Run(v.Arch, func(t *testing.T) {
			d := gpu.Sim(gpu.SimOptions{Major: v.capability / 10, Minor: v.capability % 10})
			defer d.Close()
			if _, arch, err := PTX(name, d.Info().Major, d.Info().Minor); err != nil || arch != v.Arch {
				t.Fatalf("the device of %s takes %s, %v", v.Arch, arch, err)
			}
			s, err := d.NewStream()
			if err != nil {
				t.Fatal(err)
			}
			defer s.Close()
			test(t, d, s)
		})
	}
	if !ran {
		t.Fatalf("there is no variant of %s", name)
	}
	d, err := gpu.Open(0)
	if err != nil {
		t.Logf("not tested on a GPU: %v", err)
		return
	}
	defer d.Close()
	t.Run("gpu", func(t *testing.T) {
		t.Logf("on %s", d.Info().Name)
		s, err := d.NewStream()
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		test(t, d, s)
	})
}
