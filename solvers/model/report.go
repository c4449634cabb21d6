package model

import (
	"context"
	"fmt"
	"strings"
	"time"

	"hybrid/internal/heatmap"
	"hybrid/internal/plain"
	"hybrid/internal/units"
	"hybrid/mpi/gather"
	"hybrid/solvers/task"
	"hybrid/solvers/task/links"
)

// fieldNumbers describe a field.
type fieldNumbers struct {
	Mean     float64 `json:"mean"`
	Min      float64 `json:"min"`
	Max      float64 `json:"max"`
	Integral float64 `json:"integral"`
}

type solveResult struct {
	Step   int                     `json:"step"`
	Time   float64                 `json:"time"`
	Limit  float64                 `json:"dt_limit,omitempty"` // of stability
	Fields map[string]fieldNumbers `json:"fields"`
	Checks []outcome               `json:"checks"`
}

// solveMetrics are how good the run was.
type solveMetrics struct {
	LUPS         float64  `json:"lups"`          // cell updates a second
	PeakLUPS     *float64 `json:"peak_lups"`     // what the kernels reach on data in the first-level cache; null where it is not known
	PeakFraction *float64 `json:"peak_fraction"` // LUPS as a part of it; null in too short a run
	PeakBytes    int      `json:"peak_bytes"`    // see hybrid heat
	// Halos are how halos travel between the GPUs of neighbours; none without such.
	Halos []links.Link `json:"halos,omitempty"`
}

// numbers describe the fields that evolve. It is collective.
func (t *run[T]) numbers() (map[string]fieldNumbers, error) {
	all := map[string]fieldNumbers{}
	for _, f := range t.sys.evolved() {
		s, err := t.solver.Summary(f)
		if err != nil {
			return nil, err
		}
		all[t.sys.Fields[f].Name] = fieldNumbers(s)
	}
	return all, nil
}

// Report draws the main field, measures the limit and fills in the report.
func (t *run[T]) Report(ctx context.Context, r *task.Report) error {
	if err := t.picture(r.Text); err != nil {
		return err
	}
	numbers, err := t.numbers()
	if err != nil {
		return err
	}
	halos, err := links.Gather(t.job.Comm, t.solver.links.All())
	if err != nil {
		return err
	}
	limit, err := t.limit(ctx, r.Probe(50*time.Millisecond))
	if err != nil || t.job.Comm.Rank() != 0 {
		return err
	}
	updates := float64(t.sys.cells()) * float64(t.steps-t.began)
	m := solveMetrics{LUPS: r.PerSecond(updates), PeakLUPS: task.Known(limit.Rate), PeakBytes: r.PeakBytes, Halos: halos}
	result := solveResult{Step: t.solver.Step(), Time: t.solver.Time(), Fields: numbers, Checks: t.checked}
	if limit := t.sys.Limit; limit.Bounds() {
		result.Limit = limit.DT
	}
	r.Result = result
	parameters := map[string]float64{}
	for _, p := range t.spec.Parameters {
		parameters[p.Name] = p.Value
	}
	r.Params.Set("steps", t.steps).Set("dt", t.sys.DT).Set("size", t.spec.Size).Set("parameters", parameters).Set("every", t.every)
	t.say(r, result)
	m.PeakFraction = r.Speed(m.LUPS, "updates", limit)
	r.Metrics = m
	links.Say(r, halos)
	r.Recheck = "takes the steps once more by a plain loop"
	var paths []string
	for _, o := range t.outs {
		paths = append(paths, o.path)
	}
	r.Outputs("output", paths...)
	if t.Series != "" {
		r.Outputs("series", t.Series)
	}
	if t.dir != "" {
		r.Wrote("frames", "%s in %s", units.Count(t.steps/t.every+1, "picture"), plain.Text(t.dir))
	}
	return nil
}

// say says what was computed.
func (t *run[T]) say(r *task.Report, result solveResult) {
	title := t.spec.Title
	if title == "" {
		title = t.spec.Name
	}
	r.Say("model", "%s", plain.Line(title))
	if t.spec.Source != "" {
		r.Say("source", "%s", plain.Line(t.spec.Source))
	}
	scheme := t.spec.Scheme
	if scheme == "" {
		scheme = "updates"
	}
	r.Say("grid", "%s cells, %s, %s, derivatives of order %d", units.By(t.spec.Size), t.DType, scheme, t.spec.Order)
	var values []string
	for _, p := range t.spec.Parameters {
		values = append(values, fmt.Sprintf("%s = %v", p.Name, p.Value))
	}
	if len(values) > 0 {
		r.Say("with", "%s", strings.Join(values, ", "))
	}
	r.Say("steps", "%d of %.4g, to time %.6g", t.steps, t.sys.DT, result.Time)
	if t.spec.Scheme != "" {
		r.Say("limit", "%v", t.sys.Limit)
	}
	for _, f := range t.sys.evolved() {
		n := result.Fields[t.sys.Fields[f].Name]
		r.Say("field", "%s: mean %.8g, min %.6g, max %.6g, integral %.8g", t.sys.Fields[f].Name, n.Mean, n.Min, n.Max, n.Integral)
	}
}

// The picture in the terminal has so many characters and lines at most.
const (
	pictureColumns = 64
	pictureLines   = 24
)

// picture draws the main field in the terminal, where there is somebody to see it and no
// file was asked for. It is collective.
func (t *run[T]) picture(s task.Terminal) error {
	if s.Quiet || len(t.outs) > 0 || t.dir != "" {
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
	p := t.plane()
	if t.sys.Dims == 1 {
		return t.curve(s, p, columns)
	}
	m := heatmap.Map{Raster: heatmap.Raster{NX: p.NX, NY: p.NY, DX: p.dx, DY: p.dy}.AsText(columns, pictureLines, heatmap.Ink(ink))}
	if m.Pixels, err = t.pixels(t.mainField(), p, m.Raster); err != nil {
		return err
	}
	if t.job.Comm.Rank() == 0 {
		m.WriteText(s.Raw, heatmap.Ink(ink)) // the stream keeps its error
		fmt.Fprintln(s)
	}
	return nil
}

// curve draws the main field of one dimension in the terminal. It is collective.
func (t *run[T]) curve(s task.Terminal, p plane, columns int) error {
	const lines, labels = 12, 14 // what stands beside the curve takes as many columns
	r := heatmap.Raster{NX: p.NX, NY: 1, W: min(p.NX, max(columns-labels, 8)), H: 1}
	values, err := t.pixels(t.mainField(), p, r)
	if err != nil || t.job.Comm.Rank() != 0 {
		return err
	}
	x := func(pixel int) float64 { return t.sys.coordinate(2, middle(pixel, r.W, p.NX)) }
	c := heatmap.Curve{Values: values, X: [2]float64{x(0), x(r.W - 1)}, XLabel: p.xl}
	c.WriteText(s, lines) // the stream keeps its error
	fmt.Fprintln(s)
	return nil
}
