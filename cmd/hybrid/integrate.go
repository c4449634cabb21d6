package main

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"time"
	"unicode"

	"hybrid/internal/option"
	"hybrid/internal/units"
	"hybrid/solvers/quadrature"
)

// An integrateConfig is what integrate is to do.
type integrateConfig struct {
	*computeConfig
	quadrature.Problem
	formula, rule string // as given
}

func (c *integrateConfig) declare(o *option.Set) {
	o.Group("Problem")
	o.Text(&c.formula, "func", "4/(1+x^2)", "a formula in x: numbers, pi, e, + - * / % ^ ( ) and abs acos acosh asin asinh atan atanh cbrt ceil "+
		"cos cosh erf erfc exp floor gamma log log10 log2 sin sinh sqrt tan tanh. -x^2 is -(x^2), 2^3^2 is 2^9, x**2 is x^2, -7%3 is -1. "+
		"Numbers are 2, .5, 1e-3, 1_000, 0x1f, 0b101 or 0o17; every product has its *, and nothing is a comment", option.Arg("FORMULA"))
	o.Extended(&c.A, "a", 0, "where the interval begins; inf and -inf are allowed: --a=-inf")
	o.Extended(&c.B, "b", 1, "where it ends; it may lie below a. In JSON an infinite end is the string \"inf\" or \"-inf\"")
	o.Choice(&c.rule, "rule", "", option.Arg("RULE"), option.Explained(
		"midpoint", "the middle of each part",
		"trapezoid", "the ends of each part",
		"simpson", "both; an even number of parts",
		"gauss", "5 points of each part (Gauss-Legendre)",
		"adaptive", "halves parts where it pays, until --tolerance is met (Gauss-Kronrod, 7 of 15)"))
	o.Uint64(&c.N, "n", 1e6, "parts of the interval", option.Range(1, quadrature.MaxParts))
	o.Positive(&c.Tolerance, "tolerance", 0, "of the adaptive rule, an absolute error", option.Default("1e-10"))
	o.Choice(&c.DType, "dtype", ignored("It computes in f64"), option.Choices("f64", "f32"), option.Arg("TYPE"))
	o.Uint64(&c.Seed, "seed", 0, ignored("Nothing is random here"))
	o.Group("Run")
	o.Toggle(&c.computeConfig.Verify, "verify", "compute the integral again by another rule, and say whether the result lies within its error: yes, no or cannot tell")
}

func (c *integrateConfig) check(r *reader) {
	f, err := quadrature.Parse(c.formula)
	if err != nil && r.err == nil {
		r.err = badFormula(r.Name("func"), err)
	}
	c.F = f
	if c.Rule, err = quadrature.ParseRule(c.rule); err != nil {
		r.fail("%w", err)
	}
	adaptive := c.Rule == quadrature.Adaptive
	switch {
	case r.err != nil:
	case c.Tolerance > 0 && !adaptive:
		r.fail("%s is for --rule adaptive: the others take --n parts", r.Name("tolerance"))
	case r.Given("n") && adaptive:
		r.fail("%s is not for --rule adaptive, which takes as many parts as it needs for --tolerance", r.Name("n"))
	case c.Rule == quadrature.Simpson && c.N%2 == 1:
		r.fail("%s is %d: Simpson's rule wants an even number of parts", r.Name("n"), c.N)
	case c.A == c.B && math.IsInf(c.A, 0):
		r.fail("%s and %s are the same infinity: an interval has two ends", r.Name("a"), r.Name("b"))
	case math.IsInf(c.B-c.A, 0) && !math.IsInf(c.A, 0) && !math.IsInf(c.B, 0):
		r.fail("%s and %s are further apart than the largest number: take -inf and inf", r.Name("a"), r.Name("b"))
	case adaptive && c.Tolerance == 0:
		c.Tolerance = 1e-10
	}
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

type integrateResult struct {
	Value  float64  `json:"value"`
	Error  *float64 `json:"error"` // null: one part has nothing to compare with
	Points uint64   `json:"points"`
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
	if c.computeConfig.Verify {
		v, err := c.Problem.Verify(j.ctx, j.comm, integral, options)
		if err != nil {
			return nil, c.explain(err)
		}
		o.Verdict = &v
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
	p, parts := r.params().Set("func", c.F.String()), fmt.Sprintf("%d parts", c.N)
	if c.Rule == quadrature.Adaptive {
		p.Set("n", 0) // as many as it needed
		parts = fmt.Sprintf("tolerance %g", c.Tolerance)
	}
	result := integrateResult{Value: integral.Value, Points: integral.Points}
	estimate := "error unknown"
	if !math.IsInf(integral.Error, 0) {
		result.Error, estimate = &integral.Error, fmt.Sprintf("estimated error %.2g", integral.Error)
	}
	r.say("integral", "of %s from %g to %g", oneLine(quadrature.Short(c.F.String())), c.A, c.B)
	r.say("rule", "%s, %s, %d points", c.rule, parts, integral.Points)
	r.say("result", "%.17g, %s", integral.Value, estimate)
	words := map[string]string{
		quadrature.ByDividers: "that the dividers allow",
		quadrature.ByFormula:  "that the formula alone reaches in cache",
	}
	m.PeakFraction = r.speed(m.PointsPerSecond, peak, "points", words[limit.By])
	r.verify = "computes the integral again by another rule"
	r.Params, r.Result, r.Metrics = p, result, m
	return nil
}
