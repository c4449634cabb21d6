package montecarlo

import (
	"context"
	"math"
	"time"

	"hybrid/internal/units"
	"hybrid/solvers/task"
)

// A drawing is what the tasks have in common that draw random numbers.
type drawing struct {
	place   task.Place
	keeper  *task.Keeper
	options Options
	indices string  // what has them: samples, walks
	unit    string  // samples, steps
	units   float64 // of an index
	each    float64 // units that take as many multiplications as a sample of pi

	first, next, all uint64 // indices: the first that this process takes, the next one, and how many there are
	done             uint64 // that this rank has taken in the last run
}

// newDrawing is for so many indices, from those on that a checkpoint has.
func newDrawing(j *task.Job, even bool, indices string, all uint64, unit string, perIndex, each float64) *drawing {
	d := &drawing{place: j.Place, keeper: j.Keeper, indices: indices, unit: unit, units: perIndex, each: each, all: all}
	if j.Resume != nil {
		d.first = uint64(j.Resume.Done)
	}
	done := j.Progress(indices, int(all-d.first), func(rate float64) string { return units.SI(rate*perIndex) + " " + unit + "/s" })
	d.options = Options{Threads: j.Threads, ISA: j.ISA, Device: j.Device, Even: even, Costs: new(Costs),
		Progress: func(n uint64) { done(int(d.next - d.first + n)) }}
	return d
}

func (d *drawing) Prepare(context.Context) error {
	d.next = d.first
	return nil
}

func (d *drawing) Close() error { return nil }

// Work is what this process does.
func (d *drawing) Work() task.Work { return task.Work{Units: float64(d.all-d.first) * d.units} }

// Progress counts indices.
func (d *drawing) Progress() (done, all int) { return int(d.next), int(d.all) }

// advance takes n more, as take does.
func (d *drawing) advance(ctx context.Context, n int, take func(ctx context.Context, first, end uint64) error) error {
	end := d.next + uint64(n)
	err := take(ctx, d.next, end)
	d.next = end
	return err
}

// run times f, without what it waits for checkpoints.
func (d *drawing) run(f func() error) (task.Run, error) {
	began, before, waited := time.Now(), *d.options.Costs, d.keeper.Waited()
	err := f()
	d.done = d.options.Costs.Done - before.Done
	return task.Run{Elapsed: time.Since(began) - d.keeper.Waited() + waited, Compute: d.options.Costs.Compute - before.Compute}, err
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
	m := drawMetrics{PerSecond: r.PerSecond(d.Work().Units), PeakPerSecond: task.Known(l.Rate), PeakBytes: r.PeakBytes}
	m.PeakFraction = r.Speed(m.PerSecond, d.unit, l)
	shares, err := task.Shares(r, d.place.Comm, int(d.done), d.indices+", as fast as ranks took them")
	if d.indices == "samples" {
		m.Samples = shares
	} else {
		m.Walks = shares
	}
	r.Metrics = m
	return err
}

// significant cuts n to two significant decimal digits, and to at least least.
func significant(n float64, least int) int {
	if n < float64(least) {
		return least
	}
	unit := math.Pow(10, max(math.Floor(math.Log10(n))-1, 0))
	return int(math.Round(n/unit) * unit)
}
