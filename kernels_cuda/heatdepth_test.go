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
		{"H200", gpu.Info{Major: 9, SMs: 132, ClockHz: 1.98e9, MemoryClockHz: 3.201e9, BusBits: 6144}, 16, 16},
		{"B200", gpu.Info{Major: 10, SMs: 148, ClockHz: 1.965e9, MemoryClockHz: 3.996e9, BusBits: 8192}, 8, 8},
		{"GeForce RTX 5090", gpu.Info{Major: 12, SMs: 170, ClockHz: 2.407e9, MemoryClockHz: 14.001e9, BusBits: 512}, 2, 16},
		{"newer than the table", gpu.Info{Major: 99, SMs: 200, ClockHz: 2e9, MemoryClockHz: 4e9, BusBits: 8192}, 16, 16},
		{"no clock of the multiprocessors", gpu.Info{Major: 9, SMs: 132, MemoryClockHz: 3.2e9, BusBits: 6144}, 16, 16},
		{"no clock of the memory", gpu.Info{Major: 9, SMs: 132, ClockHz: 1.98e9, BusBits: 6144}, 16, 16},
	} {
		depth := func(size int, peak float64) int { return heatDepth(c.info.PeakBandwidth()/float64(2*size), peak) }
		f64, f32 := depth(8, HeatPeak[float64](c.info)), depth(4, HeatPeak[float32](c.info))
		if f64 != c.f64 || f32 != c.f32 {
			t.Errorf("%s: %d steps a pass in float64, %d in float32, want %d and %d", c.name, f64, f32, c.f64, c.f32)
		}
	}
}

// Passes of a pipeline are for fields that fill the device with long chunks.
func TestHeatDepthOfSmallFields(t *testing.T) {
	d := gpu.Sim(gpu.SimOptions{Major: 8, Minor: 0})
	defer d.Close()
	h, err := LoadHeat[float64](d)
	if err != nil {
		t.Fatal(err)
	}
	defer h.Close()
	for _, c := range []struct{ rows, columns, want int }{{100, 100, 8}, {300, 100000, 16}, {100000, 100000, 16}} {
		if got := h.Depth(c.rows, c.columns); got != c.want {
			t.Errorf("%d rows of %d columns: %d steps a pass, want %d", c.rows, c.columns, got, c.want)
		}
	}
	h.deepest = 4
	if got := h.Depth(100000, 100000); got != 4 {
		t.Errorf("%d steps a pass where memory allows 4", got)
	}
	// 132 multiprocessors of two blocks, as an H200 has, at 224 columns a tile.
	u := heatUnits{schedulers: 132, residents: 264}
	for side, want := range map[int]bool{4096: false, 5100: false, 5300: true, 16384: true} {
		if got := u.fills(heatFormOf(16), side, side, 8, 16); got != want {
			t.Errorf("%d rows and columns fill an H200: %v, want %v", side, got, want)
		}
	}
}
