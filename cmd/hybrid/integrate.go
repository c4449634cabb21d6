package main

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"time"
	"unicode"

	"hybrid/internal/units"
	"hybrid/solvers/quadrature"
	"hybrid/solvers/task"
)

var quadratureRules = []string{"midpoint", "trapezoid", "simpson", "gauss", "adaptive"}

var integrateOptions = []option{
	{name: "func"}, {name: "a"}, {name: "b"}, {name: "n"},
	{name: "rule", values: quadratureRules},
	{name: "tolerance"},
}

// An integrateConfig is what integrate is to do.
type integrateConfig struct {
	*computeConfig
	quadrature.Problem
}

func readIntegrate(r *reader, common *computeConfig) work {
	c := &integrateConfig{computeConfig: common}
	formula, ok := r.text("func")
	if !ok {
		formula = "4/(1+x^2)"
	}
	f, err := quadrature.Parse(formula)
	if err != nil && r.err == nil {
		r.err = badFormula(r.name("func"), err)
	}
	c.F = f
	c.A, c.B = r.finite("a", 0), r.finite("b", 1)
	rule := r.choice("rule", quadratureRules...)
	if r.err == nil {
		c.Rule, r.err = quadrature.ParseRule(rule)
	}
	c.N = uint64(r.whole("n", 1e6, 1, quadrature.MaxParts))
	c.Tolerance = r.positive("tolerance")
	adaptive := c.Rule == quadrature.Adaptive
	_, given := r.text("n")
	switch {
	case r.err != nil:
	case c.Tolerance > 0 && !adaptive:
		r.fail("%s is for --rule adaptive: the others take --n parts", r.name("tolerance"))
	case given && adaptive:
		r.fail("%s is not for --rule adaptive, which takes as many parts as it needs for --tolerance", r.name("n"))
	case c.Rule == quadrature.Simpson && c.N%2 == 1:
		r.fail("%s is %d: Simpson's rule wants an even number of parts", r.name("n"), c.N)
	case math.IsInf(c.B-c.A, 0):
		r.fail("%s and %s are further apart than the largest number", r.name("a"), r.name("b"))
	case adaptive && c.Tolerance == 0:
		c.Tolerance = 1e-10
	}
	return c.run
}

// badFormula shows the place of the formula that is wrong.
func badFormula(flag string, err error) error {
	var at *quadrature.SyntaxError
	if !errors.As(err, &at) {
		return bad("%s: %w", flag, err)
	}
	// A formula of several lines is shown in one, and of a long one the part around
	// the place.
	const around = 30
	text := []rune(strings.Map(func(c rune) rune {
		if !unicode.IsPrint(c) {
			return ' '
		}
		return c
	}, at.Formula))
	from, to := max(0, at.At-around), min(len(text), at.At+around)
	before, after := "", ""
	if from > 0 {
		before = "..."
	}
	if to < len(text) {
		after = "..."
	}
	return &shownError{
		bad("%s: %s at character %d of the formula", flag, oneLine(at.Msg), at.At+1),
		fmt.Sprintf("  %s%s%s\n  %s^", before, string(text[from:to]), after, strings.Repeat(" ", len(before)+at.At-from)),
	}
}

type integrateParams struct {
	Func      string  `json:"func"`
	A         float64 `json:"a"`
	B         float64 `json:"b"`
	N         uint64  `json:"n"` // 0 for the adaptive rule
	Rule      string  `json:"rule"`
	Tolerance float64 `json:"tolerance"` // 0 for the other rules
	commonParams
}

type integrateResult struct {
	Value  float64  `json:"value"`
	Error  *float64 `json:"error"` // null: one part has nothing to compare with
	Points uint64   `json:"points"`
	Pole   *float64 `json:"pole"` // a place at which the integral does not exist; null: none was seen
}

type integrateMetrics struct {
	PointsPerSecond float64 `json:"points_per_second"`
	// PeakPointsPerSecond is what the dividers allow where the formula is one that
	// has kernels, elsewhere the rate of the formula alone in cache.
	PeakPointsPerSecond float64  `json:"peak_points_per_second"`
	PeakFraction        *float64 `json:"peak_fraction"` // null: too short a run to say
	Limit               string   `json:"limit"`         // "dividers" or "formula"
	PeakBytes           int      `json:"peak_bytes"`
}

// run computes the integral.
func (c *integrateConfig) run(j *job) (*outcome, error) {
	options := quadrature.Options{Threads: j.threads, ISA: j.isa}
	if c.Rule != quadrature.Adaptive {
		done := j.progress("points", int(c.Points()), func(rate float64) string { return units.SI(rate) + " points/s" })
		options.Progress = func(points uint64) { done(int(points)) }
	}
	began := time.Now()
	integral, err := c.Run(j.ctx, j.comm, options)
	if err != nil {
		return nil, c.explain(err)
	}
	o := &outcome{Seconds: time.Since(began).Seconds()}
	if integral.Pole != nil && j.comm.Rank() == 0 && !c.Quiet {
		j.console.say("warning: %s rises at least as fast as 1/distance towards x = %v: it has no integral over that place, and the result means nothing",
			oneLine(quadrature.Short(c.F.String())), *integral.Pole)
	}
	if c.computeConfig.Verify {
		v, err := c.Problem.Verify(j.ctx, j.comm, integral, options)
		if err != nil {
			return nil, c.explain(err)
		}
		o.Verdict = &task.Verdict{Answer: task.No, Detail: v.Detail}
		if v.OK {
			o.Verdict.Answer = task.Yes
		}
	}
	o.Report = func(r *report) error { return c.report(j, r, integral) }
	return o, nil
}

// explain says of an error that the function or the interval is to blame, unless
// the run was ended.
func (c *integrateConfig) explain(err error) error {
	var interrupted *interruption
	if errors.As(err, &interrupted) {
		return err
	}
	if text, own := strings.CutPrefix(err.Error(), "quadrature: "); own {
		err = errors.New(text)
	}
	return badInput(c.name("func"), err)
}

func (c *integrateConfig) report(j *job, r *report, integral quadrature.Result) error {
	limit := quadrature.Limit{}
	peak, err := j.limit(func() (rate float64, err error) {
		limit, err = c.Limit(100*time.Millisecond, quadrature.Options{Threads: j.threads, ISA: j.isa})
		return limit.Points, err
	})
	if err != nil {
		return err
	}
	m := integrateMetrics{PeakPointsPerSecond: peak, Limit: limit.By, PeakBytes: r.peakBytes}
	if r.Seconds > 0 {
		m.PointsPerSecond = float64(integral.Points) / r.Seconds
	}
	p := integrateParams{Func: c.F.String(), A: c.A, B: c.B, N: c.N, Rule: c.Rule.String(), Tolerance: c.Tolerance, commonParams: r.common()}
	parts := fmt.Sprintf("%d parts", c.N)
	if c.Rule == quadrature.Adaptive {
		p.N, parts = 0, fmt.Sprintf("tolerance %g", c.Tolerance)
	}
	result := integrateResult{Value: integral.Value, Points: integral.Points, Pole: integral.Pole}
	estimate := "error unknown"
	if !math.IsInf(integral.Error, 0) {
		result.Error, estimate = &integral.Error, fmt.Sprintf("estimated error %.2g", integral.Error)
	}
	r.say("integral", "of %s from %g to %g", oneLine(quadrature.Short(p.Func)), c.A, c.B)
	r.say("rule", "%s, %s, %d points", p.Rule, parts, integral.Points)
	r.say("result", "%.17g, %s", integral.Value, estimate)
	words := map[string]string{
		quadrature.ByDividers: "that the dividers allow",
		quadrature.ByFormula:  "that the formula alone reaches in cache",
	}
	m.PeakFraction = r.speed(m.PointsPerSecond, peak, "points", words[limit.By])
	r.verify = "compares with another rule"
	r.Params, r.Result, r.Metrics = p, result, m
	return nil
}
