package heatmap

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"math"
	"testing"
)

// example is a picture of f over a grid.
func example(nx, ny int, f func(j, i int) float64) Map {
	r := NewRaster(nx, ny, 1, 1)
	m := Map{Raster: r, Title: "heat, step 1000", XLabel: "x", YLabel: "y", Label: "temperature"}
	for p := range r.H {
		for q := range r.W {
			m.Pixels = append(m.Pixels, f(q, p))
		}
	}
	return m
}

func encode(t testing.TB, m Map) image.Image {
	t.Helper()
	var b bytes.Buffer
	if err := m.Encode(&b); err != nil {
		t.Fatal(err)
	}
	img, err := png.Decode(&b)
	if err != nil {
		t.Fatal(err)
	}
	return img
}

// corner finds the left upper pixel of the field: the first whose neighbours above and to the left are the black frame.
func corner(t *testing.T, img image.Image) image.Point {
	t.Helper()
	black := func(x, y int) bool {
		r, g, b, _ := img.At(x, y).RGBA()
		return r+g+b == 0
	}
	size := img.Bounds().Max
	for y := 1; y < size.Y-40; y++ {
		for x := 1; x < size.X-40; x++ {
			run := true
			for k := range 40 {
				run = run && black(x+k, y-1) && black(x-1, y+k)
			}
			if run {
				return image.Pt(x, y)
			}
		}
	}
	t.Fatal("no frame in the picture")
	return image.Point{}
}

func at(img image.Image, x, y int) color.RGBA {
	return color.RGBAModel.Convert(img.At(x, y)).(color.RGBA)
}

func TestPointsAreSquaresOfTheirColourWithRow0AtTheTop(t *testing.T) {
	m := example(4, 3, func(j, i int) float64 { return float64(4*i + j) })
	img := encode(t, m)
	c := corner(t, img)
	table := inferno()
	const side = 200
	for i := range 3 {
		for j := range 4 {
			want := table.at(float64(4*i+j), 0, 11)
			for _, d := range []image.Point{{0, 0}, {side - 1, 0}, {0, side - 1}, {side - 1, side - 1}} {
				if got := at(img, c.X+j*side+d.X, c.Y+i*side+d.Y); got != want {
					t.Errorf("row %d, column %d, pixel %v: %v, want %v", i, j, d, got, want)
				}
			}
		}
	}
}

func TestAFixedRangeNaNAndAConstant(t *testing.T) {
	table := inferno()
	m := example(2, 2, func(j, i int) float64 { return []float64{-5, 20, 200, math.NaN()}[2*i+j] })
	m.Min, m.Max = 0, 100
	img := encode(t, m)
	c := corner(t, img)
	for k, want := range []color.RGBA{table[0], table.at(20, 0, 100), table[len(table)-1], noNumber} {
		if got := at(img, c.X+400*(k%2), c.Y+400*(k/2)); got != want {
			t.Errorf("point %d: %v, want %v", k, got, want)
		}
	}
	m = example(2, 2, func(int, int) float64 { return 7 })
	img = encode(t, m)
	c = corner(t, img)
	if got, want := at(img, c.X, c.Y), table[len(table)/2]; got != want {
		t.Errorf("constant: %v, want %v", got, want)
	}
}

func TestRange(t *testing.T) {
	inf, nan := math.Inf(1), math.NaN()
	for _, c := range []struct {
		values []float64
		lo, hi float64
	}{
		{nil, 0, 0}, {[]float64{nan, inf}, 0, 0}, {[]float64{3}, 3, 3}, {[]float64{nan, 3, -inf, -2, inf}, -2, 3},
	} {
		if lo, hi := Range(c.values); lo != c.lo || hi != c.hi {
			t.Errorf("%v: [%g, %g]", c.values, lo, hi)
		}
	}
}

// TestNothingIsCutOff looks at the outermost pixels: whatever the sizes and texts, they stay white.
func TestNothingIsCutOff(t *testing.T) {
	wide := "heat with a rather long title that does not fit above a narrow picture, step 123456789, t = 1.23456789e-05 s"
	for _, c := range []struct {
		nx, ny int
		edit   func(*Map)
	}{
		{100, 100, func(m *Map) {}},
		{3, 2000, func(m *Map) { m.Title = wide }},
		{2000, 3, func(m *Map) { m.Label, m.YLabel = wide[:40], wide[:60] }},
		{3, 2000, func(m *Map) { m.XLabel = wide[:60] }},
		{3, 2000, func(m *Map) { m.Title = wide[:9] + "verylongwordsthatcannotbebrokenanywhereatallandthatarewider" }},
		{1, 1, func(m *Map) { m.Title, m.XLabel, m.YLabel, m.Label = "", "", "", "" }},
		{50, 50, func(m *Map) { m.DX, m.DY = 123456.789, 1.23e-7 }},
		{3, 1000, func(m *Map) { m.Min, m.Max = 1234567.0001, 1234567.0002 }},
		{30, 30, func(m *Map) { m.Min, m.Max = -math.MaxFloat64, math.MaxFloat64 }},
		{30, 30, func(m *Map) { m.Min, m.Max = -123456.7, -123456.6 }},
	} {
		m := example(c.nx, c.ny, func(j, i int) float64 { return float64(i - j) })
		c.edit(&m)
		img := encode(t, m)
		size := img.Bounds().Max
		for x := range size.X {
			for y := range size.Y {
				const rim = 6
				if x >= rim && y >= rim && x < size.X-rim && y < size.Y-rim {
					continue
				}
				if at(img, x, y) != (color.RGBA{255, 255, 255, 255}) {
					t.Fatalf("%d x %d, title %q: something at pixel %d, %d of %v", c.nx, c.ny, m.Title, x, y, size)
				}
			}
		}
	}
}

func TestTheSameFieldGivesTheSameBytes(t *testing.T) {
	var a, b bytes.Buffer
	m := example(50, 30, func(j, i int) float64 { return math.Sin(float64(i * j)) })
	if err := m.Encode(&a); err != nil {
		t.Fatal(err)
	}
	if err := m.Encode(&b); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(a.Bytes(), b.Bytes()) {
		t.Error("two pictures of one field differ")
	}
	m.Pixels[0] += 0.5
	b.Reset()
	if err := m.Encode(&b); err != nil {
		t.Fatal(err)
	}
	if bytes.Equal(a.Bytes(), b.Bytes()) {
		t.Error("pictures of different fields are the same")
	}
}

func TestEncodeRefuses(t *testing.T) {
	m := example(2, 2, func(int, int) float64 { return 0 })
	for _, c := range []struct {
		edit func(*Map)
		want string
	}{
		{func(m *Map) { m.Pixels = m.Pixels[:3] }, "heatmap: 3 pixels for a raster of 2 x 2"},
		{func(m *Map) { m.Min = 1 }, "heatmap: the colour bar cannot go from 1 to 0"},
		{func(m *Map) { m.Max = math.Inf(1) }, "heatmap: the colour bar cannot go from 0 to +Inf"},
		{func(m *Map) { m.Max = math.NaN() }, "heatmap: the colour bar cannot go from 0 to NaN"},
	} {
		bad := m
		c.edit(&bad)
		if err := bad.Encode(&bytes.Buffer{}); err == nil || err.Error() != c.want {
			t.Errorf("error %v, want %s", err, c.want)
		}
	}
}

// TestInfernoGrowsLighter checks the palette's promise: lightness (CIE L*, from luminance) grows evenly.
func TestInfernoGrowsLighter(t *testing.T) {
	table := inferno()
	light := func(c color.RGBA) float64 {
		linear := func(v uint8) float64 {
			if s := float64(v) / 255; s > 0.04045 {
				return math.Pow((s+0.055)/1.055, 2.4)
			}
			return float64(v) / 255 / 12.92
		}
		y := 0.2126*linear(c.R) + 0.7152*linear(c.G) + 0.0722*linear(c.B)
		if y > 0.008856 {
			return 116*math.Cbrt(y) - 16
		}
		return 903.3 * y
	}
	for k := range 17 {
		want := 98.0 * float64(k) / 16
		if got := light(table[k*(len(table)-1)/16]); math.Abs(got-want) > 6 {
			t.Errorf("colour %d of 16: lightness %.1f, an even growth has %.1f", k, got, want)
		}
	}
}

func BenchmarkEncode(b *testing.B) {
	m := example(1000, 1000, func(j, i int) float64 { return math.Sin(float64(i)/100) * math.Cos(float64(j)/70) })
	var out bytes.Buffer
	for b.Loop() {
		out.Reset()
		if err := m.Encode(&out); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(out.Len())/1e3, "kB")
}
