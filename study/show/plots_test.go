package show

import (
	"bytes"
	"encoding/xml"
	"errors"
	"image/png"
	"io"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/plot/vg"

	"hybrid/study/result"
)

func TestFigures(t *testing.T) {
	for name, want := range map[string]string{
		"nothing":                 "",
		"one rank":                "roofline parts projection",
		"two ranks":               "time speedup efficiency roofline parts messages projection",
		"many ranks and a device": "time speedup efficiency roofline parts messages projection",
	} {
		var names []string
		for _, f := range Figures(studies()[name]) {
			if !slices.Contains(FigureNames, f.Name) {
				t.Errorf("%s is not among FigureNames", f.Name)
			}
			if stem, is := strings.CutSuffix(f.Name, ".svg"); is {
				names = append(names, stem)
			}
			if strings.HasSuffix(f.Name, ".png") && name != "two ranks" {
				continue // drawn as the other is, and slower
			}
			var a, b bytes.Buffer
			if err := errors.Join(f.Write(&a), f.Write(&b)); err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(a.Bytes(), b.Bytes()) {
				t.Errorf("%s: %s drawn twice, and not the same", name, f.Name)
			}
			if strings.HasSuffix(f.Name, ".png") {
				if c, err := png.DecodeConfig(&a); err != nil || c.Width < 700 || c.Height < 500 {
					t.Errorf("%s: %s is %d by %d pixels (%v)", name, f.Name, c.Width, c.Height, err)
				}
				continue
			}
			d := xml.NewDecoder(&a)
			for {
				if _, err := d.Token(); errors.Is(err, io.EOF) {
					break
				} else if err != nil {
					t.Fatalf("%s: %s: %v", name, f.Name, err)
				}
			}
		}
		if got := strings.Join(names, " "); got != want {
			t.Errorf("%s: figures %q, want %q", name, got, want)
		}
	}
}

// TestFiguresHaveRoom has the words of every figure fit its width.
func TestFiguresHaveRoom(t *testing.T) {
	for name, r := range studies() {
		for _, f := range figures(r) {
			w, _ := f.size()
			room := w - 2*marginWidth
			for _, line := range f.aboutLines(w) {
				if style(aboutSize).Width(line) > room {
					t.Errorf("%s: %s: %q is wider than the figure", name, f.Name, line)
				}
			}
			if strings.Join(f.aboutLines(w), " ") != f.About {
				t.Errorf("%s: %s: the words are %q", name, f.Name, f.aboutLines(w))
			}
			for _, line := range f.keyLines(w) {
				width := vg.Length(0)
				for _, e := range line {
					width += e.width()
				}
				if width > room {
					t.Errorf("%s: %s: a line of the key is wider than the figure", name, f.Name)
				}
			}
		}
	}
}

// TestFiguresOfBareResults has what a result may lack.
func TestFiguresOfBareResults(t *testing.T) {
	for name, change := range map[string]func(*result.Result){
		"no fits":            func(r *result.Result) { r.Scaling[0].Fit = nil },
		"a time of 0":        func(r *result.Result) { r.Kernels[0].Seconds = result.NewSample([]float64{0, 0}) },
		"no probes":          func(r *result.Result) { r.Probes = nil },
		"only peaks":         func(r *result.Result) { r.Probes = r.Probes[8:9] },
		"only slopes":        func(r *result.Result) { r.Probes = r.Probes[:1] },
		"no parts":           func(r *result.Result) { r.Kernels[0].Parts = result.Parts{} },
		"no points":          func(r *result.Result) { r.Scaling[0].Points = nil; r.Projection[0].Points = nil },
		"one kernel unnamed": func(r *result.Result) { r.Kernels[0].Kernel = "" },
		"a law unnamed":      func(r *result.Result) { r.Scaling[0].Law, r.Projection[0].Law = "", "" },
		"speed-ups of 0": func(r *result.Result) {
			for i := range r.Scaling[0].Points {
				r.Scaling[0].Points[i].Speedup, r.Scaling[0].Points[i].Efficiency = result.Interval{}, result.Interval{}
			}
		},
	} {
		r := made(2, true)
		change(r)
		for _, f := range Figures(r) {
			if strings.HasSuffix(f.Name, ".png") {
				continue // drawn as the other is
			}
			if err := f.Write(io.Discard); err != nil {
				t.Errorf("%s: %s: %v", name, f.Name, err)
			}
		}
		for form, write := range forms {
			if err := write(io.Discard, r); err != nil {
				t.Errorf("%s: %s: %v", name, form, err)
			}
		}
	}
}
