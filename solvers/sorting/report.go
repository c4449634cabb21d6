package sorting

import (
	"context"
	"fmt"

	"hybrid/internal/plain"
	"hybrid/internal/units"
	"hybrid/mpi"
	"hybrid/solvers/task"
)

// sortResult is what was sorted. Min, Median and Max are null where there are no
// keys, and NaNs and infinities are strings; the median of an even number is the
// lower one.
type sortResult struct {
	N         int     `json:"n"`
	Min       any     `json:"min"`
	Median    any     `json:"median"`
	Max       any     `json:"max"`
	Imbalance float64 `json:"imbalance"` // the largest share of a rank over the mean
	Checksum  string  `json:"checksum"`  // does not depend on the order of the keys
}

// sortMetrics are how good the run was. Bandwidth is in GB/s, 10^9 bytes a second.
type sortMetrics struct {
	KeysPerSecond float64 `json:"keys_per_second"`
	// BandwidthFraction is what the passes over the keys move in a second, as a part
	// of what memory does; null where that was not measured.
	BandwidthFraction *float64 `json:"bandwidth_fraction"`
	BandwidthGBs      *float64 `json:"bandwidth_gbs"` // of the memory, STREAM triad
	MovedBytes        float64  `json:"moved_bytes"`   // that the passes read and write, all ranks
	ExchangedBytes    float64  `json:"exchanged_bytes"`
	FillSeconds       float64  `json:"fill_seconds"` // to make or read the keys; like those below the mean over the ranks
	DivideSeconds     float64  `json:"divide_seconds"`
	ExchangeSeconds   float64  `json:"exchange_seconds"`
	LocalSeconds      float64  `json:"local_seconds"`
	// KernelSeconds is the part of LocalSeconds in which kernels passed over the keys,
	// the mean over the ranks with devices; 0 without. DeviceBytes is what these passes
	// read and wrote, and DeviceFraction their rate as a part of the memory's of all
	// devices, DeviceGBs; null where that is not known.
	KernelSeconds  float64  `json:"kernel_seconds"`
	DeviceBytes    float64  `json:"device_bytes"`
	DeviceGBs      *float64 `json:"device_gbs"`
	DeviceFraction *float64 `json:"device_fraction"`
	// MemoryShares is the memory for keys, and to work in, of the rank where it is
	// the largest part of the rank's share of the keys.
	MemoryShares float64 `json:"memory_shares"`
	// PeakBytes is the most memory that the largest process had while it sorted;
	// 0 where the system does not tell.
	PeakBytes int `json:"peak_bytes"`
}

func (t *sort[K]) Report(ctx context.Context, r *task.Report) error {
	s := t.solver
	sum, err := s.Checksum()
	if err != nil {
		return err
	}
	result := sortResult{N: s.N(), Imbalance: s.Imbalance(), Checksum: sum.String()}
	if s.N() > 0 {
		m, err := s.Summary()
		if err != nil {
			return err
		}
		result.Min, result.Median, result.Max = inJSON(m.Min), inJSON(m.Median), inJSON(m.Max)
	}
	m, err := t.metrics(ctx, r)
	if err != nil {
		return err
	}
	r.Params.Set("n", s.N()).Set("dtype", t.DType)
	r.Result, r.Metrics = result, m
	t.summary(r, result, m)
	return nil
}

// metrics is collective.
func (t *sort[K]) metrics(ctx context.Context, r *task.Report) (sortMetrics, error) {
	costs := t.solver.Costs()
	devices := 0.0
	if t.job.Device != nil {
		devices = 1
	}
	all, err := t.job.Sum(costs.Moved, costs.Sent, t.fill.Seconds(), costs.Divide.Seconds(), costs.Exchange.Seconds(), costs.Local.Seconds(),
		costs.Device.Kernels.Seconds(), costs.Device.Moved, devices)
	if err != nil {
		return sortMetrics{}, err
	}
	shares := []float64{0}
	if lo, hi := t.solver.Share(); lo < hi {
		shares[0] = float64(costs.Memory) / float64(len(t.solver.Keys)*t.Bytes())
	}
	if err := mpi.Allreduce(t.job.Comm, shares, shares, mpi.Max); err != nil {
		return sortMetrics{}, err
	}
	bandwidth, err := t.job.Bandwidth(ctx, r.Spare())
	if err != nil {
		return sortMetrics{}, err
	}
	ranks := float64(r.Ranks)
	m := sortMetrics{
		KeysPerSecond: r.PerSecond(float64(t.solver.N())),
		MovedBytes:    all[0], ExchangedBytes: all[1], FillSeconds: all[2] / ranks,
		DivideSeconds: all[3] / ranks, ExchangeSeconds: all[4] / ranks, LocalSeconds: all[5] / ranks,
		MemoryShares: shares[0], PeakBytes: r.PeakBytes,
	}
	if r.Seconds > 0 {
		m.BandwidthGBs, m.BandwidthFraction = task.Known(bandwidth.Rate/1e9), r.Fraction(m.MovedBytes/r.Seconds, bandwidth.Rate)
	}
	t.bandwidth = bandwidth
	peak, err := t.peak(ctx)
	if devices = all[8]; err == nil && devices > 0 {
		m.KernelSeconds, m.DeviceBytes = all[6]/devices, all[7]
		m.DeviceGBs = task.Known(peak / 1e9)
		if peak > 0 && m.KernelSeconds > 0 {
			m.DeviceFraction = task.Known(m.DeviceBytes / m.KernelSeconds / peak)
		}
	}
	return m, err
}

// limit is what memory allows: that of processors or of devices, and nothing for both.
func (t *sort[K]) limit(r *task.Report, m sortMetrics) task.Limit {
	switch {
	case r.On == task.Processors:
		l := task.Limit{Text: "that memory, " + t.bandwidth.String() + ", allows, " + units.Bytes(m.MovedBytes) + " read and written", Why: t.bandwidth.Why()}
		if m.BandwidthGBs != nil && m.MovedBytes > 0 {
			l.Rate = float64(t.solver.N()) / m.MovedBytes * *m.BandwidthGBs * 1e9
		}
		return l
	case m.DeviceGBs != nil && t.onDevice > 0:
		return t.deviceLimit(*m.DeviceGBs * 1e9)
	}
	return task.Limit{}
}

// deviceLimit is what devices allow whose memory gives so many bytes a second.
func (t *sort[K]) deviceLimit(peak float64) task.Limit {
	return task.Limit{Rate: peak * t.work.Units / t.onDevice, By: "memory",
		Text: "that the memory of the devices allows, " + units.Bytes(t.onDevice) + " read and written there"}
}

// peak is what the memory of all devices gives, in bytes a second by its clock and width;
// 0 where that is not known, or a rank has none.
func (t *sort[K]) peak(ctx context.Context) (float64, error) {
	return t.job.Best(ctx, func() (float64, error) {
		if t.job.Device == nil {
			return 0, nil
		}
		return t.job.Device.Info().PeakBandwidth(), nil
	})
}

// onDevices tells what kernels did, apart from copies.
func (m sortMetrics) onDevices() string {
	of := ""
	if m.DeviceFraction != nil {
		of = fmt.Sprintf(", %.2g of the memory's %s/s", *m.DeviceFraction, units.Bytes(*m.DeviceGBs*1e9))
	}
	rate := 0.0
	if m.KernelSeconds > 0 {
		rate = m.DeviceBytes / m.KernelSeconds
	}
	return fmt.Sprintf("%.3g s in passes over the keys, %s read and written, %s/s%s\n%.3g s to bring the keys there, count their digits and bring them back",
		m.KernelSeconds, units.Bytes(m.DeviceBytes), units.Bytes(rate), of, max(m.LocalSeconds-m.KernelSeconds, 0))
}

// summary says it for people.
func (t *sort[K]) summary(r *task.Report, result sortResult, m sortMetrics) {
	n := result.N
	if t.In != "" {
		r.Say("keys", "%s of %s from %s", units.Count(n, "key"), t.DType, plain.Text(t.In))
	} else {
		r.Say("keys", "%s of %s, %s", units.Count(n, "key"), t.DType, t.Distribution)
	}
	if n > 0 {
		r.Say("result", "min %v, median %v, max %v, checksum %s", result.Min, result.Median, result.Max, result.Checksum)
	}
	r.Speed(m.KeysPerSecond, "keys", t.limit(r, m))
	if r.On != task.Processors {
		r.Rate("devices", "%s", m.onDevices())
	}
	if r.Ranks > 1 {
		r.Rate("ranks", "%.3g s to divide, %.3g s to exchange %s, %.3g s to sort what came; imbalance %.3g",
			m.DivideSeconds, m.ExchangeSeconds, units.Bytes(m.ExchangedBytes), m.LocalSeconds, result.Imbalance)
	}
	r.Rate("memory", "%.3g times a rank's share of the keys", m.MemoryShares)
	r.Recheck = "checks the order and a checksum of the keys"
	r.Outputs("output", t.Out...)
}
