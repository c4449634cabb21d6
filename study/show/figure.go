package show

import (
	"bytes"
	"io"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgimg"
	"gonum.org/v1/plot/vg/vgsvg"
)

// A figure is panels with one key.
type figure struct {
	Name  string // of the file
	Title string
	About string // what is to be seen, in a sentence or two
	Key   []entry
	Panel []panel
}

// A panel is one plot, made when it is drawn.
type panel struct {
	Title string
	draw  func() *plot.Plot
}

// An entry of the key is a name and how it is drawn.
type entry struct {
	Name  string
	line  draw.LineStyle
	glyph draw.GlyphStyle
}

// Lengths in points.
const (
	panelWidth, panelHeight = 330, 250
	largeWidth, largeHeight = 480, 340 // of a panel by itself
	marginWidth             = 14
	titleHeight             = 22
	aboutHeight             = 13
	aboutSize               = 9 // of its font
	gapHeight               = 6
	nameHeight              = 22 // of a panel
	keyHeight               = 18
	thumbWidth              = 26
)

// columnsOf is how many panels stand side by side.
func (f figure) columns() int {
	return min(len(f.Panel), 2)
}

// size is the width and the height of a figure.
func (f figure) size() (w, h vg.Length) {
	cols := f.columns()
	rows := (len(f.Panel) + cols - 1) / cols
	w, h = vg.Length(cols*panelWidth), vg.Length(rows*panelHeight)
	if len(f.Panel) == 1 {
		w, h = largeWidth, largeHeight
	}
	w += 2 * marginWidth
	return w, h + 2*marginWidth + f.headHeight(w)
}

// headHeight is that of all above the panels.
func (f figure) headHeight(w vg.Length) vg.Length {
	return vg.Length(titleHeight + gapHeight + len(f.aboutLines(w))*aboutHeight + len(f.keyLines(w))*keyHeight)
}

// aboutLines breaks what is said below the title into lines that a figure of width w
// has room for.
func (f figure) aboutLines(w vg.Length) []string {
	var lines []string
	for _, word := range strings.Fields(f.About) {
		if n := len(lines) - 1; n >= 0 && style(aboutSize).Width(lines[n]+" "+word) <= w-2*marginWidth {
			lines[n] += " " + word
		} else {
			lines = append(lines, word)
		}
	}
	return lines
}

// keyLines breaks the key into lines, too.
func (f figure) keyLines(w vg.Length) [][]entry {
	var lines [][]entry
	room := vg.Length(0)
	for _, e := range f.Key {
		need := e.width()
		if len(lines) == 0 || need > room {
			lines = append(lines, nil)
			room = w - 2*marginWidth
		}
		lines[len(lines)-1] = append(lines[len(lines)-1], e)
		room -= need
	}
	return lines
}

func (e entry) width() vg.Length { return thumbWidth + style(10).Width(e.Name) + vg.Points(20) }

// thumb draws how a series is drawn, in the middle of a rectangle.
func (e entry) thumb(c draw.Canvas) {
	y := c.Center().Y
	if e.line.Width > 0 {
		c.StrokeLine2(e.line, c.Min.X, y, c.Max.X, y)
	}
	if e.glyph.Shape != nil {
		c.DrawGlyph(e.glyph, c.Center())
	}
}

// draw draws the whole figure.
func (f figure) draw(c draw.Canvas) {
	c.Min.X, c.Max.X = c.Min.X+marginWidth, c.Max.X-marginWidth
	c.Min.Y, c.Max.Y = c.Min.Y+marginWidth, c.Max.Y-marginWidth
	head := style(13)
	head.XAlign, head.YAlign = draw.XCenter, draw.YTop
	c.FillText(head, vg.Point{X: c.Center().X, Y: c.Max.Y}, f.Title)
	small := style(aboutSize)
	small.XAlign, small.YAlign, small.Color = draw.XCenter, draw.YTop, mutedColor
	full := c.Max.X - c.Min.X + 2*marginWidth
	y := c.Max.Y - titleHeight
	for _, line := range f.aboutLines(full) {
		c.FillText(small, vg.Point{X: c.Center().X, Y: y}, line)
		y -= aboutHeight
	}
	y -= gapHeight
	for _, line := range f.keyLines(full) {
		width := vg.Length(0)
		for _, e := range line {
			width += e.width()
		}
		x := c.Center().X - width/2
		for _, e := range line {
			at := draw.Canvas{Canvas: c.Canvas, Rectangle: vg.Rectangle{Min: vg.Point{X: x, Y: y - keyHeight}, Max: vg.Point{X: x + thumbWidth, Y: y}}}
			e.thumb(at)
			words := style(10)
			words.YAlign = draw.YCenter
			c.FillText(words, vg.Point{X: x + thumbWidth + 5, Y: y - keyHeight/2}, e.Name)
			x += e.width()
		}
		y -= keyHeight
	}
	c.Max.Y = y
	f.panels(c)
}

// panels draws the plots, with their axes in line and their titles above.
func (f figure) panels(c draw.Canvas) {
	cols := f.columns()
	var plots [][]*plot.Plot
	for i, p := range f.Panel {
		if i%cols == 0 {
			plots = append(plots, make([]*plot.Plot, cols))
		}
		plots[i/cols][i%cols] = p.draw()
	}
	tiles := draw.Tiles{Rows: len(plots), Cols: cols, PadX: vg.Points(22), PadY: nameHeight, PadTop: nameHeight}
	for i, places := range plot.Align(plots, tiles, c) {
		for j, place := range places {
			if plots[i][j] == nil {
				continue
			}
			plots[i][j].Draw(place)
			name := style(11)
			name.YAlign = draw.YBottom
			c.FillText(name, vg.Point{X: place.Min.X, Y: tiles.At(c, j, i).Max.Y + 4}, f.Panel[i*cols+j].Title)
		}
	}
}

// png writes the figure with two pixels a point.
func (f figure) png(w io.Writer) error {
	width, height := f.size()
	c := vgimg.NewWith(vgimg.UseWH(width, height), vgimg.UseDPI(144))
	f.draw(draw.New(c))
	_, err := vgimg.PngCanvas{Canvas: c}.WriteTo(w)
	return err
}

// svg writes the figure on white.
func (f figure) svg(w io.Writer) error {
	width, height := f.size()
	c := vgsvg.New(width, height)
	back := draw.New(c)
	back.FillPolygon(paper, []vg.Point{back.Min, {X: back.Max.X, Y: back.Min.Y}, back.Max, {X: back.Min.X, Y: back.Max.Y}})
	f.draw(back)
	var b bytes.Buffer
	if _, err := c.WriteTo(&b); err != nil {
		return err
	}
	_, err := w.Write(anyFont(b.Bytes()))
	return err
}
