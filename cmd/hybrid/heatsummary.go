package main

import (
	"fmt"
	"io"
	"math"
	"strings"

	"hybrid/internal/heatmap"
)

// The picture of the field, in characters and lines.
const (
	pictureColumns = 60
	pictureLines   = 24
)

// picture prints the field as text, unless it went to a file. It is collective.
func (j *heatJob[T]) picture() error {
	if j.Quiet || len(j.Out) > 0 || j.Frames != "" {
		return nil
	}
	const none = -1
	s := j.textStream()
	ink := int(inkFor(s.terminal, j.console.env))
	if j.JSON && !s.terminal {
		ink = none
	}
	ink, err := broadcast(j.comm, ink)
	if err != nil || ink == none {
		return err
	}
	p := j.solver.Problem
	m := heatmap.Map{Raster: heatmap.NewTextRaster(p.NX, p.NY, p.DX, p.DY, pictureColumns, pictureLines, heatmap.Ink(ink))}
	if m.Pixels, err = j.solver.Pixels(m.Raster); err != nil {
		return err
	}
	if j.comm.Rank() == 0 {
		m.WriteText(s, heatmap.Ink(ink)) // the stream keeps its error
		fmt.Fprintln(s)
	}
	return nil
}

// inkFor is how to draw on a stream: in colour on a terminal that has colours,
// unless NO_COLOR (no-color.org) forbids it.
func inkFor(terminal bool, env func(string) string) heatmap.Ink {
	kind := env("TERM")
	switch {
	case !terminal || env("NO_COLOR") != "" || kind == "" || kind == "dumb":
		return heatmap.Letters
	case env("COLORTERM") == "truecolor" || env("COLORTERM") == "24bit":
		return heatmap.TrueColour
	}
	return heatmap.Colours256
}

// summary prints the report for people.
func (r *heatReport) summary(w io.Writer) {
	p, m := r.Params, r.Metrics
	line := func(name, format string, args ...any) {
		fmt.Fprintf(w, "%-9s "+format+"\n", append([]any{name}, args...)...)
	}
	line("grid", "%d x %d points, %s, %s boundary, initial %s", p.NX, p.NY, p.DType, p.Boundary, p.Initial)
	line("steps", "%d of %.4g, to time %.6g", p.Steps, p.DT, r.Result.Time)
	line("result", "mean %.8g, of the interior %.8g, min %.6g, max %.6g", r.Result.Mean, r.Result.MeanInterior, r.Result.Min, r.Result.Max)
	line("run", "%.3g s on %s of %s, %s, %s", r.Seconds, count(r.Ranks, "rank"), count(r.Threads, "thread"),
		strings.Join(r.isas(), " and "), r.where())
	line("speed", "%s updates/s, %.2g of the %s that the kernel reaches in cache", si(m.LUPS), m.PeakFraction, si(m.PeakLUPS))
	line("memory", "%s", r.against())
	share := 0.0
	if all := m.HaloSeconds + m.ComputeSeconds; all > 0 {
		share = 100 * m.HaloSeconds / all
	}
	line("halo", "%.1f %% of the time waiting for halo rows, exchanged every %s", share, strings.TrimPrefix(count(p.HaloDepth, "step"), "1 "))
	switch {
	case r.Verified == nil:
		line("verified", "no (--verify compares with an independent solver)")
	case *r.Verified:
		line("verified", "yes: %s", r.detail)
	default:
		line("verified", "FAILED: %s", r.detail)
	}
	for _, path := range p.Out {
		line("output", "%s", path)
	}
	if p.Frames != "" {
		line("frames", "%s in %s", count(p.Steps/p.Every+1, "picture"), p.Frames)
	}
}

// where says over what, and on how many machines, the ranks ran.
func (r *heatReport) where() string {
	if r.Transport == "local" {
		return "in one process"
	}
	return fmt.Sprintf("over %s on %s", r.Transport, count(len(r.hosts()), "host"))
}

// against compares the effective bandwidth with that of the memory, in words.
func (r *heatReport) against() string {
	m := r.Metrics
	text := fmt.Sprintf("%s/s at one pass over the field a step", inBytes(m.EffectiveGBs*1e9))
	if m.BandwidthFraction == nil {
		return text
	}
	f := *m.BandwidthFraction
	text += fmt.Sprintf(", %.2g of the %.3g GB/s measured", f, *m.BandwidthGBs)
	if f > 1 {
		text += "\n          (more than 1: several steps were done while the data was in cache)"
	}
	return text
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// si writes a number with one of the prefixes k, M, G, T.
func si(x float64) string {
	prefixes := []string{"", "k", "M", "G", "T", "P"}
	i := 0
	for x >= 999.5 && i < len(prefixes)-1 {
		x /= 1000
		i++
	}
	digits := 3
	if x >= 100 {
		digits = int(math.Log10(x)) + 1
	}
	return strings.TrimSpace(fmt.Sprintf("%.*g %s", digits, x, prefixes[i]))
}

func inBytes(x float64) string {
	s := si(x)
	if !strings.Contains(s, " ") {
		return s + " B"
	}
	return s + "B"
}
