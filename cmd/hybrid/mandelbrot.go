package main

import (
	"math"
	"strings"
	"time"

	"hybrid/internal/option"
	"hybrid/internal/units"
	"hybrid/solvers/mandelbrot"
)

type mandelbrotConfig struct {
	*computeConfig
	mandelbrot.Problem
	Schedule  mandelbrot.Schedule
	schedule  string     // as given
	center    [2]float64 // as given
	Chunk     int
	Out       []string
	Imbalance string
}

func (m *mandelbrotConfig) declare(o *option.Set) {
	o.Group("Picture")
	o.Int(&m.Width, "width", 1500, "pixels", option.Range(1, math.MaxInt32), option.Size)
	o.Int(&m.Height, "height", 1000, "pixels", option.Range(1, math.MaxInt32), option.Size)
	o.Pair(&m.center, "center", [2]float64{-0.5, 0}, "middle of the picture", option.Arg("RE,IM"), option.Default("-0.5,0"))
	o.Positive(&m.Zoom, "zoom", 1, "the picture is 3/zoom wide")
	o.Int32(&m.MaxIter, "max-iter", 1000, "greatest count", option.Range(1, math.MaxInt32))
	o.Choice(&m.DType, "dtype", "what is computed with. f32 has other roundings and so other counts", option.Choices("f64", "f32"), option.Arg("TYPE"))
	o.Uint64(&m.Seed, "seed", 0, ignored("Nothing is random here"))
	o.Group("Sharing")
	o.Choice(&m.schedule, "schedule", "how tiles of 64 x 64 pixels come to ranks:", option.Explained(
		"dynamic", "rank 0 hands them out on request, and counts too",
		"static", "each rank has one run of them, of equal length",
		"cyclic", "tile t is rank t mod p's",
		"guided", "as dynamic, but in chunks of 1/(2p) of the rest",
		"stealing", "each rank begins with one run; one that has run out takes half of what another has left"))
	o.Int(&m.Chunk, "chunk", 1, "tiles for each thread that rank 0 hands out at least", option.Range(1, 1<<20))
	o.Group("Output")
	o.Outs(&m.Out, "out", "write the counts; may be given several times. The ending says what is written:", []string{".npy", ".png"}, option.Forms(
		".npy", "NumPy array of int32, rows first",
		".png", "picture with axes and a colour bar, a pixel for each point, black inside"))
	o.Out(&m.Imbalance, "imbalance", "draw how many pixels took how many iterations, how many tiles took how long, and how long each rank counted, "+
		"beside what runs of equal length would have taken", []string{".png"})
	o.Group("Run")
	o.Toggle(&m.Verify, "verify", "count every pixel again by the plain loop")
}

func (m *mandelbrotConfig) check(r *reader) {
	m.Re, m.Im = m.center[0], m.center[1]
	var err error
	if m.Schedule, err = mandelbrot.ParseSchedule(m.schedule); err != nil {
		r.fail("%w", err)
	}
	r.checkOutputs(m.Out)
	if other := clash(m.Out, m.Imbalance); m.Imbalance != "" && other != "" {
		r.fail("%s is %q, which %s names too: give each file a name of its own", r.Name("imbalance"), m.Imbalance, r.Name("out"))
	}
	if err := m.Validate(); err != nil {
		r.fail("%s", strings.TrimPrefix(err.Error(), "mandelbrot: "))
	}
}

func (m *mandelbrotConfig) run(j *job) (*outcome, error) {
	if m.DType == "f32" {
		return countMandelbrot[float32](j, m)
	}
	return countMandelbrot[float64](j, m)
}

// countMandelbrot is one rank's run.
func countMandelbrot[T mandelbrot.Real](j *job, m *mandelbrotConfig) (*outcome, error) {
	pixels := m.Width * m.Height
	var done func(int)
	o := mandelbrot.Options{Threads: j.threads, ISA: j.isa, Schedule: m.Schedule, Chunk: m.Chunk, Device: j.device,
		// Rank 0 tells how far it is itself; the others are about as far.
		Progress: func(n int64) { done(int(n) * j.comm.Size()) }}
	s, err := mandelbrot.New[T](j.comm, m.Problem, o)
	if err != nil {
		return nil, badInput("", err)
	}
	defer s.Close()
	var cost []target
	if m.Imbalance != "" {
		cost = []target{{option: "imbalance", path: m.Imbalance}}
	}
	if err := j.tryOutput(m.Out, func(path string) error { return mandelbrot.CheckOutput(j.output, path) }, cost...); err != nil {
		return nil, err
	}
	done = j.progress("pixels", pixels, func(rate float64) string { return units.SI(rate) + " pixels/s" })
	began := time.Now()
	if err := s.Run(j.ctx); err != nil {
		return nil, err
	}
	out := &outcome{Seconds: time.Since(began).Seconds()}
	if m.Verify {
		v, err := s.Verify(j.ctx)
		if err != nil {
			return nil, err
		}
		out.Verdict = &v
	}
	out.Err = j.writeOutput(m.Out, func(path string) error { return s.Write(j.output, path) })
	if m.Imbalance != "" {
		err := j.writeOutput([]string{m.Imbalance}, func(path string) error { return s.WriteImbalance(j.output, path) })
		if out.Err == nil {
			out.Err = err
		}
	}
	sum, err := s.Summary()
	if err != nil {
		return nil, err
	}
	out.Report = func(r *report) error { return reportMandelbrot(r, m, s, sum) }
	return out, nil
}

type mandelbrotResult struct {
	Iterations int64 `json:"iterations"` // the sum of the counts
	Inside     int64 `json:"inside"`     // pixels that have the greatest count
	Tiles      int   `json:"tiles"`
}

type mandelbrotMetrics struct {
	PixelsPerSecond     float64 `json:"pixels_per_second"`
	IterationsPerSecond float64 `json:"iterations_per_second"` // of those in the result
	// Computed are the iterations that had to be computed, the others being known
	// from a point's period. ComputedPerSecond is held against PeakIterations, the
	// rate of the kernels with every lane busy and nothing to look for.
	Computed          int64    `json:"computed"`
	ComputedPerSecond float64  `json:"computed_per_second"`
	PeakIterations    float64  `json:"peak_iterations"`
	PeakFraction      *float64 `json:"peak_fraction"` // null: too short a run to say

	RankSeconds []float64 `json:"rank_seconds"` // that each rank counted, the mean of its threads
	Imbalance   float64   `json:"imbalance"`    // the largest of them over their mean
	// StaticImbalance is what equal runs of tiles would have had, by the times that
	// the tiles took in this run.
	StaticImbalance float64 `json:"static_imbalance"`
	PeakBytes       int     `json:"peak_bytes"`
}

func reportMandelbrot[T mandelbrot.Real](r *report, m *mandelbrotConfig, s *mandelbrot.Solver[T], sum mandelbrot.Summary) error {
	peak, err := r.job.limit(func() (float64, error) { return s.Limit(50 * time.Millisecond), nil })
	if err != nil {
		return err
	}
	if math.IsNaN(peak) {
		peak = 0 // a device that no table knows takes part
	}
	pixels := float64(m.Width) * float64(m.Height)
	g := mandelbrotMetrics{Computed: sum.Computed, PeakIterations: peak, RankSeconds: sum.Busy,
		Imbalance: sum.Imbalance, StaticImbalance: sum.Static, PeakBytes: r.peakBytes}
	if r.Seconds > 0 {
		g.PixelsPerSecond = pixels / r.Seconds
		g.IterationsPerSecond = float64(sum.Iterations) / r.Seconds
		g.ComputedPerSecond = float64(sum.Computed) / r.Seconds
	}
	r.Params = r.params()
	r.Result = mandelbrotResult{sum.Iterations, sum.Inside, sum.Tiles}
	r.say("picture", "%d x %d pixels, %s, center %g, %g, zoom %g, at most %d iterations", m.Width, m.Height, m.DType, m.Re, m.Im, m.Zoom, m.MaxIter)
	r.say("result", "%d iterations in all, %.3g of the pixels inside", sum.Iterations, float64(sum.Inside)/pixels)
	r.say("schedule", "%v, %s of 64 x 64 pixels", m.Schedule, count(sum.Tiles, "tile"))
	g.PeakFraction = r.speed(g.ComputedPerSecond, peak, "iterations", "with every lane busy")
	if known := sum.Iterations - sum.Computed; known > 0 {
		r.rate("saved", "%.3g of the iterations were known beforehand, their points being periodic: %s/s in effect",
			float64(known)/float64(sum.Iterations), units.SI(g.IterationsPerSecond))
	}
	r.rate("balance", "the slowest rank took %.3g of the mean time; in equal runs of tiles it would have taken %.3g", sum.Imbalance, sum.Static)
	r.Metrics, r.verify = g, "counts every pixel again by the plain loop"
	r.files(m.Out)
	r.file("imbalance", m.Imbalance)
	return nil
}
