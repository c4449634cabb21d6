package main

import (
	"fmt"
	"slices"
	"strings"

	"hybrid/internal/heatmap"
	"hybrid/internal/plain"
	"hybrid/internal/units"
	"hybrid/mpi/gather"
	"hybrid/solvers/heat"
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
	ink := int(inkFor(s.terminal, j.Color, j.console.env))
	if j.JSON && !s.terminal {
		ink = none
	}
	columns := pictureColumns
	if s.columns > 0 {
		columns = min(columns, max(s.columns, 8))
	}
	// Those of rank 0, which has the terminal.
	here, err := gather.FromRoot(j.comm, [2]int{ink, columns})
	if ink, columns = here[0], here[1]; err != nil || ink == none {
		return err
	}
	p := j.solver.Problem
	m := heatmap.Map{Raster: heatmap.NewTextRaster(p.NX, p.NY, p.DX, p.DY, columns, pictureLines, heatmap.Ink(ink))}
	if m.Pixels, err = j.solver.Pixels(m.W, m.H); err != nil {
		return err
	}
	if j.comm.Rank() == 0 {
		m.WriteText(s.raw(), heatmap.Ink(ink)) // the stream keeps its error
		fmt.Fprintln(s)
	}
	return nil
}

// inkFor is how to draw on a stream: in colour on a terminal that has colours,
// unless NO_COLOR (no-color.org) forbids it, and elsewhere if CLICOLOR_FORCE
// (bixense.com/clicolors) asks for it. What HYBRID_COLOR says goes before both.
func inkFor(terminal bool, own string, env func(string) string) heatmap.Ink {
	kind, force := env("TERM"), env("CLICOLOR_FORCE")
	switch colours := terminal && kind != "" && kind != "dumb"; {
	case own == "never":
		return heatmap.Letters
	case own == "always":
	case env("NO_COLOR") != "":
		return heatmap.Letters
	case force != "" && force != "0":
	case !colours || env("CLICOLOR") == "0":
		return heatmap.Letters
	}
	switch {
	case env("COLORTERM") == "truecolor" || env("COLORTERM") == "24bit":
		return heatmap.TrueColour
	}
	return heatmap.Colours256
}

// summary says it for people.
func (j *heatJob[T]) summary(r *report, result heatResult, m heatMetrics) {
	p := j.solver.Problem
	r.say("grid", "%d x %d points, %s, %s boundary, initial %s", p.NX, p.NY, j.DType, p.Boundary, plain.Text(j.Initial))
	r.say("equation", "%s", j.equation(p))
	if start := j.startTime(); j.Start.Step > 0 || start != 0 {
		r.say("start", "step %d, time %.6g", j.Start.Step, start)
	}
	r.say("steps", "%d of %.4g, to time %.6g", j.Steps, p.DT, result.Time)
	r.say("result", "mean %.8g, of the interior %.8g, min %.6g, max %.6g", result.Mean, result.MeanInterior, result.Min, result.Max)
	peak := 0.0
	if m.PeakLUPS != nil {
		peak = *m.PeakLUPS
	}
	words := heatWords(r.on())
	r.speed(m.LUPS, peak, "updates", words.peak)
	r.rate("memory", "%s", m.against(words))
	share := 0.0
	if all := m.HaloSeconds + m.ComputeSeconds; all > 0 {
		share = 100 * m.HaloSeconds / all
	}
	r.rate("halo", "%.1f %% of the time waiting for halo rows, exchanged every %s", share, strings.TrimPrefix(count(j.solver.HaloDepth(), "step"), "1 "))
	if rows, columns := j.solver.Grid(); columns > 1 {
		high, wide := j.solver.Tile(0)
		r.rate("ranks", "in %s of %d, each with up to %d x %d points", count(rows, "row"), columns, wide[1]-wide[0], high[1]-high[0])
	}
	if text := m.division(); text != "" {
		r.rate("rows", "%s", text)
	}
	r.verify = "compares with an independent solver"
	r.files(j.Out)
	if j.Frames != "" {
		beside := ""
		if j.kept > 0 {
			beside = fmt.Sprintf(", beside %d of the run before", j.kept)
		}
		r.wrote("frames", "%s in %s%s", count(j.frames(), "picture"), plain.Text(j.Frames), beside)
	}
}

// equation tells the constants, with all digits, for a run that goes on from this
// one's field must be given the same.
func (c *heatConfig) equation(p heat.Problem) string {
	text := fmt.Sprintf("alpha %v, dx %v, dy %v", p.Alpha, p.DX, p.DY)
	if p.DX == p.DY {
		text = fmt.Sprintf("alpha %v, dx = dy = %v", p.Alpha, p.DX)
	}
	if c.fromFile() && c.DX == 0 && c.DY == 0 {
		text += "\n(the file has no lengths: square cells, the longer side is 1; --dx and --dy set others)"
	}
	return text
}

// division tells how the rows are divided, where they are not even.
func (m *heatMetrics) division() string {
	const few = 8
	least, most := slices.Min(m.Rows), slices.Max(m.Rows)
	if most-least <= 1 && m.Moves == 0 {
		return ""
	}
	rows := fmt.Sprintf("from %d on rank %d to %d on rank %d", least, slices.Index(m.Rows, least), most, slices.Index(m.Rows, most))
	if len(m.Rows) <= few {
		rows = strings.Trim(strings.ReplaceAll(fmt.Sprint(m.Rows), " ", " + "), "[]") + " on the ranks"
	}
	text := rows + ", by their measured speed"
	if m.Moves > 0 {
		text += fmt.Sprintf("; divided anew %s, in %.2g s", times(m.Moves), m.MovingSeconds)
	}
	if m.EvenRows != nil {
		text += fmt.Sprintf("\neven rows would take %.3g times as long", *m.EvenRows)
	}
	return text
}

// times is how often, in words.
func times(n int) string {
	if n == 1 {
		return "once"
	}
	return fmt.Sprintf("%d times", n)
}

// against compares the effective bandwidth with that of the memory, in words.
func (m *heatMetrics) against(words heatLimits) string {
	text := fmt.Sprintf("%s/s at one pass over the field a step", units.Bytes(m.EffectiveGBs*1e9))
	if m.BandwidthFraction == nil {
		return text
	}
	f := *m.BandwidthFraction
	text += fmt.Sprintf(", %.2g of the %.3g GB/s %s", f, *m.BandwidthGBs, words.bandwidth)
	if f > 1 {
		text += "\n(more than 1: several steps were done " + words.blocked + ")"
	}
	return text
}

// heatLimits are words for what a run is held against.
type heatLimits struct{ peak, bandwidth, blocked string }

// heatWords are those words, by what the ranks compute on.
func heatWords(on string) heatLimits {
	switch on {
	case "cpu":
		return heatLimits{"that the kernel reaches in cache", "measured", "while the data was in cache"}
	case "gpu":
		return heatLimits{"that the devices' arithmetic and memory allow, several steps a pass", "of the devices' memory", "in each pass over the memory"}
	}
	return heatLimits{"that processors, in cache, and devices allow", "of processors and devices", "in each pass over the memory"}
}
