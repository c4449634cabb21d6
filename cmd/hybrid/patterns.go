package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"hybrid/internal/cores"
	"hybrid/internal/number"
	"hybrid/internal/option"
	"hybrid/mpi"
	"hybrid/solvers/patterns"
)

// A patternsConfig is what patterns is to do.
type patternsConfig struct {
	*computeConfig
	patterns.Problem
}

func (c *patternsConfig) declare(o *option.Set) {
	o.Group("Patterns")
	c.Patterns = patterns.Names
	o.Func("patterns", "", c.readNames, func() any { return c.Patterns }, option.Arg("NAME,..."), option.Choices(patterns.Names...), option.Forms(
		"ring", "all-reduce around a ring",
		"doubling", "all-reduce by a butterfly, recursive doubling",
		"rabenseifner", "all-reduce by a butterfly of halves",
		"tree", "broadcast down a binomial tree",
		"scatter-gather", "deal out, square and collect",
		"pipeline", "a sum along a line of stages, in parts",
		"halo-1d", "edges to both neighbours on a ring",
		"halo-2d", "edges to four neighbours on a torus",
		"alltoall", "a message to every rank, in pairs",
		"pair", "messages between ranks 0 and 1, 2 and 3 ..., one after the other: the lower one sends first"), option.Default("all of them"))
	c.Sizes, _ = parseSizes("8..1M")
	o.Func("sizes", "of messages, in bytes, as 8, 64K or 1M; 8..1M are all doublings. The size of the vector that is reduced or broadcast, of what "+
		"one rank sends to one other, of an edge; cut to whole elements", func(text string) (err error) {
		c.Sizes, err = parseSizes(text)
		return err
	}, func() any { return c.Sizes }, option.Arg("SIZE,..."), option.Default("8..1M"), option.Size)
	o.Int(&c.Iterations, "iterations", 0, "that are timed", option.Range(1, patterns.MaxIterations), option.Default("200 up to 8 KiB, 50 above"))
	o.Int(&c.Warmup, "warmup", 10, "that are not, before them", option.Range(0, patterns.MaxIterations))
	o.Func("segment", "bytes of a part of the pipeline", func(text string) (err error) {
		c.Segment, err = parseSize(text)
		return err
	}, func() any { return c.Segment }, option.Arg("SIZE"), option.Default("64K"))
	o.Choice(&c.DType, "dtype", "of the elements", option.Choices("f64", "f32", "i64", "i32"), option.Arg("TYPE"))
	o.Uint64(&c.Seed, "seed", 0, ignored("Nothing is random here"))
	o.Group("Run")
	o.Int(&c.Ranks, "ranks", 0, "ranks inside this process. One alone is refused, for it has nobody to send to. Not with mpirun or srun, whose tasks "+
		"are the ranks", option.Range(1, maxWorkers), option.Default("one for each core, 2 to 8"))
	o.Toggle(&c.Verify, "verify", ignored("Results are always compared with the library's, and with the documented order of sums"))
}

// readNames reads names of patterns with commas between them.
func (c *patternsConfig) readNames(text string) error {
	c.Patterns = strings.Split(text, ",")
	for _, name := range c.Patterns {
		if !slices.Contains(patterns.Names, name) {
			return option.WantItem(name, patterns.Names, "want some of "+strings.Join(patterns.Names, ", ")+", with commas between them")
		}
	}
	return nil
}

// check has a process that no launcher started, and that was not told how many
// ranks to have, run one for each core, two at least: one has nobody to send to.
func (c *patternsConfig) check(r *reader) {
	const most = 8 // an exchange of all with all takes memory as their square
	l, launched := mpi.Detect()
	switch {
	case c.Ranks == 1:
		r.fail("%s is 1, and one rank has nobody to send messages to: want 2 or more", r.Name("ranks"))
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
