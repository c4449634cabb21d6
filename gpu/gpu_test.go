package gpu_test

import (
	"errors"
	"strings"
	"testing"

	"hybrid/gpu"
	"hybrid/gpu/gputest"
	"hybrid/gpu/ptxsim"
)

func TestSimulatedDevice(t *testing.T) {
	for _, o := range []gpu.SimOptions{{}, {Major: 6, Minor: 1, Memory: 1 << 28}, {Major: 8, Minor: 6}} {
		d := gpu.Sim(o)
		for _, c := range gputest.Checks() {
			t.Run(d.Info().Name+"/"+c.Name, func(t *testing.T) {
				if err := c.Run(d); err != nil {
					t.Error(err)
				}
			})
		}
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	}
}

// A fault of a kernel is found when one waits for it, and the stream stays failed.
func TestFault(t *testing.T) {
	d := gpu.Sim(gpu.SimOptions{})
	const ptx = `.version 7.8
.target sm_61
.address_size 64
.visible .entry store(.param .u64 p)
{
	.reg .b64 %rd<2>;
	ld.param.u64 %rd1, [p];
	st.global.u64 [%rd1+8], %rd1;
	ret;
}
`
	m, err := d.Load("store.ptx", []byte(ptx))
	if err != nil {
		t.Fatal(err)
	}
	k, err := m.Kernel("store")
	if err != nil {
		t.Fatal(err)
	}
	s, err := d.NewStream()
	if err != nil {
		t.Fatal(err)
	}
	e, err := d.NewEvent()
	if err != nil {
		t.Fatal(err)
	}
	b, err := gpu.Alloc[uint64](d, 1)
	if err != nil {
		t.Fatal(err)
	}
	one := gpu.Dim{X: 1}
	err = errors.Join(k.Launch(s, one, one, 0, b.Arg()), s.Synchronize())
	var fault *ptxsim.Fault
	if !errors.As(err, &fault) || !strings.Contains(err.Error(), "store.ptx:8") {
		t.Errorf("%v, want a fault in line 8", err)
	}
	if err := gpu.Fill(s, b, 0); !errors.As(err, &fault) {
		t.Errorf("after the fault: %v", err)
	}
	if err := e.Record(s); !errors.As(err, &fault) {
		t.Errorf("an event after the fault: %v", err)
	}
	if err := e.Synchronize(); err != nil { // it must not hang
		t.Error(err)
	}
	if err := s.Close(); !errors.As(err, &fault) {
		t.Errorf("closing: %v", err)
	}
}

func TestPeaks(t *testing.T) {
	// NVIDIA's data sheets: A100 SXM 19.5 and 9.7 TFLOP/s, 2.04 TB/s with 80 GB; GTX 1080 Ti 11.3 TFLOP/s, 484 GB/s;
	// B200 74.5 and 37.2 TFLOP/s, 8 TB/s; RTX 5090 104.8 and 1.64 TFLOP/s, 1.79 TB/s.
	for _, c := range []struct {
		info           gpu.Info
		f32, f64, band float64
	}{
		{gpu.Info{Major: 8, SMs: 108, ClockHz: 1.41e9, MemoryClockHz: 1.593e9, BusBits: 5120}, 19.5e12, 9.7e12, 2.04e12},
		{gpu.Info{Major: 6, Minor: 1, SMs: 28, ClockHz: 1.582e9, MemoryClockHz: 5.505e9, BusBits: 352}, 11.3e12, 0.354e12, 484e9},
		{gpu.Info{Major: 10, SMs: 148, ClockHz: 1.965e9, MemoryClockHz: 3.996e9, BusBits: 8192}, 74.4e12, 37.2e12, 8.18e12},
		{gpu.Info{Major: 10, Minor: 3, SMs: 148, ClockHz: 1.92e9}, 72.7e12, 1.137e12, 0},
		{gpu.Info{Major: 12, SMs: 170, ClockHz: 2.407e9, MemoryClockHz: 14.001e9, BusBits: 512}, 104.8e12, 1.637e12, 1.792e12},
		{gpu.Info{Major: 99, SMs: 28, ClockHz: 1e9}, 0, 0, 0},
	} {
		for what, v := range map[string][2]float64{"f32": {c.info.PeakFlops(32), c.f32}, "f64": {c.info.PeakFlops(64), c.f64}, "bandwidth": {c.info.PeakBandwidth(), c.band}} {
			if got, want := v[0], v[1]; got < 0.99*want || got > 1.01*want {
				t.Errorf("%+v: %s %g, want %g", c.info, what, got, want)
			}
		}
	}
}
