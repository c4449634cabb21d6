package compare

import (
	"encoding/json"
	"math"
	"os"
	"strings"
	"testing"

	"hybrid/internal/alloctest"
	"hybrid/study/result"
)

// FuzzParse reads any text as a baseline. One that is taken has times to compare with, is the
// same when written and read again, and is not slower than itself.
func FuzzParse(f *testing.F) {
	whole, err := json.Marshal(map[string]any{"command": "bench", "result": study(func(int) []float64 { return []float64{1, 2, 3} })})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(whole)
	for _, text := range []string{
		`{"command":"bench","result":{"kernels":[{"kernel":"pi","size":"--samples 10","seconds":{"values":[1e-320,1e308]}}]}}`,
		`{"command":"bench","result":{"kernels":[{"seconds":{"median":1}},{"seconds":{"median":2}}]}}`,
		`{"command":"bench","result":{"scaling":[{"points":[{"workers":-1,"seconds":{"median":1}}]}],"probes":[{"name":"\u001b[2J","values":[-1]}]}}`,
		`{"command":"bench","result":{"kernels":[null,{"size":"--nx"}]}}`, `{"command":"heat","result":{}}`, `[`, `null`,
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		r, err := parse(data)
		if err != nil {
			if err.Error() == "" || len(err.Error()) > 1000 {
				t.Errorf("error of %d bytes: %.100s", len(err.Error()), err)
			}
			return
		}
		for _, n := range numbers(r) {
			if n.Kind == result.OfProbe {
				continue
			}
			for _, v := range values(n.sample) {
				if !(v > 0) || math.IsInf(v, 0) {
					t.Errorf("%s took %v s", n.Name, v)
				}
			}
		}
		text, err := json.Marshal(map[string]any{"command": "bench", "result": r})
		if err != nil {
			t.Fatal(err)
		}
		again, err := parse(text)
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		if back, err := json.Marshal(map[string]any{"command": "bench", "result": again}); err != nil || string(back) != string(text) {
			t.Errorf("%s was read as\n%s, %v", text, back, err)
		}
		c := Against(r, again, Options{Baseline: "old.json"})
		if c.Regressions != 0 || len(c.Missing)+len(c.Added) != 0 || len(c.Warnings) != 0 {
			t.Errorf("against itself: %d regressions, missing %q, added %q, %q", c.Regressions, c.Missing, c.Added, c.Warnings)
		}
		for _, row := range c.Rows {
			if row.Verdict == slower || row.Verdict == faster || row.Ratio.Low > row.Ratio.Value || row.Ratio.Value > row.Ratio.High {
				t.Errorf("%s against itself: %+v", row.Name, row)
			}
		}
	})
}

// FuzzSize reads sizes of problems.
func FuzzSize(f *testing.F) {
	for _, text := range []string{"--nx 100 --ny 100", "--n 9223372036854775807", "--n -5", "--n", "nx 1", "-- 1", "--- 1 --\x00 2", "--n 1\t--n\n2"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var s, again result.Size
		if err := s.UnmarshalText([]byte(text)); err != nil {
			return
		}
		if 2*len(s.Params) != len(strings.Fields(text)) || len(s.Params) != len(s.Numbers) {
			t.Errorf("%q is %+v", text, s)
		}
		if err := again.UnmarshalText([]byte(s.String())); err != nil || !again.Equal(s) {
			t.Errorf("%q is %v, which reads as %v, %v", text, s, again, err)
		}
	})
}

// TestAllocationIsBounded gives files that claim, in few bytes, more than any study has.
func TestAllocationIsBounded(t *testing.T) {
	path := t.TempDir() + "/old.json"
	for what, text := range map[string]string{
		"points":        `{"command":"bench","result":{"kernels":[` + strings.Repeat("0,", 1<<20) + `0]}}`,
		"empty points":  `{"command":"bench","result":{"kernels":[` + strings.Repeat("{},", 1<<20) + `{}]}}`,
		"nulls":         `{"command":"bench","result":{"scaling":[{"points":[` + strings.Repeat("null,", 1<<19) + `null]}]}}`,
		"values":        `{"command":"bench","result":{"kernels":[{"seconds":{"values":[` + strings.Repeat("1,", 1<<20) + `1]}}]}}`,
		"depth":         `{"command":"bench","result":` + strings.Repeat("[", 1<<20),
		"a long name":   `{"command":"bench","result":{"kernels":[{"kernel":"` + strings.Repeat("x", 6<<20) + `"}]}}`,
		"a long list":   strings.Repeat(" ", 9<<20),
		"many baseless": `{"command":"bench","result":{"kernels":[` + strings.Repeat(`{"seconds":{"median":1}},`, 50_000) + `{}]}}`,
	} {
		if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
		used := alloctest.Bytes(func() {
			if _, err := Read(path); err == nil && what != "values" || err != nil && len(err.Error()) > 1000 {
				t.Errorf("%s: error %.100v", what, err)
			}
		})
		if most := uint64(128 << 20); used > most {
			t.Errorf("%s: %d MiB for a file of %d, at most %d are allowed", what, used>>20, len(text)>>20, most>>20)
		}
	}
}
