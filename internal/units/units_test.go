package units

import "testing"

func TestSI(t *testing.T) {
	for _, c := range []struct {
		x    float64
		want string
	}{{0, "0"}, {1, "1"}, {12.345, "12.3"}, {999.4, "999"}, {999.6, "1 k"}, {1e6, "1 M"}, {2.345e9, "2.35 G"}, {1e18, "1000 P"}} {
		if got := SI(c.x); got != c.want {
			t.Errorf("SI(%v) = %q, want %q", c.x, got, c.want)
		}
	}
	if a, b := Bytes(12), Bytes(3.5e9); a != "12 B" || b != "3.5 GB" {
		t.Errorf("bytes %q and %q", a, b)
	}
	for x, want := range map[float64]string{1.23e9: "1.23 Gflop/s", 3.5e10: "35.0 Gflop/s", 12: "12.0 flop/s", 1e21: "1000 Eflop/s"} {
		if got := Of(x, "flop/s"); got != want {
			t.Errorf("Of(%v) = %q, want %q", x, got, want)
		}
	}
}

func TestBy(t *testing.T) {
	for want, sides := range map[string][]int{"7": {7}, "512 x 256": {512, 256}, "1 x 2 x 3": {1, 2, 3}} {
		if got := By(sides); got != want {
			t.Errorf("By(%v) = %q, want %q", sides, got, want)
		}
	}
}

func TestBinary(t *testing.T) {
	for n, want := range map[int]string{0: "0 B", 1: "1 B", 1000: "1000 B", 1024: "1 KiB", 1536: "1.50 KiB", 1048320: "1.00 MiB", 100*1024 + 1: "100 KiB", 1023: "1023 B", 64 << 20: "64 MiB", 3 << 30: "3 GiB", 1 << 50: "1024 TiB"} {
		if got := Binary(n); got != want {
			t.Errorf("Binary(%d) = %q, want %q", n, got, want)
		}
	}
}

func TestSeconds(t *testing.T) {
	for _, c := range []struct {
		t    float64
		want string
	}{{0, "0.00 s"}, {1, "1.00 s"}, {0.99951, "1.00 s"}, {0.9994, "999 ms"}, {1.2345e-3, "1.23 ms"}, {9.996e-3, "10.0 ms"}, {99.96e-3, "100 ms"},
		{7.5e-7, "750 ns"}, {2e-6, "2.00 µs"}, {1e-11, "0.01 ns"}, {123.4, "123 s"}, {86400, "86400 s"}, {-0.5, "-500 ms"}} {
		if got := Seconds(c.t); got != c.want {
			t.Errorf("Seconds(%v) = %q, want %q", c.t, got, c.want)
		}
	}
}

func TestMemory(t *testing.T) {
	for n, want := range map[float64]string{0: "0 B", 1023: "1023 B", 1024: "1.0 KiB", 1023.96 * 1024: "1.0 MiB", 16e6: "15.3 MiB", 1.5 * (1 << 30): "1.5 GiB", 0x1p70: "1024.0 EiB"} {
		if got := Memory(n); got != want {
			t.Errorf("Memory(%v) = %q, want %q", n, got, want)
		}
	}
}
