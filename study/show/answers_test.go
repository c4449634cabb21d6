package show

import (
	"strings"
	"testing"

	"hybrid/study/result"
)

// said is an answer as a person reads it.
func said(a answer) string {
	var b strings.Builder
	for _, p := range append([]phrase{a.Figure}, a.Sentence...) {
		for _, c := range p {
			b.WriteString(c.Text)
		}
		b.WriteByte('|')
	}
	return b.String()
}

// TestAnswersHaveNoEmptyRange has kernels that all come to the same.
func TestAnswersHaveNoEmptyRange(t *testing.T) {
	r := &result.Result{Kernels: []result.Point{{Kernel: "pi", Fraction: 0.2001}, {Kernel: "walk", Fraction: 0.1999}}}
	if got := said(howMuch(r)); strings.Contains(got, " to ") || !strings.Contains(got, "each of the kernels reaches 20 %") {
		t.Errorf("fractions: %s", got)
	}
	gain := func(kernel string, s float64) result.Series {
		return result.Series{Kernel: kernel, Law: result.Strong, Over: "ranks", Points: []result.ScalingPoint{
			{Workers: 1}, {Workers: 2, Speedup: result.Interval{Value: s, Low: s, High: s}}}}
	}
	r.Scaling = []result.Series{gain("pi", 1.6001), gain("walk", 1.5999)}
	if got := said(howItScales(r)); strings.Contains(got, " to ") || !strings.Contains(got, "(pi, walk) as fast as on one") && !strings.Contains(got, "(walk, pi) as fast as on one") {
		t.Errorf("speed-ups: %s", got)
	}
}

// TestNothingComparedIsNoAnswer has a baseline of which only probes are in both.
func TestNothingComparedIsNoAnswer(t *testing.T) {
	c := &result.Comparison{Baseline: "old.json", Rows: []result.Change{{Kind: result.OfProbe}}}
	if got := said(slower(c)); !strings.HasPrefix(got, "–|Nothing was compared") || strings.Contains(got, "become slower") {
		t.Error(got)
	}
	c.Rows = append(c.Rows, result.Change{Kind: result.OfKernel})
	if got := said(slower(c)); !strings.HasPrefix(got, "No|Of 1 numbers nothing has become slower") {
		t.Error(got)
	}
}
