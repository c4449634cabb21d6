package heatmap

import (
	"image/color"
	"strings"
	"testing"
)

func lines(t *testing.T, nx, ny int, ink Ink, f func(j, i int) float64) []string {
	t.Helper()
	r := Raster{NX: nx, NY: ny, DX: 1, DY: 1}.AsText(60, 24, ink)
	m := Map{Raster: r}
	for i := range r.H {
		for j := range r.W {
			m.Pixels = append(m.Pixels, f(j, i))
		}
	}
	var b strings.Builder
	if err := m.WriteText(&b, ink); err != nil {
		t.Fatal(err)
	}
	return strings.Split(strings.TrimSuffix(b.String(), "\n"), "\n")
}

func TestTextInLetters(t *testing.T) {
	got := lines(t, 4, 2, Letters, func(j, i int) float64 { return float64(4*i + j) })
	if len(got) != 16 { // 60 wide, 30 pixels high, two in a line, and the scale
		t.Fatalf("%d lines: %q", len(got), got)
	}
	line := func(s string) string {
		var b strings.Builder
		for _, c := range s {
			b.WriteString(strings.Repeat(string(c), 15))
		}
		return b.String()
	}
	if want := line(" .:="); got[0] != want {
		t.Errorf("first line %q, want %q", got[0], want)
	}
	if want := line("+#%@"); got[14] != want {
		t.Errorf("last line %q, want %q", got[14], want)
	}
	if want := "0    ...:::---===+++***###%%%@@@ 7"; got[15] != want {
		t.Errorf("scale %q, want %q", got[15], want)
	}
}

func TestTextInColour(t *testing.T) {
	got := lines(t, 100, 100, TrueColour, func(j, i int) float64 { return float64(i) })
	if len(got) != 25 {
		t.Fatalf("%d lines", len(got))
	}
	table := inferno()
	if want := cell(table.at(0, 0, 47), table.at(1, 0, 47), TrueColour); !strings.HasPrefix(got[0], want) {
		t.Errorf("first line begins %q, want %q", got[0][:40], want)
	}
	if n := strings.Count(got[0], "▀"); n != 48 {
		t.Errorf("%d cells, want 48", n)
	}
	if want := plain; !strings.HasSuffix(got[23], want) {
		t.Errorf("the last line keeps its colour: %q", got[23])
	}
}

func TestTextRasterKeepsProportions(t *testing.T) {
	for _, c := range []struct {
		nx, ny int
		ink    Ink
		pw, ph int
	}{
		{100, 100, Letters, 48, 24},
		{100, 100, TrueColour, 48, 48},
		{3, 3, Colours256, 48, 48},
		{1000, 10, TrueColour, 60, 16},
		{10, 1000, Letters, 12, 24},
	} {
		r := Raster{NX: c.nx, NY: c.ny, DX: 1, DY: 1}.AsText(60, 24, c.ink)
		if r.PW != c.pw || r.PH != c.ph || r.W != min(c.nx, c.pw) || r.H != min(c.ny, c.ph) {
			t.Errorf("%d x %d: raster %+v, want %d x %d", c.nx, c.ny, r, c.pw, c.ph)
		}
	}
}

func TestCubeIsTheNearest(t *testing.T) {
	levels := []int{0, 95, 135, 175, 215, 255}
	for v := range 256 {
		got := (cube(color.RGBA{R: uint8(v)}) - 16) / 36
		for i, l := range levels {
			if d := abs(levels[got] - v); abs(l-v) < d-1 {
				t.Errorf("%d: level %d, but %d is nearer", v, levels[got], levels[i])
			}
		}
	}
}

func abs(v int) int { return max(v, -v) }
