package heatmap

import (
	"image"
	"testing"
)

// TestAFrameSurroundsItsField has black lines just outside field and bar, something
// on every side, nothing on the rim of the picture, and marks at their pixels.
func TestAFrameSurroundsItsField(t *testing.T) {
	for _, f := range []Frame{
		{W: 400, H: 300, X: [2]float64{-2, 2}, Y: [2]float64{-1, 2}},
		{W: 3, H: 3, X: [2]float64{-2, 2}, Y: [2]float64{-1, 2}},
		{W: 300, H: 20, X: [2]float64{-0.743643887, -0.743643886}, Y: [2]float64{1e-9, 2e-9}},
	} {
		f.Title, f.XLabel, f.YLabel, f.Label = "a title that is wider than a small field is", "Re c", "Im c", "iterations (black: the most)"
		f.Marks = []Mark{{0, "1"}, {1, "1000"}}
		s := f.Draw()
		if s.Field.Dx() != f.W || s.Field.Dy() != f.H || s.Bar.Dy() != f.H {
			t.Errorf("%+v: field %v, bar %v", f, s.Field, s.Bar)
		}
		for _, r := range []image.Rectangle{s.Field, s.Bar} {
			for _, p := range []image.Point{{r.Min.X, r.Min.Y - 1}, {r.Min.X - 1, r.Min.Y}, {r.Max.X, r.Max.Y - 1}, {r.Max.X - 1, r.Max.Y}} {
				if g := s.Grey(p.X, p.Y); g != 0 {
					t.Errorf("%+v: grey %d at %v beside %v", f, g, p, r)
				}
			}
		}
		const rim = 6
		inside := image.Rectangle{Max: s.Size}.Inset(rim)
		ink := map[string]int{}
		for y := range s.Size.Y {
			for x := range s.Size.X {
				switch at := image.Pt(x, y); {
				case s.Grey(x, y) == 255 || at.In(s.Field):
				case !at.In(inside):
					t.Fatalf("%+v: something at %v of %v", f, at, s.Size)
				case y < s.Field.Min.Y-1:
					ink["title"]++
				case y > s.Field.Max.Y:
					ink["below"]++
				case x < s.Field.Min.X-1:
					ink["left"]++
				case x >= s.Bar.Max.X:
					ink["right"]++
				}
			}
		}
		if len(ink) != 4 {
			t.Errorf("%+v: ink %v", f, ink)
		}
	}
	f := Frame{W: 400, H: 300, X: [2]float64{-2, 2}, Y: [2]float64{-1, 2}}
	s := f.Draw()
	for _, c := range []struct{ x, y int }{{200, s.Field.Dy() + 3}, {-3, 200}} { // x = 0 below, y = 0 at the left
		if g := s.Grey(s.Field.Min.X+c.x, s.Field.Min.Y+c.y); g != 0 {
			t.Errorf("no mark at %d, %d of the field: %d", c.x, c.y, g)
		}
	}
}
