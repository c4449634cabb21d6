package show

import (
	"slices"
	"strings"

	"hybrid/study/result"
)

// A sweep is the series that share a law and what was added: they are shown
// together.
type sweep struct {
	law, over, device string
	series            []result.Series
}

// sweeps puts series together, in the order in which they come.
func sweeps(all []result.Series) []sweep {
	var found []sweep
	for _, s := range all {
		if len(s.Points) == 0 {
			continue
		}
		i := slices.IndexFunc(found, func(w sweep) bool { return w.law == s.Law && w.over == s.Over && w.device == s.Device })
		if i < 0 {
			i = len(found)
			found = append(found, sweep{law: s.Law, over: s.Over, device: s.Device})
		}
		found[i].series = append(found[i].series, s)
	}
	return found
}

// most is the largest number of workers.
func (w sweep) most() int {
	n := 1
	for _, s := range w.series {
		n = max(n, s.Points[len(s.Points)-1].Workers)
	}
	return n
}

func (w sweep) title() string {
	t := capital(w.law) + " scaling over " + w.over
	if w.device != "" {
		t += " on " + w.device
	}
	return t
}

func capital(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

// gain is what the speed-up of a sweep is called.
func (w sweep) gain() string {
	if w.law == result.Weak {
		return "scaled speed-up"
	}
	return "speed-up"
}

// names is what the series are called: the kernel, and its type where there are
// several of one kernel.
func (w sweep) names() []string {
	names := make([]string, len(w.series))
	for i, s := range w.series {
		names[i] = s.Kernel
		for j, other := range w.series {
			if j != i && other.Kernel == s.Kernel {
				names[i] = s.Kernel + " " + s.DType
			}
		}
	}
	return names
}

var about = map[string]string{
	result.Strong: "The same problem on more and more %s: ideal is p times as fast on p.",
	result.Weak:   "A problem that grows with the %s: ideal is the same time, and p times the work.",
}

// scaling is the section of what more workers bring.
func scaling(r *result.Result) section {
	s := section{ID: "scaling", Short: "Scaling", Title: "How it scales, and what holds it back"}
	for _, w := range sweeps(r.Scaling) {
		p := part{Title: w.title(), Full: true, Charts: sweepFigure(r, w), Tables: []table{pointTable(w)}}
		if slices.ContainsFunc(w.series, func(s result.Series) bool { return s.Fit != nil }) {
			p.Tables = append(p.Tables, fitTable(w))
		}
		if words, ok := about[w.law]; ok {
			p.Lead = []phrase{{say(words, w.over)}}
		}
		for i, name := range w.names() {
			if sentence := w.series[i].Sentence; sentence != "" {
				p.Notes = append(p.Notes, note{name, phrase{words(sentence)}})
			}
		}
		s.Parts = append(s.Parts, p)
	}
	if slices.ContainsFunc(r.Scaling, func(s result.Series) bool {
		return slices.ContainsFunc(s.Points, func(p result.ScalingPoint) bool { return p.Seconds.Wide })
	}) {
		s.Parts = append(s.Parts, part{Full: true, Notes: []note{{Is: phrase{words(wideNote)}}}})
	}
	return s
}

func pointTable(w sweep) table {
	t := table{
		Caption: capital(w.gain()) + " and efficiency against one of the " + w.over + "; the serial fraction is Karp and Flatt's",
		Columns: []column{col("kernel"), col("dtype"), num(w.over), num("time"), num("±"),
			num(w.gain()), num("efficiency"), num("serial fraction")},
	}
	for _, s := range w.series {
		for i, p := range s.Points {
			kernel, dtype, serial := cell{Below: true}, cell{Below: true}, cell{}
			if i == 0 {
				kernel, dtype = cell{Text: s.Kernel, Rows: len(s.Points)}, cell{Text: s.DType, Rows: len(s.Points)}
			}
			if p.SerialFraction != nil {
				serial = number(*p.SerialFraction, fourth)
			}
			t.add(kernel, dtype, whole(p.Workers), median(p.Seconds, in("s")), spread(p.Seconds),
				interval(p.Speedup, factor), interval(p.Efficiency, percent), serial)
		}
	}
	return t
}

var laws = map[string]string{"amdahl": "Amdahl", "gustafson": "Gustafson"}

func fitTable(w sweep) table {
	t := table{
		Caption: "The law fitted to the points on more than one, and the root mean square of what it misses by",
		Columns: []column{col("kernel"), col("law"), num("serial part"), num("points"), num("residual")},
	}
	for i, name := range w.names() {
		s := w.series[i]
		if s.Fit == nil {
			why := "none fits"
			if len(s.Points) < 3 {
				why = "none: any law fits one point"
			}
			t.add(words(name), words(why), cell{}, cell{}, cell{})
			continue
		}
		law, ok := laws[s.Fit.Law]
		if !ok {
			law = s.Fit.Law
		}
		t.add(words(name), words(law), number(s.Fit.Serial, fourth), say("%d", len(s.Points)-1), number(s.Fit.Residual, percents))
	}
	return t
}
