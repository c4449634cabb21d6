package main

import (
	"math"
	"time"

	"hybrid/internal/option"
	"hybrid/internal/units"
	"hybrid/solvers/montecarlo"
)

// A piConfig is what pi is to do.
type piConfig struct {
	*computeConfig
	Samples int
}

func (c *piConfig) declare(o *option.Set) {
	o.Group("Problem")
	o.Int(&c.Samples, "samples", 1e8, "points", option.Range(1, montecarlo.MaxSamples))
	o.Choice(&c.DType, "dtype", ignored("It computes with whole numbers"), option.Choices("f64", "f32"), option.Arg("TYPE"))
	o.Group("Run")
	o.Toggle(&c.Verify, "verify", "count the points again, one by one: all of them, or the first 2^28 and the rest as before, shared out in another way; and see whether the estimate is too far from pi")
}

func (c *piConfig) check(*reader) {}

type piResult struct {
	Pi     float64 `json:"pi"`
	Inside uint64  `json:"inside"`
	Stderr float64 `json:"stderr"`
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
}

// run estimates pi.
func (c *piConfig) run(j *job) (*outcome, error) {
	done := j.progress("samples", c.Samples, func(rate float64) string { return units.SI(rate) + " samples/s" })
	options := montecarlo.Options{Threads: j.threads, ISA: j.isa, Device: j.device, Progress: func(n uint64) { done(int(n)) }}
	began := time.Now()
	pi, err := montecarlo.EstimatePi(j.ctx, j.comm, uint64(c.Samples), c.Seed, options)
	if err != nil {
		return nil, err
	}
	o := &outcome{Seconds: time.Since(began).Seconds()}
	if c.Verify {
		v, err := montecarlo.VerifyPi(j.ctx, j.comm, pi, c.Seed, options)
		if err != nil {
			return nil, err
		}
		o.Verdict = &v
	}
	o.Report = func(r *report) error {
		r.say("samples", "%d, of which %d are inside the quarter circle", pi.Samples, pi.Inside)
		r.say("result", "pi = %.10g +- %.2g, %.2g off", pi.Value, pi.Stderr, math.Abs(pi.Value-math.Pi))
		r.verify = "counts again without vectors"
		r.Params = r.params()
		r.Result = piResult{pi.Value, pi.Inside, pi.Stderr}
		m, err := j.drawn(r, float64(c.Samples), 1, "samples")
		r.Metrics = m
		return err
	}
	return o, nil
}

// drawn says how fast so many units were drawn. perSample of them come from as
// many multiplications as a sample of pi. It is collective.
func (j *job) drawn(r *report, units, perSample float64, what string) (drawMetrics, error) {
	limit, err := j.limit(func() (float64, error) {
		return montecarlo.Limit(100*time.Millisecond, montecarlo.Options{Threads: j.threads, ISA: j.isa, Device: j.device})
	})
	if err != nil {
		return drawMetrics{}, err
	}
	m := drawMetrics{PeakBytes: r.peakBytes}
	if r.Seconds > 0 {
		m.PerSecond = units / r.Seconds
	}
	limit *= perSample
	m.PeakFraction = r.speed(m.PerSecond, limit, what, "that the generator's multiplications alone allow")
	if limit > 0 {
		m.PeakPerSecond = &limit
	}
	return m, nil
}
