package model

import (
	"errors"
	"math"
	"strings"
	"testing"

	"hybrid/examples/models"
	"hybrid/solvers/model/ir"
	"hybrid/solvers/task"
)

// FuzzRead wants of any file and any flag a model, which is cut into cells or refused, or an
// error of a user's mistake whose text is one line.
func FuzzRead(f *testing.F) {
	for _, name := range []string{"grayscott", "cahnhilliard", "life", "layers"} {
		text, _ := models.Text(name)
		f.Add(text, "time.steps=3")
	}
	f.Add(full, "half=0.25")
	f.Add(small, "boundary.all={x=\"periodic\", top=\"robin 1 2 t\"}")
	f.Fuzz(func(t *testing.T, text, set string) {
		s, err := Read("some.toml", text, set)
		if err != nil {
			var place *task.PlaceError
			var status *task.StatusError
			if !errors.As(err, &place) || !errors.As(err, &status) || len(err.Error()) > 3000 || strings.Count(place.Lines, "\n") != 1 || len(place.Lines) > 2000 {
				t.Fatalf("%v", err)
			}
			return
		}
		if s.DT == 0 && s.Scheme == "" || len(s.Rules) == 0 || len(s.Fields) > maxFields {
			t.Fatalf("%+v", s)
		}
		cells := 1
		for _, n := range s.Size {
			cells *= n
		}
		if cells > maxCells {
			t.Fatalf("%d cells", cells)
		}
		if sys, err := s.System(ir.F64); err == nil && (!(sys.DT > 0) || math.IsInf(sys.DT, 0) || sys.Steps < 0) {
			t.Fatalf("dt %g, %d steps", sys.DT, sys.Steps)
		}
	})
}
