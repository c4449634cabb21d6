package heatmap

import (
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
)

// A Curve is the values of a field of one dimension at evenly spaced places, to be drawn as text:
//
//	      1 |      ****
//	        |     *    :
//	        |     :    *
//	0.07781 |*****      *****
//	        +----------------
//	         x: 0.0125 to 0.9875
type Curve struct {
	Values []float64 // a column of characters each; where one is no finite number its column is empty
	X      [2]float64
	XLabel string
}

// WriteText draws the curve in so many lines, and a scale below.
func (c Curve) WriteText(w io.Writer, lines int) error {
	lo, hi := Range(c.Values)
	row := func(v float64) int { return int(math.Round((1 - share(v, lo, hi)) * float64(lines-1))) }
	rows := make([][]byte, lines)
	for i := range rows {
		rows[i] = []byte(strings.Repeat(" ", len(c.Values)))
	}
	before := -1 // the row of the value before
	for x, v := range c.Values {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			before = -1
			continue
		}
		at := row(v)
		if before >= 0 {
			for y := min(before, at) + 1; y < max(before, at); y++ {
				rows[y][x] = ':'
			}
		}
		rows[at][x], before = '*', at
	}
	labels := make([]string, lines)
	labels[0], labels[lines-1] = fmt.Sprintf("%.4g", hi), fmt.Sprintf("%.4g", lo)
	if lo == hi {
		labels = make([]string, lines)
		labels[row(lo)] = fmt.Sprintf("%.4g", lo)
	}
	wide := len(slices.MaxFunc(labels, func(a, b string) int { return len(a) - len(b) }))
	var b strings.Builder
	for i, line := range rows {
		fmt.Fprintf(&b, "%*s |%s\n", wide, labels[i], strings.TrimRight(string(line), " "))
	}
	fmt.Fprintf(&b, "%*s +%s\n%*s  %s: %.4g to %.4g\n", wide, "", strings.Repeat("-", len(c.Values)), wide, "", c.XLabel, c.X[0], c.X[1])
	_, err := io.WriteString(w, b.String())
	return err
}
