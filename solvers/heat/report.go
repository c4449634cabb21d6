package heat

import (
	"context"
	"time"

	"hybrid/mpi"
	"hybrid/solvers/task"
	"hybrid/solvers/task/links"
)

type heatResult struct {
	Mean         float64 `json:"mean"`
	MeanInterior float64 `json:"mean_interior"`
	Min          float64 `json:"min"`
	Max          float64 `json:"max"`
	Time         float64 `json:"time"`
}

// heatMetrics are how good the run was. Bandwidth is in GB/s, 10^9 bytes a second.
type heatMetrics struct {
	LUPS float64 `json:"lups"` // point updates a second
	// BandwidthFraction is the effective bandwidth as a part of what the memory of
	// processors and devices gives; null where that is not known. So it is also LUPS
	// as a part of what one pass over the field a step would allow.
	BandwidthFraction *float64 `json:"bandwidth_fraction"`
	BandwidthGBs      *float64 `json:"bandwidth_gbs"` // of processors measured, STREAM triad
	// EffectiveGBs is what one pass over the field in each step, a read and a
	// write for every update, would move.
	EffectiveGBs float64 `json:"effective_gbs"`
	// PeakLUPS is the limit of any blocking, of all ranks at once: what the kernels
	// reach on data in the first-level cache, and what a device's arithmetic and its
	// memory, at as many steps a pass as its kernels do, allow. PeakFraction is LUPS as
	// a part of it. Both are null where it is not known: for a simulated device.
	PeakLUPS       *float64 `json:"peak_lups"`
	PeakFraction   *float64 `json:"peak_fraction"`
	HaloSeconds    float64  `json:"halo_seconds"`    // mean over the ranks
	ComputeSeconds float64  `json:"compute_seconds"` // mean over the ranks
	// Rows are those of the interior that each rank had in the end. Moves are how often
	// they were divided anew on the way, RowsMoved how many rows got another rank, and
	// MovingSeconds the time of that.
	Rows          []int   `json:"rows"`
	Moves         int     `json:"moves"`
	RowsMoved     int     `json:"rows_moved"`
	MovingSeconds float64 `json:"moving_seconds"`
	// Imbalance is how much longer the rank that computed longest did so than the
	// ranks that have rows did in the mean, as a part of that mean.
	Imbalance float64 `json:"imbalance"`
	// EvenRows is how many times as long a step would take with as many rows on every
	// rank, by the speeds measured; null where they were not.
	EvenRows   *float64 `json:"even_rows"`
	FieldBytes int      `json:"field_bytes"` // memory of the field, all ranks
	// Halos are how halos travel between the GPUs of neighbours; none without such.
	Halos []links.Link `json:"halos,omitempty"`
	// PeakBytes is the most memory that the largest process had while it solved;
	// 0 where the system does not tell.
	PeakBytes int `json:"peak_bytes"`
}

// Report draws the field, measures the limits and fills in the report.
func (t *run[T]) Report(ctx context.Context, r *task.Report) error {
	if err := t.picture(r.Text); err != nil {
		return err
	}
	sum, err := t.solver.Summary()
	if err != nil {
		return err
	}
	costs := t.solver.Costs()
	all, err := t.job.Sum(costs.Halo.Seconds(), costs.Compute.Seconds(), float64(costs.FieldBytes))
	if err != nil {
		return err
	}
	ranks := float64(r.Ranks)
	m := heatMetrics{HaloSeconds: all[0] / ranks, ComputeSeconds: all[1] / ranks, FieldBytes: int(all[2]), PeakBytes: r.PeakBytes}
	if err := m.balance(t.job.Comm, costs, t.solver.Tile, t.solver.EvenRows()); err != nil {
		return err
	}
	bandwidth, peak, err := t.limits(ctx, r)
	if err != nil {
		return err
	}
	if m.Halos, err = links.Gather(t.job.Comm, t.solver.Links()); err != nil || t.job.Comm.Rank() != 0 {
		return err // rank 0 says it all
	}
	m.rate(r, t.work.Units, t.Bytes(), bandwidth.Rate, peak)
	p := t.solver.Problem
	result := heatResult{Mean: sum.Mean, MeanInterior: sum.MeanInterior, Min: sum.Min, Max: sum.Max, Time: t.solver.Time()}
	rows, columns := t.solver.Grid()
	r.Params.Set("nx", p.NX).Set("ny", p.NY).Set("dx", p.DX).Set("dy", p.DY).Set("dt", p.DT).
		Set("start_time", t.startTime()).Set("range", t.colours()).Set("halo_depth", t.solver.HaloDepth()).
		Set("grid_rows", rows).Set("grid_cols", columns)
	r.Result, r.Metrics = result, m
	t.summary(r, result, m, bandwidth)
	return nil
}

// balance fills in, on rank 0, how the rows were divided. It is collective.
func (m *heatMetrics) balance(c *mpi.Comm, costs Costs, tile func(rank int) (rows, columns [2]int), even float64) error {
	longest := []float64{costs.Compute.Seconds()}
	if err := mpi.Allreduce(c, longest, longest, mpi.Max); err != nil {
		return err
	}
	if c.Rank() != 0 {
		return nil // of thousands, each would look at thousands
	}
	busy := 0
	for rank := range c.Size() {
		rows, _ := tile(rank)
		m.Rows = append(m.Rows, rows[1]-rows[0])
		if rows[0] < rows[1] {
			busy++
		}
	}
	if mean := m.ComputeSeconds * float64(c.Size()) / float64(busy); mean > 0 {
		m.Imbalance = longest[0]/mean - 1
	}
	m.Moves, m.RowsMoved, m.MovingSeconds = costs.Moves, costs.RowsMoved, costs.Moving.Seconds()
	if even > 0 {
		m.EvenRows = &even
	}
	return nil
}

// limits are what the memory of all ranks gives, and how many updates a second they could
// do at best; 0 where it is not known. It is collective.
func (t *run[T]) limits(ctx context.Context, r *task.Report) (bandwidth task.Bandwidth, peak float64, err error) {
	here := t.job.Place
	here.Threads = t.solver.Threads()
	if bandwidth, err = here.Bandwidth(ctx, r.Spare()); err != nil {
		return bandwidth, 0, err
	}
	peak, own, err := t.peak(ctx, r.Probe(50*time.Millisecond))
	if err != nil {
		return bandwidth, 0, err
	}
	all, err := t.job.Sum(own.OnePass * 2 * float64(t.Bytes()))
	bandwidth.Rate += all[0]
	return bandwidth, peak, err
}

// rate fills in the rates of so many updates of points of so many bytes in the
// time of a report. bandwidth is that of the memory in bytes a second, peak that of
// the kernels, 0 if they are not known.
func (m *heatMetrics) rate(r *task.Report, updates float64, size int, bandwidth, peak float64) {
	m.LUPS = r.PerSecond(updates)
	effective := m.LUPS * 2 * float64(size)
	m.EffectiveGBs = effective / 1e9
	m.PeakLUPS, m.PeakFraction = task.Known(peak), r.Fraction(m.LUPS, peak)
	m.BandwidthGBs, m.BandwidthFraction = task.Known(bandwidth/1e9), r.Fraction(effective, bandwidth)
}

// startTime is the time of the initial field.
func (t *run[T]) startTime() float64 {
	s := t.solver.State
	s.Step = t.Start.Step
	return s.Time()
}

// colours are the ends of the colours of pictures, nil where they are chosen.
func (t *run[T]) colours() *[2]float64 {
	if t.Range == [2]float64{} {
		return nil
	}
	return &t.Range
}
