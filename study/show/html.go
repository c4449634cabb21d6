package show

import (
	_ "embed"
	"html/template"
	"io"
	"strconv"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

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
// dark, fits screens from 400 pixels on, and prints. Every number in it is a <data>
// element with the JSON's value. Cost: some tenths of a second, and a few hundred
// kilobytes.
func HTML(w io.Writer, r *result.Result) error {
	page, err := template.New("page").Funcs(template.FuncMap{
		"exact": func(v float64) string { return strconv.FormatFloat(v, 'g', -1, 64) },
		"chart": chartOf,
		"thumb": thumbOf,
	}).Parse(pageHTML)
	if err != nil {
		return err
	}
	return page.Execute(w, struct {
		Result   *result.Result
		Style    template.CSS
		Title    string
		Machine  []fact
		Answers  []answer
		Sections []section
	}{r, template.CSS(pageCSS), "hybrid bench: " + r.Machine.CPU, machine(r), answers(r), sections(r)})
}

// A chart is a panel as the page has it.
type chart struct {
	Title         string
	Width, Height float64
	Inside        template.HTML
}

func chartOf(p panel) (chart, error) {
	const width, height = 360, 270
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
