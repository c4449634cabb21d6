package montecarlo

import (
	"context"
	"math"
	"time"

	"hybrid/solvers/task"
)

// A drawing is what the tasks have in common that draw random numbers.
type drawing struct {
	place   task.Place
	options Options
	unit    string
	units   float64 // of a run
	done    uint64  // indices that this rank has taken in the last run
	each    float64 // units that take as many multiplications as a sample of pi
}

func newDrawing(j *task.Job, even bool, unit string, units, each float64, done func(n int)) drawing {
	return drawing{place: j.Place, unit: unit, units: units, each: each, options: Options{
		Threads: j.Threads, ISA: j.ISA, Device: j.Device, Even: even, Costs: new(Costs),
		Progress: func(n uint64) { done(int(n)) },
	}}
}

func (d *drawing) Prepare(context.Context) error { return nil }
func (d *drawing) Close() error                  { return nil }
func (d *drawing) Work() task.Work               { return task.Work{Units: d.units} }

// run times f.
func (d *drawing) run(f func() error) (task.Run, error) {
	began, before := time.Now(), *d.options.Costs
	err := f()
	d.done = d.options.Costs.Done - before.Done
	return task.Run{Elapsed: time.Since(began), Compute: d.options.Costs.Compute - before.Compute}, err
}

// Limit is that of the generator.
func (d *drawing) Limit(ctx context.Context, t time.Duration, _ task.Memory) (task.Limit, error) {
	rate, err := d.place.Best(ctx, func() (float64, error) { return Limit(t, d.options) })
	return task.Limit{Rate: rate * d.each, By: "compute", Text: "that the generator's multiplications alone allow"}, err
}

// drawMetrics are how good a run was that draws random numbers.
type drawMetrics struct {
	PerSecond float64 `json:"per_second"` // samples, or steps of walks
	// PeakPerSecond is what the multiplications of the generator alone would allow,
	// and PeakFraction the part of it that was reached; null where it is not known,
	// as for a simulated device.
	PeakPerSecond *float64 `json:"peak_per_second"`
	PeakFraction  *float64 `json:"peak_fraction"`
	PeakBytes     int      `json:"peak_bytes"` // most memory of a process; 0 where the system does not tell
	// Samples, or Walks, are how many each rank has taken.
	Samples []int `json:"samples,omitempty"`
	Walks   []int `json:"walks,omitempty"`
}

// speed says how fast the numbers were drawn.
func (d *drawing) speed(ctx context.Context, r *task.Report) error {
	l, err := d.Limit(ctx, r.Probe(100*time.Millisecond), nil)
	if err != nil {
		return err
	}
	m := drawMetrics{PerSecond: r.PerSecond(d.units), PeakPerSecond: task.Known(l.Rate), PeakBytes: r.PeakBytes}
	m.PeakFraction = r.Speed(m.PerSecond, d.unit, l)
	shares, err := task.Shares(r, d.place.Comm, int(d.done), d.shared()+", as fast as ranks took them")
	if d.unit == "samples" {
		m.Samples = shares
	} else {
		m.Walks = shares
	}
	r.Metrics = m
	return err
}

// shared is what is shared out over the ranks.
func (d *drawing) shared() string {
	if d.unit == "steps" {
		return "walks"
	}
	return d.unit
}

// significant cuts n to two significant decimal digits, and to at least least.
func significant(n float64, least int) int {
	if n < float64(least) {
		return least
	}
	unit := math.Pow(10, max(math.Floor(math.Log10(n))-1, 0))
	return int(math.Round(n/unit) * unit)
}
