// Gallery runs every model that ships with hybrid and writes docs/models/README.md, a page with
// a small picture of each, its equations and what came of its checks: make gallery.
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"

	"hybrid/examples/models"
	"hybrid/internal/heatmap"
	"hybrid/npy"
	"hybrid/solvers/model"
)

const folder = "docs/models"

func main() {
	log.SetFlags(0)
	if len(os.Args) != 2 {
		log.Fatal("usage: go run ./scripts/gallery HYBRID")
	}
	if err := gallery(os.Args[1]); err != nil {
		log.Fatal(err)
	}
}

const head = `# Models that ship with hybrid

Each is a file of formulas in [examples/models](../../examples/models), part of the program: ` + "`hybrid solve --list`" + ` lists
them, ` + "`hybrid solve NAME`" + ` runs one, ` + "`hybrid solve NAME --show`" + ` prints its file. A run ends with the checks that
stand in the file, and with exit status 3 where one does not hold. ` + "`make gallery`" + ` makes this page and its
pictures from runs of all of them.

`

func gallery(hybrid string) error {
	var page strings.Builder
	if err := os.MkdirAll(folder, 0o777); err != nil {
		return err
	}
	page.WriteString(head)
	for _, name := range models.Names() {
		text, err := entry(hybrid, name)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		page.WriteString(text)
	}
	return os.WriteFile(filepath.Join(folder, "README.md"), []byte(page.String()), 0o666)
}

// A run is what the JSON of one says.
type run struct {
	Params struct {
		Size  []int
		Steps int
	}
	Result struct {
		Time   float64
		Checks []struct {
			Name, Check string
			Left, Right *float64
		}
	}
}

// entry runs a model, draws its picture and describes it.
func entry(hybrid, name string) (string, error) {
	text, _ := models.Text(name)
	spec, err := model.Read(name+".toml", text)
	if err != nil {
		return "", err
	}
	dir, err := os.MkdirTemp("", "gallery")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(dir)
	array := filepath.Join(dir, "field.npy")
	cmd := exec.Command(hybrid, "solve", name, "--json", "--quiet", "--gpu", "off", "--out", spec.Output.Fields[0]+"="+array)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return "", err
	}
	var r run
	if err := json.Unmarshal(out, &r); err != nil {
		return "", err
	}
	if err := draw(array, filepath.Join(folder, name+".png"), spec, r.Result.Time); err != nil {
		return "", err
	}
	var b strings.Builder
	fmt.Fprintf(&b, "## %s\n\n![%[1]s](%[1]s.png)\n\n%s. %s cells, %d steps", name, value(text, "title"), strings.Trim(strings.ReplaceAll(fmt.Sprint(r.Params.Size), " ", " x "), "[]"), r.Params.Steps)
	fmt.Fprintf(&b, ". After %s.\n\n", value(text, "source"))
	for _, section := range []string{"let", "equations", "updates"} {
		for _, line := range lines(text, section) {
			fmt.Fprintf(&b, "    %s\n", line)
		}
	}
	b.WriteString("\nChecked:\n\n")
	for _, c := range r.Result.Checks {
		fmt.Fprintf(&b, "- %s: `%s`", c.Name, c.Check)
		if c.Left != nil {
			fmt.Fprintf(&b, ", in the end %.3g and %.3g", *c.Left, *c.Right)
		}
		b.WriteString("\n")
	}
	b.WriteString("\n")
	return b.String(), nil
}

// value is that of a text at the beginning of a model's file.
func value(text, key string) string {
	return regexp.MustCompile(`(?m)^` + key + ` *= *"(.*)"`).FindStringSubmatch(text)[1]
}

// lines are those of a section of a model's file, as a reader wants to see them.
func lines(text, section string) (all []string) {
	_, rest, found := strings.Cut(text, "["+section+"]")
	if !found {
		return nil
	}
	_, rest, _ = strings.Cut(rest, "\n")
	rest, _, _ = strings.Cut(rest, "\n[")
	for line := range strings.Lines(rest) {
		if line = strings.TrimSpace(line); line != "" && line[0] != '#' {
			all = append(all, line)
		}
	}
	return all
}

// side is the longer one of a picture, in pixels.
const side = 240

// draw makes a picture of the last two dimensions of an array of the model's first field: of three the plane in the middle.
func draw(array, path string, spec *model.Spec, time float64) error {
	r, err := npy.Open(array)
	if err != nil {
		return err
	}
	defer r.Close()
	values := make([]float64, r.Rows()*r.Cols())
	if err := npy.ReadBlock(r, r.RowRange(0, r.Rows()), values, npy.Round); err != nil {
		return err
	}
	field, n := spec.Output.Fields[0], len(r.Shape)
	title := fmt.Sprintf("%s, %s at t = %.4g", spec.Name, field, time)
	rows, columns := r.Shape[n-2], r.Shape[n-1]
	if n == 3 {
		plane := r.Shape[0] / 2
		values = values[plane*rows*columns:][:rows*columns]
		title += fmt.Sprintf(", z = %.2g", spec.Origin[0]+(float64(plane)+0.5)*spec.Spacing[0])
	}
	dy, dx := spec.Spacing[n-2], spec.Spacing[n-1]
	long := max(float64(rows)*dy, float64(columns)*dx)
	raster := heatmap.Raster{NX: columns, NY: rows, DX: dx, DY: dy, PW: int(side * float64(columns) * dx / long), PH: int(side * float64(rows) * dy / long)}
	raster.W, raster.H = min(raster.PW, columns), min(raster.PH, rows)
	d := heatmap.NewReducer[float64](raster, 0, rows)
	for i := range rows {
		d.Add(i, values[i*columns:][:columns])
	}
	m := heatmap.Map{Raster: raster, Pixels: d.Pixels(), X0: spec.Origin[n-1] + dx/2, Y0: spec.Origin[n-2] + dy/2, Title: title, XLabel: "x", YLabel: "y", Label: field}
	var b bytes.Buffer
	if err := m.Encode(&b); err != nil {
		return err
	}
	return os.WriteFile(path, b.Bytes(), 0o666)
}
