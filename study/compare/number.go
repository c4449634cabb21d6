package compare

import (
	"fmt"
	"slices"
	"strings"

	"hybrid/internal/plain"
	"hybrid/internal/units"
	"hybrid/study/result"
)

// A number is one measured quantity of a study.
type number struct {
	result.Change        // Kind, Name, Unit
	key           string // all that names it
	sample        result.Sample
	rate          bool // rather than a time
	suspect       Suspect
}

// numbers are those of a study: kernels, scaling points, probes. A
// point that is in several places, as one worker's in all series, is there once.
func numbers(r *result.Result) []*number {
	var all []*number
	seen := map[string][]*number{}
	add := func(n *number) {
		n.key = strings.Join([]string{probeOrPoint(n.Kind), n.Name, n.Unit}, "\x00")
		before := seen[n.key]
		for _, m := range before {
			if slices.Equal(values(m.sample), values(n.sample)) {
				return
			}
		}
		seen[n.key] = append(before, n)
		if again := len(before); again > 0 { // measured more than once
			n.Name = fmt.Sprintf("%s (%d)", n.Name, again+1)
			n.key += n.Name
		}
		all = append(all, n)
	}
	kernel := func(p *result.Point) {
		add(&number{Change: result.Change{Kind: result.OfKernel, Name: pointName(p), Unit: "s"}, sample: p.Seconds, suspect: Suspect{Point: p}})
	}
	for i := range r.Kernels {
		kernel(&r.Kernels[i])
	}
	for i := range r.Versus {
		kernel(&r.Versus[i].CPU)
		kernel(&r.Versus[i].GPU)
	}
	for i := range r.Scaling {
		s := &r.Scaling[i]
		for j := range s.Points {
			p := &s.Points[j].Point
			add(&number{Change: result.Change{Kind: result.OfScaling, Name: pointName(p), Unit: "s"}, sample: p.Seconds, suspect: Suspect{Point: p, Series: s}})
		}
	}
	for _, p := range r.Probes {
		add(&number{Change: result.Change{Kind: result.OfProbe, Name: probeName(p), Unit: p.Unit}, sample: p.Sample, rate: p.HigherIsBetter()})
	}
	return all
}

// probeOrPoint is the kind of a number, where a kernel's point and that of a series
// are alike.
func probeOrPoint(kind string) string {
	if kind == result.OfProbe {
		return kind
	}
	return result.OfKernel
}

func index(all []*number) map[string]*number {
	m := map[string]*number{}
	for _, n := range all {
		m[n.key] = n
	}
	return m
}

// pointName says all that a point is of.
func pointName(p *result.Point) string {
	name := fmt.Sprintf("%s %s %s, %s x %s", p.Kernel, p.DType, p.Size, units.Count(p.Ranks, "rank"), units.Count(p.Threads, "thread"))
	if p.Device != "" {
		name += " on " + p.Device
	}
	return name
}

// probeName says all that a probe is of.
func probeName(p result.Probe) string {
	words := []string{p.Name}
	if p.Level > 0 {
		words = append(words, fmt.Sprintf("L%d", p.Level))
	}
	if p.DType != "" {
		words = append(words, p.DType)
	}
	if p.Bytes > 0 {
		words = append(words, fmt.Sprintf("%d B", p.Bytes))
	}
	if p.On != "" {
		words = append(words, "on "+p.On)
	}
	if p.Library != "" {
		words = append(words, "by "+p.Library)
	}
	return fmt.Sprintf("%s, %s x %s", strings.Join(words, " "), units.Count(p.Ranks, "rank"), units.Count(p.Threads, "thread"))
}

// differences say what makes two machines hard to compare.
func differences(old, new result.Machine) []string {
	var all []string
	differ := func(what string, then, now any) {
		if a, b := plain.Text(fmt.Sprint(then)), plain.Text(fmt.Sprint(now)); a != b {
			all = append(all, fmt.Sprintf("another machine: the baseline has %s %s, this run %s", what, orNone(a), orNone(b)))
		}
	}
	differ("processor", old.CPU, new.CPU)
	differ("instruction set", old.ISA, new.ISA)
	differ("cores", old.Cores, new.Cores)
	differ("hosts", len(old.Hosts), len(new.Hosts))
	differ("devices", strings.Join(old.Devices, ", "), strings.Join(new.Devices, ", "))
	return all
}

func orNone(s string) string {
	if s == "" {
		return "none"
	}
	return s
}
