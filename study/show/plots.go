package show

import (
	"io"

	"hybrid/study/result"
)

// A Figure is a picture of a result, to be written to a file of its name.
type Figure struct {
	Name  string // such as time.png
	Write func(w io.Writer) error
}

// Figures are the pictures that a result has, each as PNG with two pixels a point
// and as SVG: time, speedup, efficiency, roofline, parts, messages and projection. Those
// with nothing in them are left out.
func Figures(r *result.Result) []Figure {
	var all []Figure
	for _, f := range figures(Named(r)) {
		all = append(all, Figure{f.Name + ".png", f.png}, Figure{f.Name + ".svg", f.svg})
	}
	return all
}

// FigureNames are the names that Figures may have.
var FigureNames = []string{
	"time.png", "time.svg", "speedup.png", "speedup.svg", "efficiency.png", "efficiency.svg", "roofline.png", "roofline.svg",
	"parts.png", "parts.svg", "messages.png", "messages.svg", "projection.png", "projection.svg",
}

// figures are those for files: a panel for each sweep.
func figures(r *result.Result) []figure {
	all := scalingFigures(r)
	for _, f := range []figure{rooflineFigure(r), partsFigure(r), messageFigure(r.Probes), projectionFigure(r)} {
		if len(f.Panel) > 0 {
			all = append(all, f)
		}
	}
	return all
}
