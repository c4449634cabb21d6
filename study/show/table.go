package show

import (
	"fmt"
	"math"
	"strings"

	"hybrid/internal/units"
	"hybrid/study/result"
)

// A section of the tables and of the page has parts.
type section struct {
	ID, Title string
	Short     string // of the page's contents
	Parts     []part
}

// A part is what is said of one thing: words, charts, tables, in this order.
type part struct {
	Title  string // "" for a section's only one
	Full   bool   // as wide as the page
	Lead   []phrase
	Charts []figure // not in text
	Tables []table
	Notes  []note // below
}

// A note is what is said of a name, or of all where that is "".
type note struct {
	Name string
	Is   phrase
}

// A table is rows of cells under columns. A group is a heading over several
// columns; without groups there is one line of headings.
type table struct {
	Caption string
	Groups  []group
	Columns []column
	Rows    []row
	Minor   string // what rows that are left out have in common
}

type group struct {
	Name string
	Span int
}

type column struct {
	Name   string
	Number bool // to the right
	Width  int  // of text on a terminal, in characters; longer is broken into lines. 0: any
}

// col is a column of text, num one of numbers.
func col(name string) column { return column{Name: name} }
func num(name string) column { return column{Name: name, Number: true} }

type row struct {
	Cells []cell
	Class string // of the page: "bad" is what needs to be looked at
	Minor bool   // left out of a long table on a terminal
}

// A cell is a text and, where it says a number of the result, that number.
type cell struct {
	Text      string
	Value     float64
	Known     bool // Value is a number of the result
	Low, High float64
	Between   string   // Low and High in words, where there are some
	Code      []string // typed by people, in pieces that are not to be broken: flags
	Strong    bool
	// For the page:
	Bar   bool // the value is a part of 1, and shown as a bar too
	Rows  int  // that the cell takes; 0: one
	Below bool // the cell above takes this place
}

// A phrase is a sentence made of words and numbers.
type phrase []cell

// code is what people type.
func code(pieces ...string) cell { return cell{Text: strings.Join(pieces, " "), Code: pieces} }

func say(format string, args ...any) cell { return cell{Text: fmt.Sprintf(format, args...)} }

// String keeps a number and its unit on one line.
func (p phrase) String() string {
	var b strings.Builder
	for _, c := range p {
		if c.Known {
			c.Text = strings.ReplaceAll(c.Text, " ", unbroken)
		}
		b.WriteString(c.Text)
	}
	return b.String()
}

// number is a number of the result as words say it.
func number(v float64, format func(float64) string) cell {
	return cell{Text: format(v), Value: v, Known: true}
}

func whole(n int) cell { return number(float64(n), func(v float64) string { return fmt.Sprint(n) }) }

// median is a sample's, in words.
func median(s result.Sample, format func(float64) string) cell {
	return within(s.Median, s.Low, s.High, format)
}

// interval is a number with the bounds of its confidence interval.
func interval(i result.Interval, format func(float64) string) cell {
	return within(i.Value, i.Low, i.High, format)
}

func within(v, low, high float64, format func(float64) string) cell {
	c := number(v, format)
	if low < high {
		c.Low, c.High, c.Between = low, high, format(low)+" to "+format(high)
	}
	return c
}

// wide marks a number that is to be read with care.
const wide = "~"

const wideNote = wide + " marks a wide spread: the 95 % confidence interval of the median is wider than a tenth of it. Read with care, or repeat more often."

// spread is a sample's, "± 3 %".
func spread(s result.Sample) cell {
	if len(s.Values) < 2 {
		return cell{Text: "once"}
	}
	text := percents(s.Spread())
	if s.Wide {
		text = wide + text
	}
	return cell{Text: text}
}

func percents(part float64) string {
	if math.Abs(100*part) < 9.95 {
		return fmt.Sprintf("%.1f %%", 100*part)
	}
	return fmt.Sprintf("%.0f %%", 100*part)
}

// percent is a part of what is possible.
func percent(part float64) string {
	if part != 0 && math.Abs(part) < 0.0005 {
		return fmt.Sprintf("%.1g %%", 100*part)
	}
	return fmt.Sprintf("%.1f %%", 100*part)
}

func factor(v float64) string {
	switch a := math.Abs(v); {
	case a >= 100:
		return fmt.Sprintf("%.0f", v)
	case a != 0 && a < 0.1:
		return fmt.Sprintf("%.2g", v)
	}
	return fmt.Sprintf("%.2f", v)
}

func fourth(v float64) string { return fmt.Sprintf("%.4f", v) }

// in returns how numbers of a unit are written: seconds, or a prefix and the unit.
func in(unit string) func(float64) string {
	switch unit {
	case "s":
		return units.Seconds
	case "B/s", "flop/s":
		return func(v float64) string { return units.Of(v, unit) }
	}
	return func(v float64) string { return prefixed(v) + " " + unit }
}

// prefixed is a number without its unit.
func prefixed(v float64) string { return strings.TrimSpace(units.Of(v, "")) }

// perSecond is the unit of the rate of work in units.
func perSecond(unit string) string {
	if unit == "flops" {
		return "flop/s"
	}
	return unit + "/s"
}

// on is how many ranks of how many threads.
func on(ranks, threads int) cell { return say("%d × %d", ranks, threads) }

func words(s string) cell { return cell{Text: s} }

// add appends a row.
func (t *table) add(cells ...cell) { t.Rows = append(t.Rows, row{Cells: cells}) }
