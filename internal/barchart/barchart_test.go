package barchart

import (
	"bytes"
	"image/png"
	"testing"
)

func TestChart(t *testing.T) {
	draw := func(c Chart) []byte {
		var b bytes.Buffer
		if err := c.Draw(&b); err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	}
	plain := Chart{Title: "t", XLabel: "x", YLabel: "y", First: -2, Width: 2, Heights: []float64{1, 5, 2}}
	curve := plain
	curve.Expected = func(x float64) float64 { return 3 - x }
	one := Chart{Width: 1, Heights: []float64{0}}
	for _, c := range []Chart{plain, curve, one} {
		text := draw(c)
		if !bytes.Equal(text, draw(c)) {
			t.Errorf("%+v: drawn twice, and not the same", c)
		}
		img, err := png.Decode(bytes.NewReader(text))
		if err != nil || img.Bounds().Dx() < 500 {
			t.Errorf("%+v: %v", c, err)
		}
	}
	if bytes.Equal(draw(plain), draw(curve)) {
		t.Error("the curve is not drawn")
	}
	// Empty bars at the ends take no room.
	far := plain
	far.First, far.Heights = -6, []float64{0, 0, 1, 5, 2, 0, 0, 0}
	if !bytes.Equal(draw(plain), draw(far)) {
		t.Error("bars of no height are drawn")
	}
}
