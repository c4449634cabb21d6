package main

import (
	"math"
	"math/big"
	"time"

	"hybrid/internal/option"
	"hybrid/internal/units"
	"hybrid/solvers/montecarlo"
)

// maxBins is more than a picture can show.
const maxBins = 1e6

// A walkConfig is what walk is to do.
type walkConfig struct {
	*computeConfig
	montecarlo.WalkProblem
	Out []string
}

func (c *walkConfig) declare(o *option.Set) {
	o.Group("Problem")
	o.Uint64(&c.Walks, "walks", 1e5, "walks", option.Range(1, montecarlo.MaxAllSteps))
	o.Uint64(&c.Steps, "steps", 1e4, "steps of each walk. All walks together take at most 2^62", option.Range(1, montecarlo.MaxSteps))
	o.Int(&c.Bins, "bins", 100, "of the histogram of the ends, at most", option.Range(1, maxBins), option.Size)
	o.Choice(&c.DType, "dtype", ignored("It computes with whole numbers"), option.Choices("f64", "f32"), option.Arg("TYPE"))
	o.Group("Output")
	o.Outs(&c.Out, "out", "write the histogram; may be given several times. The ending says how:", montecarlo.Formats, option.Forms(
		".png", "beside the normal distribution",
		".npy", "NumPy array of int64, a row for each bin: from, to but without it, walks that end between",
		".csv", "the same as text, with a line of names"))
	o.Group("Run")
	o.Toggle(&c.computeConfig.Verify, "verify", "take the walks again, step by step: all of them, or the first 2^34 steps and the rest as before, shared out in another way; and see whether the sums "+
		"are too far from what is expected")
}

func (c *walkConfig) check(r *reader) {
	r.checkOutputs(c.Out)
	c.WalkProblem.Seed = c.computeConfig.Seed
	if c.Validate() != nil {
		r.fail("%s %d times %s %d is more than 2^62 = %d steps in all: take fewer", r.Name("walks"), c.Walks, r.Name("steps"), c.Steps, uint64(montecarlo.MaxAllSteps))
	}
}

type walkResult struct {
	Sum            int64    `json:"sum"` // of the ends, exact
	SumSquares     *big.Int `json:"sum_squares"`
	Mean           float64  `json:"mean"`
	StdDev         float64  `json:"stddev"`
	ExpectedMean   float64  `json:"expected_mean"`
	ExpectedStdDev float64  `json:"expected_stddev"`
	MeanStderr     float64  `json:"mean_stderr"` // how far the mean is expected to be off
}

// run takes the walks.
func (c *walkConfig) run(j *job) (*outcome, error) {
	if err := j.tryOutput(c.Out, nil); err != nil {
		return nil, err
	}
	steps := float64(c.Steps)
	done := j.progress("walks", int(c.Walks), func(rate float64) string { return units.SI(rate*steps) + " steps/s" })
	options := montecarlo.Options{Threads: j.threads, ISA: j.isa, Device: j.device, Progress: func(n uint64) { done(int(n)) }}
	began := time.Now()
	w, err := c.Run(j.ctx, j.comm, options)
	if err != nil {
		return nil, err
	}
	o := &outcome{Seconds: time.Since(began).Seconds()}
	if c.computeConfig.Verify {
		v, err := c.WalkProblem.Verify(j.ctx, j.comm, w, options)
		if err != nil {
			return nil, err
		}
		o.Verdict = &v
	}
	o.Err = j.writeOutput(c.Out, func(path string) error { return c.Write(j.output, path, w.Histogram) })
	o.Report = func(r *report) error {
		result := walkResult{w.Sum, w.SumSquares, w.Mean, w.StdDev, 0, math.Sqrt(steps), math.Sqrt(steps / float64(c.Walks))}
		r.say("walks", "%d of %d steps", c.Walks, c.Steps)
		r.say("sums", "of the ends %d, of their squares %d", w.Sum, w.SumSquares)
		r.say("result", "mean %.6g, expected 0 +- %.2g; standard deviation %.6g, expected %.6g", w.Mean, result.MeanStderr, w.StdDev, result.ExpectedStdDev)
		r.verify = "takes walks again, step by step"
		r.files(c.Out)
		r.Params = r.params()
		r.Result = result
		// A block of random words is two samples of pi, or 128 steps.
		m, err := j.drawn(r, float64(c.Walks)*steps, 128/2, "steps")
		r.Metrics = m
		return err
	}
	return o, nil
}
