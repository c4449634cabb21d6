package heatmap

import (
	"bytes"
	"image"
	"image/png"
	"math"
	"strings"
	"testing"
)

func TestCurve(t *testing.T) {
	for _, c := range []struct {
		values []float64
		want   string
	}{
		{[]float64{0, 0, 3, 2, math.NaN(), 1}, `
3 |  *
  |  :*
  |  :  *
0 |**
  +------
   x: 0.5 to 9.5
`},
		{[]float64{-0.25, -0.25}, `
      |
      |
-0.25 |**
      |
      +--
       x: 0.5 to 9.5
`},
	} {
		var b strings.Builder
		if err := (Curve{Values: c.values, X: [2]float64{0.5, 9.5}, XLabel: "x"}).WriteText(&b, 4); err != nil || "\n"+b.String() != c.want {
			t.Errorf("%v: %v\n%s", c.values, err, b.String())
		}
	}
}

// TestSeveralPictures stand beside each other, four in two rows, each as it is alone.
func TestSeveralPictures(t *testing.T) {
	m := Map{Raster: NewRaster(3, 2, 1, 1), Pixels: []float64{0, 1, 2, 3, 4, 5}, Title: "t"}
	picture := func(maps ...Map) image.Image {
		var b bytes.Buffer
		if err := Encode(&b, maps...); err != nil {
			t.Fatal(err)
		}
		img, err := png.Decode(&b)
		if err != nil {
			t.Fatal(err)
		}
		return img
	}
	alone, all := picture(m), picture(m, m, m, m)
	size := alone.Bounds().Size()
	if got := all.Bounds().Size(); got != image.Pt(3*size.X, 2*size.Y) {
		t.Fatalf("%v, want three by two of %v", got, size)
	}
	for y := range size.Y {
		for x := range size.X {
			r, g, b, _ := alone.At(x, y).RGBA()
			for _, at := range []image.Point{{2 * size.X, 0}, {0, size.Y}} {
				if r1, g1, b1, _ := all.At(at.X+x, at.Y+y).RGBA(); r1 != r || g1 != g || b1 != b {
					t.Fatalf("a pixel of the picture at %v is another one than that of the picture alone, at %d, %d", at, x, y)
				}
			}
		}
	}
}
