package heat

import (
	"fmt"
	"slices"
	"strings"

	"hybrid/internal/heatmap"
	"hybrid/internal/plain"
	"hybrid/internal/units"
	"hybrid/mpi/gather"
	"hybrid/solvers/task"
	"hybrid/solvers/task/links"
)

// The picture of the field, in characters and lines.
const (
	pictureColumns = 60
	pictureLines   = 24
)

// picture prints the field as text, unless it went to a file. It is collective.
func (t *run[T]) picture(s task.Terminal) error {
	if s.Quiet || len(t.Out) > 0 || t.Frames != "" {
		return nil
	}
	const none = -1
	ink := int(heatmap.InkFor(s.Colours, t.Color, s.Env))
	if t.JSON && !s.Colours {
		ink = none
	}
	columns := pictureColumns
	if s.Columns > 0 {
		columns = min(columns, max(s.Columns, 8))
	}
	// Those of rank 0, which has the terminal.
	here, err := gather.FromRoot(t.job.Comm, [2]int{ink, columns})
	if ink, columns = here[0], here[1]; err != nil || ink == none {
		return err
	}
	p := t.solver.Problem
	m := heatmap.Map{Raster: heatmap.Raster{NX: p.NX, NY: p.NY, DX: p.DX, DY: p.DY}.AsText(columns, pictureLines, heatmap.Ink(ink))}
	if m.Pixels, err = t.solver.Pixels(m.W, m.H); err != nil {
		return err
	}
	if t.job.Comm.Rank() == 0 {
		m.WriteText(s.Raw, heatmap.Ink(ink)) // the stream keeps its error
		fmt.Fprintln(s)
	}
	return nil
}

// summary says it for people.
func (t *run[T]) summary(r *task.Report, result heatResult, m heatMetrics, bandwidth task.Bandwidth) {
	p := t.solver.Problem
	r.Say("grid", "%d x %d points, %s, %s boundary, initial %s", p.NX, p.NY, t.DType, p.Boundary, plain.Text(t.Initial))
	r.Say("equation", "%s", t.equation(p))
	if start := t.startTime(); t.Start.Step > 0 || start != 0 {
		r.Say("start", "step %d, time %.6g", t.Start.Step, start)
	}
	r.Say("steps", "%d of %.4g, to time %.6g", t.Steps, p.DT, result.Time)
	r.Say("result", "mean %.8g, of the interior %.8g, min %.6g, max %.6g", result.Mean, result.MeanInterior, result.Min, result.Max)
	peak := 0.0
	if m.PeakLUPS != nil {
		peak = *m.PeakLUPS
	}
	words := heatWords(r.On, bandwidth)
	r.Speed(m.LUPS, "updates", task.Limit{Rate: peak, Text: words.peak})
	if all := m.HaloSeconds + m.ComputeSeconds; all > 0 {
		r.Rate("memory", "%s", m.against(r, words))
		r.Rate("halo", "%.1f %% of the time waiting for halo rows, exchanged every %s", 100*m.HaloSeconds/all, strings.TrimPrefix(units.Count(t.solver.HaloDepth(), "step"), "1 "))
	}
	links.Say(r, m.Halos)
	if rows, columns := t.solver.Grid(); columns > 1 {
		high, wide := t.solver.Tile(0)
		r.Rate("ranks", "in %s of %d, each with up to %d x %d points", units.Count(rows, "row"), columns, wide[1]-wide[0], high[1]-high[0])
	}
	if text := m.division(); text != "" {
		r.Rate("rows", "%s", text)
	}
	if c := t.checks; c.done > 0 {
		text := fmt.Sprintf("%s that every value can be; the last checksum is %016x", times(c.done), c.last)
		if c.equal > 0 {
			text += fmt.Sprintf("; %s it was one that was expected", times(c.equal))
		}
		r.Rate("checked", "%s", text)
		if t.Checksums != "" {
			r.Wrote("checksums", "%s", plain.Text(t.Checksums))
		}
	}
	r.Recheck = "compares with an independent solver"
	r.Outputs("output", t.Out...)
	if t.Frames != "" {
		beside := ""
		if t.kept > 0 {
			beside = fmt.Sprintf(", beside %d of the run before", t.kept)
		}
		r.Wrote("frames", "%s in %s%s", units.Count(t.pictures()-t.lost, "picture"), plain.Text(t.Frames), beside)
	}
}

// equation tells the constants, with all digits, for a run that goes on from this
// one's field must be given the same.
func (p *statement) equation(q Problem) string {
	text := fmt.Sprintf("alpha %v, dx %v, dy %v", q.Alpha, q.DX, q.DY)
	if q.DX == q.DY {
		text = fmt.Sprintf("alpha %v, dx = dy = %v", q.Alpha, q.DX)
	}
	if p.fromFile() && p.DX == 0 && p.DY == 0 {
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
func (m *heatMetrics) against(r *task.Report, words heatLimits) string {
	text := fmt.Sprintf("%s/s at one pass over the field a step", units.Bytes(m.EffectiveGBs*1e9))
	switch {
	case m.BandwidthGBs == nil && r.On == task.Processors:
		return text + "\n(" + words.why + ")"
	case m.BandwidthGBs != nil && m.BandwidthFraction == nil:
		return fmt.Sprintf("%s, in too short a run to compare with the %.3g GB/s %s", text, *m.BandwidthGBs, words.bandwidth)
	case m.BandwidthFraction == nil:
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
type heatLimits struct{ peak, bandwidth, blocked, why string }

// heatWords are those words, by what the ranks compute on.
func heatWords(on task.Hardware, b task.Bandwidth) heatLimits {
	switch on {
	case task.Processors:
		return heatLimits{"that the kernel reaches in cache", b.String(), "while the data was in cache", b.Why()}
	case task.Devices:
		return heatLimits{"that the devices' arithmetic and memory allow, several steps a pass", "of the devices' memory", "in each pass over the memory", ""}
	}
	return heatLimits{"that processors, in cache, and devices allow", "of processors and devices", "in each pass over the memory", ""}
}
