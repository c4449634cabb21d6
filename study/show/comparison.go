package show

import (
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
	}
	for _, change := range c.Rows {
		format := in(change.Unit)
		verdict := words(change.Verdict)
		class := ""
		if change.Regression {
			verdict, class = cell{Text: "REGRESSION", Strong: true}, "bad"
		}
		between := cell{}
		if i := change.Ratio; i.Low < i.High {
			between = words(factor(i.Low) + " to " + factor(i.High))
		}
		t.add(words(change.Name), median(change.Old, format), median(change.New, format), interval(change.Ratio, factor), between, verdict)
		t.Rows[len(t.Rows)-1].Class = class
	}
	p := part{Full: true, Lead: []phrase{verdictOf(c)}, Tables: []table{t}}
	for _, missing := range []struct {
		words string
		names []string
	}{{"Only in the baseline: ", c.Missing}, {"Only in this run: ", c.Added}} {
		if len(missing.names) > 0 {
			p.Notes = append(p.Notes, note{Is: phrase{words(missing.words + strings.Join(missing.names, ", ") + ".")}})
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
	tail := phrase{words(" beyond the tolerance of "), number(c.Tolerance, percents), words(", against "), {Text: c.Baseline, Code: true}, words(".")}
	switch c.Regressions {
	case 0:
		return append(phrase{words("Nothing has become slower")}, tail...)
	case 1:
		return append(phrase{whole(1), words(" number has become slower")}, tail...)
	}
	return append(phrase{whole(c.Regressions), words(" numbers have become slower")}, tail...)
}
