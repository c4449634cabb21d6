package main

import (
	"hybrid/internal/plain"
	"hybrid/internal/units"
	"hybrid/mpi"
	"hybrid/study/bound"
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
	// MemoryShares is the memory for keys, and to work in, of the rank where it is
	// the largest part of the rank's share of the keys.
	MemoryShares float64 `json:"memory_shares"`
	// PeakBytes is the most memory that the largest process had while it sorted;
	// 0 where the system does not tell.
	PeakBytes int `json:"peak_bytes"`
}

// report measures the limit and fills in the report.
func (j *sortJob[K]) report(r *report) error {
	s := j.solver
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
	m, err := j.metrics(r)
	if err != nil {
		return err
	}
	r.Params = r.params().Set("n", s.N()).Set("dtype", j.dtype)
	r.Result, r.Metrics = result, m
	j.summary(r, result, m)
	return nil
}

// metrics is collective.
func (j *sortJob[K]) metrics(r *report) (sortMetrics, error) {
	costs := j.solver.Costs()
	all, err := j.sum(costs.Moved, costs.Sent, j.fill.Seconds(), costs.Divide.Seconds(), costs.Exchange.Seconds(), costs.Local.Seconds())
	if err != nil {
		return sortMetrics{}, err
	}
	shares := []float64{0}
	if lo, hi := j.solver.Share(); lo < hi {
		shares[0] = float64(costs.Memory) / float64(len(j.solver.Keys)*keyBytes(j.dtype))
	}
	if err := mpi.Allreduce(j.comm, shares, shares, mpi.Max); err != nil {
		return sortMetrics{}, err
	}
	ranks := float64(j.comm.Size())
	m := sortMetrics{
		MovedBytes: all[0], ExchangedBytes: all[1], FillSeconds: all[2] / ranks,
		DivideSeconds: all[3] / ranks, ExchangeSeconds: all[4] / ranks, LocalSeconds: all[5] / ranks,
		MemoryShares: shares[0], PeakBytes: r.peakBytes,
	}
	bandwidth, err := bound.Bandwidth(j.ctx, j.comm, j.threads)
	if err != nil {
		return m, err
	}
	if r.Seconds > 0 {
		m.KeysPerSecond = float64(j.solver.N()) / r.Seconds
		if bandwidth > 0 {
			gbs := bandwidth / 1e9
			m.BandwidthGBs, m.BandwidthFraction = &gbs, r.fraction(m.MovedBytes/r.Seconds, bandwidth)
		}
	}
	return m, nil
}

func keyBytes(dtype string) int {
	if dtype == "i32" || dtype == "f32" {
		return 4
	}
	return 8
}

// summary says it for people.
func (j *sortJob[K]) summary(r *report, result sortResult, m sortMetrics) {
	n := result.N
	if j.In != "" {
		r.say("keys", "%s of %s from %s", count(n, "key"), j.dtype, plain.Text(j.In))
	} else {
		r.say("keys", "%s of %s, %s", count(n, "key"), j.dtype, j.Distribution)
	}
	if n > 0 {
		r.say("result", "min %v, median %v, max %v, checksum %s", result.Min, result.Median, result.Max, result.Checksum)
	}
	limit := 0.0
	if m.BandwidthGBs != nil && m.MovedBytes > 0 {
		limit = float64(n) / m.MovedBytes * *m.BandwidthGBs * 1e9
	}
	r.speed(m.KeysPerSecond, limit, "keys", "that memory allows, "+units.Bytes(m.MovedBytes)+" read and written")
	if r.Ranks > 1 {
		r.rate("ranks", "%.3g s to divide, %.3g s to exchange %s, %.3g s to sort what came; imbalance %.3g",
			m.DivideSeconds, m.ExchangeSeconds, units.Bytes(m.ExchangedBytes), m.LocalSeconds, result.Imbalance)
	}
	r.rate("memory", "%.3g times a rank's share of the keys", m.MemoryShares)
	r.verify = "checks the order and a checksum of the keys"
	r.files(j.Out)
}
