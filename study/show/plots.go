package show

import (
	"io"
	"os"
	"path/filepath"

	"hybrid/internal/atomicfile"
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
	for _, f := range figures(r) {
		all = append(all, Figure{f.Name + ".png", f.png}, Figure{f.Name + ".svg", f.svg})
	}
	return all
}

// Plots writes all Figures into a directory, which it makes, and returns their
// paths. A file appears under its name when it is complete. Cost: some tenths of a
// second.
func Plots(dir string, r *result.Result) ([]string, error) {
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return nil, err
	}
	token := atomicfile.NewToken()
	var paths []string
	for _, f := range Figures(r) {
		path := filepath.Join(dir, f.Name)
		if err := atomicfile.Write(path, token, f.Write); err != nil {
			return paths, err
		}
		paths = append(paths, path)
	}
	return paths, nil
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
