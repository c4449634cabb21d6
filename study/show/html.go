package show

import (
	"cmp"
	_ "embed"
	"html/template"
	"io"
	"slices"
	"strconv"
	"strings"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"hybrid/internal/plain"
	"hybrid/study/result"
)

var (
	//go:embed page.html
	pageHTML string
	//go:embed page.css
	pageCSS string
)

// HTML writes one page that needs no other file: tables, charts, and the result
// itself as JSON in the element "result". It follows the reader's choice of light or
// dark, fits screens from 400 pixels on, and prints. A number of the result stands in
// a <data> element with the value that it has in the JSON. Cost: some tenths of a
// second, and up to a megabyte for a hundred ranks.
func HTML(w io.Writer, r *result.Result) error {
	page, err := template.New("page").Funcs(template.FuncMap{
		"exact": func(v float64) string { return strconv.FormatFloat(v, 'g', -1, 64) },
		"chart": chartOf,
		"thumb": thumbOf,
		// of gives a figure the title of its part, if it has none of its own.
		"of": func(f figure, part string) figure { f.Title = cmp.Or(f.Title, part); return f },
		// worded tells tables with columns of text, which narrow screens show row below row.
		"worded": func(all []column) bool { return slices.ContainsFunc(all, func(c column) bool { return c.Width > 0 }) },
		// unbroken keeps speed-up on one line.
		"unbroken": func(s string) string { return strings.ReplaceAll(s, "-", "\u2011") },
		"hundred":  func(v float64) string { return strconv.FormatFloat(100*v, 'f', 1, 64) },
	}).Parse(pageHTML)
	if err != nil {
		return err
	}
	named := Named(r)
	// The heading names the processor already.
	facts := slices.DeleteFunc(machine(r), func(n note) bool { return n.Name == processor })
	heading := cmp.Or(r.Machine.CPU, "An unknown machine")
	var all strings.Builder
	err = page.Execute(&all, struct {
		Result   *result.Result
		Style    template.CSS
		Title    string
		Heading  string
		Machine  []note
		Answers  []answer
		Sections []section
	}{r, template.CSS(pageCSS), "hybrid bench: " + heading, heading, facts, answers(named), sections(named)})
	if err != nil {
		return err
	}
	// What steers a terminal stands as \u202e, which in the JSON is the same text.
	text, _ := plain.Lines(all.String())
	_, err = io.WriteString(w, text)
	return err
}

// A chart is a panel as the page has it.
type chart struct {
	Title         string
	Width, Height float64
	Inside        template.HTML
}

func chartOf(p panel) (chart, error) {
	const width, height = 320, 235
	one := p.draw()
	inside, err := svgOf(width, height, one.Draw)
	return chart{p.Title, width, height, inside}, err
}

// thumbOf draws an entry of a key.
func thumbOf(e entry) (chart, error) {
	const width, height = 26, 12
	inside, err := svgOf(vg.Points(width), vg.Points(height), func(c draw.Canvas) { e.thumb(c) })
	return chart{e.Name, width, height, inside}, err
}
