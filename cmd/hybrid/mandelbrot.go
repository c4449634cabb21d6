package main

import (
	"math"
	"strconv"
	"strings"
	"time"

	"hybrid/internal/units"
	"hybrid/solvers/mandelbrot"
)

var mandelbrotOptions = []option{
	{name: "width"}, {name: "height"}, {name: "center"}, {name: "zoom"}, {name: "max-iter"},
	{name: "schedule", values: mandelbrot.Schedules()}, {name: "chunk"},
	{name: "out", kind: list}, {name: "imbalance"},
}

type mandelbrotConfig struct {
	*computeConfig
	mandelbrot.Problem
	Schedule  mandelbrot.Schedule
	Chunk     int
	Out       []string
	Imbalance string
}

func readMandelbrot(r *reader, c *computeConfig) work {
	m := &mandelbrotConfig{computeConfig: c}
	m.Width = r.whole("width", 1500, 1, math.MaxInt32)
	m.Height = r.whole("height", 1000, 1, math.MaxInt32)
	c.sizes = []string{"width", "height"}
	m.Re, m.Im = r.point("center", -0.5, 0)
	if m.Zoom = r.positive("zoom"); m.Zoom == 0 {
		m.Zoom = 1
	}
	m.MaxIter = int32(r.whole("max-iter", 1000, 1, math.MaxInt32))
	var err error
	if m.Schedule, err = mandelbrot.ParseSchedule(r.choice("schedule", mandelbrot.Schedules()...)); err != nil && r.err == nil {
		r.err = err
	}
	m.Chunk = r.whole("chunk", 1, 1, 1<<20)
	m.Out = r.outputs(".npy", ".png")
	m.Imbalance = r.pngName("imbalance")
	if other := clash(m.Out, m.Imbalance); m.Imbalance != "" && other != "" {
		r.fail("%s is %q, which %s names too: give each file a name of its own", r.name("imbalance"), m.Imbalance, r.name("out"))
	}
	if err := m.Validate(); err != nil {
		r.fail("%s", strings.TrimPrefix(err.Error(), "mandelbrot: "))
	}
	return func(j *job) (*outcome, error) {
		if c.DType == "f32" {
			return countMandelbrot[float32](j, m)
		}
		return countMandelbrot[float64](j, m)
	}
}

// point is two numbers with a comma between them.
func (r *reader) point(name string, x, y float64) (float64, float64) {
	v, ok := r.text(name)
	if !ok {
		return x, y
	}
	a, b, both := strings.Cut(v, ",")
	x, err1 := strconv.ParseFloat(strings.TrimSpace(a), 64)
	y, err2 := strconv.ParseFloat(strings.TrimSpace(b), 64)
	if !both || err1 != nil || err2 != nil || math.IsNaN(x+y) || math.IsInf(x+y, 0) {
		r.fail("%s is %q: want two numbers with a comma between them, as -0.5,0", r.name(name), v)
	}
	return x, y
}

// pngName is the name of a picture; empty where there is none.
func (r *reader) pngName(name string) string {
	v, ok := r.text(name)
	if ok && !strings.HasSuffix(v, ".png") {
		r.fail("%s is %q: the name must end in .png", r.name(name), v)
	}
	return v
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

type mandelbrotParams struct {
	Width     int        `json:"width"`
	Height    int        `json:"height"`
	Center    [2]float64 `json:"center"`
	Zoom      float64    `json:"zoom"`
	MaxIter   int32      `json:"max_iter"`
	Schedule  string     `json:"schedule"`
	Chunk     int        `json:"chunk"`
	Out       []string   `json:"out"`
	Imbalance string     `json:"imbalance"`
	commonParams
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
	r.Params = mandelbrotParams{m.Width, m.Height, [2]float64{m.Re, m.Im}, m.Zoom, m.MaxIter, m.Schedule.String(), m.Chunk,
		append([]string{}, m.Out...), m.Imbalance, r.common()}
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
