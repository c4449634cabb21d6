package quadrature

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"math"
	"strings"
	"time"
	"unicode"

	"hybrid/internal/plain"
	"hybrid/internal/units"
	"hybrid/solvers/task"
	"hybrid/solvers/task/option"
)

// Statement is hybrid integrate.
func Statement(c *task.Common) task.Problem { return &statement{Common: c} }

type statement struct {
	*task.Common
	Problem
	formula string // as given
}

//go:embed help.txt
var help string

func (p *statement) About() task.About {
	return task.About{Name: "integrate", Summary: "integrate a function of one variable", Help: help, OnCPU: true}
}

func (p *statement) Declare(o *option.Set) {
	o.Group("Problem")
	o.Text(&p.formula, "func", "4/(1+x^2)", "a formula in x: numbers, pi, e, + - * / % ^ ( ) and abs acos acosh asin asinh atan atanh cbrt ceil "+
		"cos cosh erf erfc exp floor gamma log log10 log2 sin sinh sqrt tan tanh. -x^2 is -(x^2), 2^3^2 is 2^9, x**2 is x^2, -7%3 is -1. "+
		"Numbers are 2, .5, 1e-3, 1_000, 0x1f, 0b101 or 0o17; every product has its *, and nothing is a comment. The formulas of hybrid solve are another language", option.Arg("FORMULA"),
		option.Bare, option.Meant("f", "function", "formula", "expr", "expression"))
	o.Extended(&p.A, "a", 0, "where the interval begins; inf and -inf are allowed: --a=-inf")
	o.Extended(&p.B, "b", 1, "where it ends; it may lie below a. In JSON an infinite end is the string \"inf\" or \"-inf\"")
	o.Named(&p.Rule, "rule", "", option.Arg("RULE"), option.Explained(
		"midpoint", "the middle of each part",
		"trapezoid", "the ends of each part",
		"simpson", "both; an even number of parts",
		"gauss", "5 points of each part (Gauss-Legendre)",
		"adaptive", "halves parts where it pays, until --tolerance is met (Gauss-Kronrod, 7 of 15)"))
	o.Uint64(&p.N, "n", 1e6, "parts of the interval", option.Range(1, MaxParts))
	o.Positive(&p.Tolerance, "tolerance", 0, "of the adaptive rule, an absolute error", option.Default("1e-10"))
	o.Choice(&p.DType, "dtype", task.Ignored("It computes in f64"), option.Choices("f64", "f32"), option.Arg("TYPE"))
	o.Uint64(&p.Seed, "seed", 0, task.Ignored("Nothing is random here"))
	o.Group("Run")
	o.Toggle(&p.Common.Verify, "verify", "compute the integral again by another rule, and say whether the result lies within its error: yes, no or cannot tell")
}

func (p *statement) Check(c *task.Checker) {
	f, err := Parse(p.formula)
	if err != nil {
		c.Refuse(badFormula(c.Name("func"), err))
	}
	p.F = f
	adaptive := p.Rule == Adaptive
	switch {
	case c.Err != nil:
	case p.Tolerance > 0 && !adaptive:
		c.Fail("%s is for --rule adaptive: the others take --n parts", c.Name("tolerance"))
	case c.Given("n") && adaptive:
		c.Fail("%s is not for --rule adaptive, which takes as many parts as it needs for --tolerance", c.Name("n"))
	case p.Rule == Simpson && p.N%2 == 1:
		c.Fail("%s is %d: Simpson's rule wants an even number of parts", c.Name("n"), p.N)
	case p.A == p.B && math.IsInf(p.A, 0):
		c.Fail("%s and %s are the same infinity: an interval has two ends", c.Name("a"), c.Name("b"))
	case math.IsInf(p.B-p.A, 0) && !math.IsInf(p.A, 0) && !math.IsInf(p.B, 0):
		c.Fail("%s and %s are further apart than the largest number: take -inf and inf", c.Name("a"), c.Name("b"))
	case adaptive && p.Tolerance == 0:
		p.Tolerance = 1e-10
	}
}

// badFormula shows the place of the formula that is wrong.
func badFormula(flag string, err error) error {
	var at *SyntaxError
	if !errors.As(err, &at) {
		return task.Bad("%s: %w", flag, err)
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
	return &task.PlaceError{
		Err:   task.Bad("%s: %s at character %d of the formula", flag, plain.Line(at.Msg), at.At+1),
		Lines: fmt.Sprintf("  %s%s%s\n  %s^", before, string(text[from:to]), after, strings.Repeat(" ", len(before)+at.At-from)),
	}
}

// An integral is the problem on one rank.
type integral struct {
	*statement
	job     *task.Job
	options Options
	result  Result
}

func (p *statement) Open(_ context.Context, j *task.Job) (task.Task, error) {
	t := &integral{statement: p, job: j, options: Options{Threads: j.Threads, ISA: j.ISA}}
	if p.Rule != Adaptive {
		done := j.Progress("points", int(p.Points()), func(rate float64) string { return units.SI(rate) + " points/s" })
		t.options.Progress = func(points uint64) { done(int(points)) }
	}
	return t, nil
}

func (t *integral) Prepare(context.Context) error { return nil }
func (t *integral) Close() error                  { return nil }

func (t *integral) Run(ctx context.Context, e task.Effort) (run task.Run, err error) {
	began := time.Now()
	if t.result, err = t.Problem.Run(ctx, t.job.Comm, t.options); err != nil {
		return run, t.explain(ctx, err)
	}
	run.Elapsed = time.Since(began)
	if e == task.Unchecked {
		return run, nil
	}
	v, err := t.Problem.Verify(ctx, t.job.Comm, t.result, t.options)
	run.Verdict = &v
	return run, t.explain(ctx, err)
}

// explain says of an error that the function or the interval is to blame, unless
// the run was ended.
func (t *integral) explain(ctx context.Context, err error) error {
	if err == nil || ctx.Err() != nil {
		return err
	}
	if text, own := strings.CutPrefix(err.Error(), "quadrature: "); own {
		err = errors.New(text)
	}
	return task.BadInput(t.job.Name("func"), err)
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

func (t *integral) Report(ctx context.Context, r *task.Report) error {
	by := Limit{}
	peak, err := t.job.Best(ctx, func() (_ float64, err error) {
		by, err = t.Limit(r.Probe(100*time.Millisecond), Options{Threads: t.job.Threads, ISA: t.job.ISA})
		return by.Points, err
	})
	if err != nil {
		return err
	}
	m := integrateMetrics{PointsPerSecond: r.PerSecond(float64(t.result.Points)), PeakPointsPerSecond: peak, Limit: by.By, PeakBytes: r.PeakBytes}
	parts := fmt.Sprintf("%d parts", t.N)
	if t.Rule == Adaptive {
		r.Params.Set("n", 0) // as many as it needed
		parts = fmt.Sprintf("tolerance %g", t.Tolerance)
	}
	result := integrateResult{Value: t.result.Value, Points: t.result.Points}
	estimate := "error unknown"
	if !math.IsInf(t.result.Error, 0) {
		result.Error, estimate = &t.result.Error, fmt.Sprintf("estimated error %.2g", t.result.Error)
	}
	r.Params.Set("func", t.F.String())
	r.Say("integral", "of %s from %g to %g", plain.Line(Short(t.F.String())), t.A, t.B)
	r.Say("rule", "%v, %s, %d points", t.Rule, parts, t.result.Points)
	r.Say("result", "%.17g, %s", t.result.Value, estimate)
	words := map[string]string{ByDividers: "that the dividers allow", ByFormula: "that the formula alone reaches in cache"}
	m.PeakFraction = r.Speed(m.PointsPerSecond, "points", task.Limit{Rate: peak, Text: words[by.By]})
	r.Recheck = "computes the integral again by another rule"
	r.Result, r.Metrics = result, m
	return nil
}
