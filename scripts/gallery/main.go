// Gallery runs every model that ships with hybrid and writes docs/models/README.md, a page with
// a small picture of each, its equations and what came of its checks. Run it at the root:
//
//	go build -o bin/hybrid ./cmd/hybrid && go run ./scripts/gallery bin/hybrid
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
	"hybrid/internal/film"
	"hybrid/npy"
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
stand in the file, and with exit status 3 where one does not hold. ` + "`go run ./scripts/gallery bin/hybrid`" + ` makes this page and its
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
		Checks []struct {
			Name, Check string
			Left, Right *float64
		}
	}
}

// entry runs a model, draws its picture and describes it.
func entry(hybrid, name string) (string, error) {
	text, _ := models.Text(name)
	dir, err := os.MkdirTemp("", "gallery")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(dir)
	array := filepath.Join(dir, "field.npy")
	cmd := exec.Command(hybrid, "solve", name, "--json", "--quiet", "--gpu", "off", "--out", mainField(text)+"="+array)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return "", err
	}
	var r run
	if err := json.Unmarshal(out, &r); err != nil {
		return "", err
	}
	if err := draw(array, filepath.Join(folder, name+".png")); err != nil {
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

// mainField is the first field of [output], or of [fields].
func mainField(text string) string {
	if m := regexp.MustCompile(`(?m)^fields *= *\["([^"]*)"`).FindStringSubmatch(text); m != nil {
		return m[1]
	}
	return regexp.MustCompile(`^\w+`).FindString(lines(text, "fields")[0])
}

// side is the longer one of a picture, in pixels, at most: a model's cells are counted out.
const side = 220

// draw makes a picture of an array's last two dimensions: of three the plane in the middle.
func draw(array, path string) error {
	r, err := npy.Open(array)
	if err != nil {
		return err
	}
	defer r.Close()
	values := make([]float64, r.Rows()*r.Cols())
	if err := npy.ReadBlock(r, r.RowRange(0, r.Rows()), values, npy.Round); err != nil {
		return err
	}
	rows, columns := r.Shape[len(r.Shape)-2], r.Shape[len(r.Shape)-1]
	if len(r.Shape) == 3 {
		values = values[r.Shape[0]/2*rows*columns:][:rows*columns]
	}
	every := (max(rows, columns) + side - 1) / side
	f := film.Film{W: columns / every, H: rows / every, Scale: max(1, side/max(rows, columns))}
	frame := make([]float32, f.W*f.H)
	for y := range f.H * every {
		for x := range f.W * every {
			frame[y/every*f.W+x/every] += float32(values[y*columns+x] / float64(every*every))
		}
	}
	f.Frames = [][]float32{frame}
	var b bytes.Buffer
	if err := f.APNG(&b); err != nil {
		return err
	}
	return os.WriteFile(path, b.Bytes(), 0o666)
}
