package kernels

import (
	"testing"

	"hybrid/gpu"
)

// How many steps a pass does: as many as keep the arithmetic busy, and the most
// where the driver hides a clock, or the device is newer than the tables.
func TestHeatDepth(t *testing.T) {
	for _, c := range []struct {
		name     string
		info     gpu.Info
		f64, f32 int
	}{
		{"A100", gpu.Info{Major: 8, SMs: 108, ClockHz: 1.41e9, MemoryClockHz: 1.593e9, BusBits: 5120}, 8, 8},
		{"B200", gpu.Info{Major: 10, SMs: 148, ClockHz: 1.965e9, MemoryClockHz: 3.996e9, BusBits: 8192}, 8, 8},
		{"GeForce RTX 5090", gpu.Info{Major: 12, SMs: 170, ClockHz: 2.407e9, MemoryClockHz: 14.001e9, BusBits: 512}, 2, 8},
		{"newer than the table", gpu.Info{Major: 99, SMs: 200, ClockHz: 2e9, MemoryClockHz: 4e9, BusBits: 8192}, 8, 8},
		{"no clock of the multiprocessors", gpu.Info{Major: 9, SMs: 132, MemoryClockHz: 3.2e9, BusBits: 6144}, 8, 8},
		{"no clock of the memory", gpu.Info{Major: 9, SMs: 132, ClockHz: 1.98e9, BusBits: 6144}, 8, 8},
	} {
		depth := func(size int, peak float64) int { return heatDepth(c.info.PeakBandwidth()/float64(2*size), peak) }
		f64, f32 := depth(8, HeatPeak[float64](c.info)), depth(4, HeatPeak[float32](c.info))
		if f64 != c.f64 || f32 != c.f32 {
			t.Errorf("%s: %d steps a pass in float64, %d in float32, want %d and %d", c.name, f64, f32, c.f64, c.f32)
		}
	}
}
