package show

import (
	"slices"

	"hybrid/study/result"
)

// pairs is how many kinds of pair a table has side by side: more do not fit a
// terminal. A library by itself stands beside hybrid's calls of it.
const pairs = 2

// messagePart sets sizes against kinds of pair, so that kinds are compared along a
// row.
func messagePart(ps []result.Probe) part {
	if len(ps) == 0 {
		return part{}
	}
	p := part{Title: "Messages", Full: true, Charts: []figure{messageFigure(ps)}}
	ps, library := named(ps)
	if library != "" {
		p.Lead = []phrase{{words("Carried by " + library + ".")}}
	}
	var some []string // kinds of the next table
	for _, pair := range distinct(ps, carried) {
		kinds := distinct(slices.DeleteFunc(slices.Clone(ps), func(p result.Probe) bool { return carried(p) != pair }), via)
		if len(some) > 0 && len(some)+len(kinds) > pairs {
			p.Tables = append(p.Tables, messageTable(ps, some))
			some = nil
		}
		some = append(some, kinds...)
	}
	p.Tables = append(p.Tables, messageTable(ps, some))
	return p
}

func messageTable(ps []result.Probe, kinds []string) table {
	t := table{
		Caption: "Half a round trip, a window of messages one way, and the time that a send keeps its rank",
		Groups:  []group{{Span: 1}}, Columns: []column{num("bytes")},
	}
	if slices.ContainsFunc(ps, alone) {
		t.Caption += "; in C is the library by itself"
	}
	ps = slices.DeleteFunc(slices.Clone(ps), func(p result.Probe) bool { return !slices.Contains(kinds, via(p)) })
	var shown [][2]string // kind and probe of each column
	for _, kind := range kinds {
		span := 0
		for _, name := range []string{result.Latency, result.Bandwidth, result.Overhead} {
			if slices.ContainsFunc(ps, func(p result.Probe) bool { return via(p) == kind && quantity(p) == name }) {
				shown = append(shown, [2]string{kind, name})
				t.Columns = append(t.Columns, num(name))
				span++
			}
		}
		t.Groups = append(t.Groups, group{kind, span})
	}
	sizes := distinct(ps, func(p result.Probe) int { return p.Bytes })
	slices.Sort(sizes)
	for _, size := range sizes {
		cells := []cell{sizeOf(size)}
		if size == 0 {
			cells[0] = number(0, func(float64) string { return "0 B" })
		}
		for _, c := range shown {
			cells = append(cells, messageCell(ps, c, size))
		}
		t.add(cells...)
	}
	return t
}

func messageCell(ps []result.Probe, which [2]string, size int) cell {
	for _, p := range ps {
		if via(p) == which[0] && quantity(p) == which[1] && p.Bytes == size {
			c := median(p.Sample, in(p.Unit))
			if p.Wide {
				c.Text = wide + c.Text
			}
			return c
		}
	}
	return cell{}
}

// distinct is what the items have of something, each once, as they come.
func distinct[T any, K comparable](items []T, of func(T) K) []K {
	var all []K
	for _, item := range items {
		if k := of(item); !slices.Contains(all, k) {
			all = append(all, k)
		}
	}
	return all
}
