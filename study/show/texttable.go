package show

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// unbroken is a blank at which no line is broken.
const unbroken = "\u00a0"

// gap is between two columns.
const gap = "  "

// minor is how many minor rows a table may have on a terminal.
const minor = 20

func (p *printer) table(t table) {
	if left := slices.DeleteFunc(slices.Clone(t.Rows), func(r row) bool { return r.Minor }); len(t.Rows)-len(left) > minor {
		defer p.line(fmt.Sprintf(gap+"%d more %s", len(t.Rows)-len(left), t.Minor))
		t.Rows = left
	}
	widths := make([]int, len(t.Columns))
	cells := make([][][]string, len(t.Rows)) // lines of a cell of a row
	for i, r := range t.Rows {
		cells[i] = make([][]string, len(r.Cells))
		for j, c := range r.Cells {
			lines := []string{c.Text}
			if limit := t.Columns[j].Width; limit > 0 {
				lines = fold(c.Text, limit)
			}
			cells[i][j] = lines
			widths[j] = max(widths[j], widest(lines))
		}
	}
	heads := make([][]string, len(t.Columns))
	for j, c := range t.Columns {
		heads[j] = fold(c.Name, widths[j])
		widths[j] = max(widths[j], widest(heads[j]))
	}
	p.groups(t, widths)
	p.row(t, widths, raised(heads))
	for _, row := range cells {
		p.row(t, widths, row)
	}
}

func widest(lines []string) int {
	width := 0
	for _, line := range lines {
		width = max(width, utf8.RuneCountInString(line))
	}
	return width
}

// raised puts the last lines of all headings beside each other.
func raised(heads [][]string) [][]string {
	most := 0
	for _, h := range heads {
		most = max(most, len(h))
	}
	for i, h := range heads {
		heads[i] = append(make([]string, most-len(h)), h...)
	}
	return heads
}

// groups writes the headings over several columns.
func (p *printer) groups(t table, widths []int) {
	if len(t.Groups) == 0 {
		return
	}
	var b strings.Builder
	first := 0
	for _, g := range t.Groups {
		width := (g.Span - 1) * len(gap)
		for _, w := range widths[first : first+g.Span] {
			width += w
		}
		// A heading wider than its columns widens the last of them.
		if more := utf8.RuneCountInString(g.Name) - width; more > 0 {
			widths[first+g.Span-1] += more
			width += more
		}
		b.WriteString(gap + pad(g.Name, width, true))
		first += g.Span
	}
	p.line(b.String())
}

func (p *printer) row(t table, widths []int, cells [][]string) {
	lines := 0
	for _, c := range cells {
		lines = max(lines, len(c))
	}
	for i := range lines {
		var b strings.Builder
		for j, c := range cells {
			line := ""
			if i < len(c) {
				line = c[i]
			}
			b.WriteString(gap + pad(line, widths[j], t.Columns[j].Number))
		}
		p.line(b.String())
	}
}

// pad fills a text up with blanks, at its left if it is a number.
func pad(s string, width int, number bool) string {
	blanks := strings.Repeat(" ", max(0, width-utf8.RuneCountInString(s)))
	if number {
		return blanks + s
	}
	return s + blanks
}

// fold breaks a text between words into lines of at most so many characters, or one
// word. It leaves blanks that are not to be broken.
func fold(s string, width int) []string {
	lines := []string{""}
	for _, word := range strings.FieldsFunc(s, func(r rune) bool { return r == ' ' || r == '\n' || r == '\t' }) {
		last := &lines[len(lines)-1]
		switch {
		case *last == "":
			*last = word
		case utf8.RuneCountInString(*last)+1+utf8.RuneCountInString(word) <= width:
			*last += " " + word
		default:
			lines = append(lines, word)
		}
	}
	return lines
}
