package show

import (
	"cmp"
	"slices"
	"strings"

	"hybrid/study/result"
)

// comparison is the section of what has changed since a baseline.
func comparison(r *result.Result) section {
	s := section{ID: "comparison", Short: "Baseline", Title: "Compared with the baseline"}
	c := r.Comparison
	if c == nil {
		return s
	}
	t := table{
		Caption: "The cost now over the cost then: above 1 is slower",
		Columns: []column{{Name: "what", Width: 44}, num("then"), num("now"), num("ratio"), num("95 %"), col("verdict")},
		Minor:   "probes have not changed, or it is unclear",
	}
	_, library := named(r.Probes)
	for _, change := range byWeight(c.Rows) {
		format := in(change.Unit)
		verdict, class := words(change.Verdict), ""
		if change.Regression {
			verdict, class = cell{Text: "REGRESSION", Strong: true}, "bad"
		}
		between := cell{}
		if i := change.Ratio; factor(i.Low) != factor(i.High) {
			between = words(factor(i.Low) + " to " + factor(i.High))
		}
		name := change.Name
		if library != "" {
			name = strings.Replace(name, " by "+library, "", 1) // of every message
		}
		t.Rows = append(t.Rows, row{Class: class, Minor: weight(change) > 1 && !ofKernel(r, change.Name), Cells: []cell{
			words(name), median(change.Old, format), median(change.New, format), interval(change.Ratio, factor), between, verdict,
		}})
	}
	p := part{Full: true, Lead: []phrase{verdictOf(c)}, Tables: []table{t}}
	for _, missing := range []struct {
		words string
		names []string
	}{{"Only in the baseline: ", c.Missing}, {"Only in this run: ", c.Added}} {
		if len(missing.names) > 0 {
			p.Notes = append(p.Notes, note{Is: phrase{words(missing.words + strings.Join(missing.names, "; ") + ".")}})
		}
	}
	for _, warning := range c.Warnings {
		p.Notes = append(p.Notes, note{Is: phrase{words(capital(warning) + ".")}})
	}
	s.Parts = []part{p}
	return s
}

// verdictOf says in a sentence whether anything has become slower.
func verdictOf(c *result.Comparison) phrase {
	if c.Compared() == 0 {
		return phrase{words("Nothing was compared: no number of a kernel is both here and in "), code(c.Baseline), words(".")}
	}
	tail := phrase{words(" beyond the tolerance of "), number(c.Tolerance, percents), words(", against "), code(c.Baseline), words(".")}
	switch c.Regressions {
	case 0:
		return append(phrase{say("Of %d numbers nothing has become slower", c.Compared())}, tail...)
	case 1:
		return append(phrase{whole(1), words(" number has become slower")}, tail...)
	}
	return append(phrase{whole(c.Regressions), words(" numbers have become slower")}, tail...)
}

// weight puts first what has become slower, then what has changed.
func weight(c result.Change) int {
	switch {
	case c.Regression:
		return 0
	case c.Verdict == "slower" || c.Verdict == "faster":
		return 1
	}
	return 2
}

// ofKernel reports whether a change is one of a kernel's time.
func ofKernel(r *result.Result, name string) bool {
	return slices.ContainsFunc(kernelInks(r), func(kernel string) bool {
		kernel, _, _ = strings.Cut(kernel, " ") // without a size
		return strings.HasPrefix(name, kernel+" ")
	})
}

func byWeight(rows []result.Change) []result.Change {
	rows = slices.Clone(rows)
	slices.SortStableFunc(rows, func(a, b result.Change) int { return cmp.Compare(weight(a), weight(b)) })
	return rows
}
