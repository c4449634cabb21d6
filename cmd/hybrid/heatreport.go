package main

import (
	"slices"
	"time"

	"hybrid/mpi"
	"hybrid/solvers/heat"
)

// A heatReport is what a run says of itself, as --json prints it.
type heatReport struct {
	Command   string      `json:"command"`
	Version   string      `json:"version"`
	Transport string      `json:"transport"`
	Ranks     int         `json:"ranks"`
	Threads   int         `json:"threads"` // of each rank
	Devices   []device    `json:"devices"`
	Params    heatParams  `json:"params"`
	Seconds   float64     `json:"seconds"` // of the steps, on the slowest rank
	Result    heatResult  `json:"result"`
	Metrics   heatMetrics `json:"metrics"`
	Verified  *bool       `json:"verified"` // null: not asked for

	detail string // of the verification
}

type heatParams struct {
	NX        int      `json:"nx"`
	NY        int      `json:"ny"`
	Steps     int      `json:"steps"`
	Alpha     float64  `json:"alpha"`
	DX        float64  `json:"dx"`
	DY        float64  `json:"dy"`
	DT        float64  `json:"dt"`
	Boundary  string   `json:"boundary"`
	Initial   string   `json:"initial"`
	DType     string   `json:"dtype"`
	Out       []string `json:"out"`
	Frames    string   `json:"frames"`
	Every     int      `json:"every"`
	GPU       string   `json:"gpu"`
	Ranks     int      `json:"ranks"`
	Threads   int      `json:"threads"`
	ISA       string   `json:"isa"`
	HaloDepth int      `json:"halo_depth"`
	Seed      uint64   `json:"seed"`
	Verify    bool     `json:"verify"`
}

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
	// BandwidthFraction is the effective bandwidth as a part of the measured one;
	// null where it was not measured.
	BandwidthFraction *float64 `json:"bandwidth_fraction"`
	BandwidthGBs      *float64 `json:"bandwidth_gbs"` // of the memory, STREAM triad
	// EffectiveGBs is what one pass over the field in each step, a read and a
	// write for every update, would move.
	EffectiveGBs float64 `json:"effective_gbs"`
	// PeakLUPS is what the kernels reach on data in the first-level cache, all
	// threads of all ranks at once: the limit of any blocking. PeakFraction is
	// LUPS as a part of it.
	PeakLUPS       float64 `json:"peak_lups"`
	PeakFraction   float64 `json:"peak_fraction"`
	HaloSeconds    float64 `json:"halo_seconds"`    // mean over the ranks
	ComputeSeconds float64 `json:"compute_seconds"` // mean over the ranks
	FieldBytes     int     `json:"field_bytes"`     // memory of the field, all ranks
	// PeakBytes is the most memory that the largest process had while it solved;
	// 0 where the system does not tell.
	PeakBytes int `json:"peak_bytes"`
}

// report measures and prints. It is collective; rank 0 prints.
func (j *heatJob[T]) report() error {
	if j.Quiet && !j.JSON {
		return nil
	}
	if err := j.picture(); err != nil {
		return err
	}
	r, err := j.measure()
	if err != nil || j.comm.Rank() != 0 {
		return err
	}
	if !j.Quiet {
		r.summary(j.textStream())
	}
	if j.JSON {
		return j.console.object(r)
	}
	return nil
}

// textStream is where the picture and the summary go.
func (j *heatJob[T]) textStream() *stream {
	if j.JSON {
		return j.console.stderr
	}
	return j.console.stdout
}

// A rankReport is what rank 0 has to know of each rank.
type rankReport struct {
	Device        device
	Threads       int
	Halo, Compute float64 // seconds
	FieldBytes    int
	PeakBytes     int
}

// measure makes the report, on every rank.
func (j *heatJob[T]) measure() (*heatReport, error) {
	costs := j.solver.Costs()
	own := rankReport{
		Device: j.place.device(), Threads: j.solver.Threads(),
		Halo: costs.Halo.Seconds(), Compute: costs.Compute.Seconds(),
		FieldBytes: costs.FieldBytes, PeakBytes: peakBytes(),
	}
	ranks, err := allgather(j.comm, own)
	if err != nil {
		return nil, err
	}
	sum, err := j.solver.Summary()
	if err != nil {
		return nil, err
	}
	r := &heatReport{
		Command: "heat", Version: version, Transport: j.comm.Transport(), Ranks: len(ranks),
		Params: j.params(),
		Result: heatResult{Mean: sum.Mean, MeanInterior: sum.MeanInterior, Min: sum.Min, Max: sum.Max, Time: j.solver.Time()},
	}
	if j.verdict != nil {
		r.Verified, r.detail = &j.verdict.OK, j.verdict.Detail
	}
	for _, rank := range ranks {
		r.Devices = append(r.Devices, rank.Device)
		r.Threads = max(r.Threads, rank.Threads)
		r.Seconds = max(r.Seconds, rank.Halo+rank.Compute)
		r.Metrics.HaloSeconds += rank.Halo / float64(len(ranks))
		r.Metrics.ComputeSeconds += rank.Compute / float64(len(ranks))
		r.Metrics.FieldBytes += rank.FieldBytes
		r.Metrics.PeakBytes = max(r.Metrics.PeakBytes, rank.PeakBytes)
	}
	r.Params.Threads = r.Threads
	bandwidth, err := measureBandwidth(j.comm, own.Threads)
	if err != nil {
		return nil, err
	}
	if err := j.comm.Barrier(); err != nil {
		return nil, err
	}
	limit, err := j.solver.Limit(50 * time.Millisecond)
	if err := j.comm.Agree(err); err != nil {
		return nil, err
	}
	peak := []float64{limit.Updates}
	if err := mpi.Allreduce(j.comm, peak, peak, mpi.Sum); err != nil {
		return nil, err
	}
	r.rate(j.solver.Problem, bytesOf(j.DType), bandwidth, peak[0])
	return r, nil
}

// rate fills in the rates of a run of so many steps. bandwidth is that of the
// memory in bytes a second, 0 if it is not known; peak that of the kernels.
func (r *heatReport) rate(p heat.Problem, size int, bandwidth, peak float64) {
	m := &r.Metrics
	if r.Seconds > 0 {
		m.LUPS = float64(p.Interior()) * float64(r.Params.Steps) / r.Seconds
	}
	effective := m.LUPS * 2 * float64(size)
	m.EffectiveGBs = effective / 1e9
	m.PeakLUPS, m.PeakFraction = peak, m.LUPS/peak
	if bandwidth > 0 {
		fraction, gbs := effective/bandwidth, bandwidth/1e9
		m.BandwidthFraction, m.BandwidthGBs = &fraction, &gbs
	}
}

func bytesOf(dtype string) int {
	if dtype == "f32" {
		return 4
	}
	return 8
}

// params are all parameters, with what was chosen.
func (j *heatJob[T]) params() heatParams {
	p := j.solver.Problem
	return heatParams{
		NX: p.NX, NY: p.NY, Steps: j.Steps,
		Alpha: p.Alpha, DX: p.DX, DY: p.DY, DT: p.DT, Boundary: p.Boundary.String(),
		Initial: j.Initial, DType: j.DType,
		Out: append([]string{}, j.Out...), Frames: j.Frames, Every: j.Every,
		GPU: j.GPU, Ranks: j.comm.Size(), ISA: j.isa.String(), HaloDepth: j.solver.HaloDepth(),
		Seed: j.Seed, Verify: j.Verify,
	}
}

// isas are the instruction sets of the devices, each once.
func (r *heatReport) isas() []string {
	var names []string
	for _, d := range r.Devices {
		if !slices.Contains(names, d.ISA) {
			names = append(names, d.ISA)
		}
	}
	return names
}

// hosts are the machines of the devices, each once.
func (r *heatReport) hosts() []string {
	var names []string
	for _, d := range r.Devices {
		if !slices.Contains(names, d.Host) {
			names = append(names, d.Host)
		}
	}
	return names
}

// broadcast gives every rank rank 0's number. It is collective.
func broadcast(c *mpi.Comm, n int) (int, error) {
	all := []int64{int64(n)}
	err := mpi.Bcast(c, all, 0)
	return int(all[0]), err
}
