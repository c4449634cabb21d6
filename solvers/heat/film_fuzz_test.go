package heat

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hybrid/internal/series"
)

// FuzzFilm reads any text as the record of a folder of frames. What is understood is written
// as it is read.
func FuzzFilm(f *testing.F) {
	text, err := json.Marshal(film{Problem: Problem{NX: 9, NY: 8, Alpha: 0.1, DX: 0.125, DY: 0.25, DT: 1e-3, Boundary: Periodic}, DType: "f64", Start: Moment{Step: 3}, Colours: [2]float64{0, 100}})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(string(text))
	for _, text := range []string{"", "null", "{", "[]", `{"Problem":{"Boundary":"open"}}`, `{"Problem":{"NX":1e99}}`, `{"DType":"\u001b[2J","Colours":[1]}`, `{"Start":{"Step":-9223372036854775808}}`} {
		f.Add(text)
	}
	dir := f.TempDir()
	mark := filepath.Join(dir, ".frame_run.json")
	f.Fuzz(func(t *testing.T, text string) {
		if err := os.WriteFile(mark, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
		read := func() (v film, err error) {
			folder := series.New(dir, "frame", ".png")
			if err := folder.Take(); err != nil {
				t.Fatal(err)
			}
			defer folder.Close()
			return v, folder.Whose(&v)
		}
		got, err := read()
		if err != nil {
			return
		}
		if text == "" && got != (film{}) {
			t.Errorf("nothing was read as %v", got)
		}
		if got.String() == "" || strings.Contains(got.Problem.Boundary.String(), "(") {
			t.Errorf("%q was read as %v", text, got)
		}
		again, err := json.Marshal(got)
		if err != nil {
			t.Fatalf("%q was read as %v: %v", text, got, err)
		}
		if err := os.WriteFile(mark, again, 0o666); err != nil {
			t.Fatal(err)
		}
		if back, err := read(); err != nil || back != got {
			t.Errorf("%v is written as %s, which is read as %v, %v", got, again, back, err)
		}
	})
}
