package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"hybrid/internal/cores"
	"hybrid/internal/number"
	"hybrid/mpi"
	"hybrid/solvers/patterns"
)

var patternsOptions = []option{
	{name: "patterns", values: patterns.Names},
	{name: "sizes"},
	{name: "iterations"},
	{name: "warmup"},
	{name: "segment"},
	{name: "dtype", values: []string{"f64", "f32", "i64", "i32"}},
}

// A patternsConfig is what patterns is to do.
type patternsConfig struct {
	*computeConfig
	patterns.Problem
}

func readPatterns(r *reader, common *computeConfig) work {
	c := &patternsConfig{computeConfig: common}
	c.Patterns = patterns.Names
	if v, ok := r.text("patterns"); ok {
		c.Patterns = strings.Split(v, ",")
		for _, name := range c.Patterns {
			if !slices.Contains(patterns.Names, name) {
				r.fail("%s has %q%s: want some of %s, with commas between them",
					r.name("patterns"), name, didYouMean(name, patterns.Names, ""), strings.Join(patterns.Names, ", "))
			}
		}
	}
	common.sizes = []string{"sizes"}
	c.Sizes, _ = parseSizes("8..1M")
	if v, ok := r.text("sizes"); ok {
		var err error
		if c.Sizes, err = parseSizes(v); err != nil {
			r.fail("%s is %q: %w", r.name("sizes"), v, err)
		}
	}
	c.Iterations = r.whole("iterations", 0, 1, patterns.MaxIterations)
	c.Warmup = r.whole("warmup", 10, 0, patterns.MaxIterations)
	if v, ok := r.text("segment"); ok {
		n, err := parseSize(v)
		if err != nil {
			r.fail("%s is %q: %w", r.name("segment"), v, err)
		}
		c.Segment = n
	}
	c.chooseRanks(r)
	return c.run
}

// chooseRanks has a process that no launcher started, and that was not told how many
// ranks to have, run one for each core, two at least: one has nobody to send to.
func (c *patternsConfig) chooseRanks(r *reader) {
	const most = 8 // an exchange of all with all takes memory as their square
	l, launched := mpi.Detect()
	switch {
	case c.Ranks == 1:
		r.fail("%s is 1, and one rank has nobody to send messages to: want 2 or more", r.name("ranks"))
	case c.Ranks == 0 && !(launched && l.Size != 1):
		c.Ranks = min(max(cores.Usable(), 2), most)
	}
}

// parseSizes reads sizes with commas between them. FROM..TO are all doublings of
// FROM up to TO.
func parseSizes(text string) ([]int, error) {
	var sizes []int
	for _, part := range strings.Split(text, ",") {
		from, to, through := strings.Cut(part, "..")
		if !through {
			to = from
		}
		lo, err := parseSize(from)
		if err != nil {
			return nil, err
		}
		hi, err := parseSize(to)
		if err != nil {
			return nil, err
		}
		if lo > hi {
			return nil, fmt.Errorf("%s is more than %s", from, to)
		}
		for ; lo <= hi; lo *= 2 {
			sizes = append(sizes, lo)
		}
	}
	return sizes, nil
}

// parseSize reads a number of bytes, as 8, 64K or 1M.
func parseSize(text string) (int, error) {
	v, err := number.ParseBytes(text)
	if err != nil || v == 0 || v > patterns.MaxSize {
		return 0, fmt.Errorf("%q is no number of bytes from 1 to 1G, such as 8, 64K or 1M", text)
	}
	return int(v), nil
}

// run checks and times.
func (c *patternsConfig) run(j *job) (*outcome, error) {
	run := map[string]func(context.Context, *mpi.Comm, patterns.Problem, func(patterns.Row)) ([]patterns.Row, error){
		"f64": patterns.Run[float64], "f32": patterns.Run[float32], "i64": patterns.Run[int64], "i32": patterns.Run[int32],
	}[c.DType]
	done := j.progress("rows", len(c.Patterns)*len(c.Sizes), func(float64) string { return "" })
	n := 0
	began := time.Now()
	rows, err := run(j.ctx, j.comm, c.Problem, func(patterns.Row) { n++; done(n) })
	if err != nil {
		return nil, err
	}
	o := &outcome{Seconds: time.Since(began).Seconds(), Threads: 1}
	verdict := patterns.Verdict(rows)
	o.Verdict = &verdict
	o.Report = func(r *report) error { return c.report(j, r, rows) }
	return o, nil
}
