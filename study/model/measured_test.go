package model

import (
	"path/filepath"
	"testing"

	"hybrid/study/compare"
)

// The model is within a factor of what was measured: of two processes, each with a
// core of its own, within 1.1; of four ranks that take turns on two cores
// within 1.2.
func TestAgainstMeasured(t *testing.T) {
	for _, c := range []struct {
		file    string
		checked int
		within  float64
	}{{"openmpi.json", 1, 0.1}, {"one-process.json", 2, 0.2}} {
		r, err := compare.Read(filepath.Join("testdata", c.file))
		if err != nil {
			t.Fatal(err)
		}
		all, notes := Project(r, models)
		if len(all) != 4 {
			t.Fatalf("%s: %d projections, notes %q", c.file, len(all), notes)
		}
		for _, p := range all {
			t.Logf("%s: %s %s: wrong by at most %.1f %% of %d points", c.file, p.Kernel, p.Law, 100*p.Error, p.Checked)
			if p.Checked != c.checked || p.Error > c.within {
				t.Errorf("%s: %s %s: wrong by at most %.3f of %d points, want %.3f of %d", c.file, p.Kernel, p.Law, p.Error, p.Checked, c.within, c.checked)
			}
		}
	}
}
