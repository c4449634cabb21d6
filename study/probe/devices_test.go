package probe

import (
	"slices"
	"strings"
	"testing"

	"hybrid/gpu"
	"hybrid/mpi"
	"hybrid/study/result"
)

// TestDevices has two ranks with simulated devices of one name, one without, and one
// with another.
func TestDevices(t *testing.T) {
	o := small
	o.Only = []string{"devices"}
	var probes []result.Probe
	err := mpi.Run(4, func(c *mpi.Comm) error {
		o := o
		switch c.Rank() {
		case 1, 2:
			o.Device = gpu.Sim(gpu.SimOptions{Index: c.Rank()})
		case 3:
			o.Device = gpu.Sim(gpu.SimOptions{Major: 8})
		}
		if o.Device != nil {
			defer o.Device.Close()
		}
		found, err := Run(t.Context(), c, o)
		if c.Rank() == 0 {
			probes = found
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, p := range probes {
		check(t, p)
		got = append(got, p.On+": "+p.Name+" "+p.Unit)
		if launch := p.Name == result.Launch; launch != (p.Bytes == 0) || !launch && p.Bytes != simBytes {
			t.Errorf("%s with %d bytes", p.Name, p.Bytes)
		}
	}
	var want []string
	for _, on := range []string{"simulated 9.0: ", "simulated 8.0: "} {
		for _, name := range []string{"device copy B/s", "host to device B/s", "device to host B/s", "pageable to device B/s", "device to pageable B/s", "launch s"} {
			want = append(want, on+name)
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("probes %q, want %q", got, want)
	}
}

func TestDeviceErrors(t *testing.T) {
	for name, device := range map[string]gpu.SimOptions{
		"probe: simulated 3.5: kernels: empty: kernels: empty needs compute capability 6.1 or later": {Major: 3, Minor: 5},
	} {
		err := mpi.Run(2, func(c *mpi.Comm) error {
			o := small
			o.Only = []string{"devices"}
			if c.Rank() == 1 {
				o.Device = gpu.Sim(device)
				defer o.Device.Close()
			}
			_, err := Run(t.Context(), c, o)
			return err
		})
		if err == nil || !strings.HasPrefix(err.Error(), name) {
			t.Errorf("%v, want %s", err, name)
		}
	}
}
