package patterns

import (
	"context"
	_ "embed"
	"fmt"
	"slices"
	"strings"
	"time"

	"hybrid/internal/cores"
	"hybrid/internal/number"
	"hybrid/mpi"
	"hybrid/solvers/task"
	"hybrid/solvers/task/option"
)

// Statement is hybrid patterns.
func Statement(c *task.Common) task.Problem { return &statement{Common: c} }

type statement struct {
	*task.Common
	Problem
}

//go:embed help.txt
var help string

func (p *statement) About() task.About {
	return task.About{Name: "patterns", Summary: "check and time patterns of communication", Help: help, OnCPU: true}
}

func (p *statement) Declare(o *option.Set) {
	o.Group("Patterns")
	p.Patterns = Names
	o.Func("patterns", "", p.readNames, func() any { return p.Patterns }, option.Arg("NAME,..."), option.Choices(Names...), option.Forms(
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
	p.Sizes, _ = parseSizes("8..1M")
	o.Func("sizes", "of messages, in bytes, as 8, 64K or 1M; 8..1M are all doublings. The size of the vector that is reduced or broadcast, of what "+
		"one rank sends to one other, of an edge; cut to whole elements", func(text string) (err error) {
		p.Sizes, err = parseSizes(text)
		return err
	}, func() any { return p.Sizes }, option.Arg("SIZE,..."), option.Default("8..1M"), option.Size)
	o.Int(&p.Iterations, "iterations", 0, "that are timed", option.Range(1, MaxIterations), option.Default("200 up to 8 KiB, 50 above"))
	o.Int(&p.Warmup, "warmup", 10, "that are not, before them", option.Range(0, MaxIterations))
	o.Func("segment", "bytes of a part of the pipeline", func(text string) (err error) {
		p.Segment, err = parseSize(text)
		return err
	}, func() any { return p.Segment }, option.Arg("SIZE"), option.Default("64K"))
	o.Choice(&p.DType, "dtype", "of the elements", option.Choices("f64", "f32", "i64", "i32"), option.Arg("TYPE"))
	o.Uint64(&p.Seed, "seed", 0, task.Ignored("Nothing is random here"))
	o.Group("Run")
	o.Int(&p.Ranks, "ranks", 0, "ranks inside this process. One alone is refused, for it has nobody to send to. Not with mpirun or srun, whose tasks "+
		"are the ranks", option.Range(1, task.MaxWorkers), option.Default("one for each core, 2 to 8"))
	o.Toggle(&p.Verify, "verify", task.Ignored("Results are always compared with the library's, and with the documented order of sums"))
}

// readNames reads names of patterns with commas between them.
func (p *statement) readNames(text string) error {
	p.Patterns = strings.Split(text, ",")
	for _, name := range p.Patterns {
		if !slices.Contains(Names, name) {
			return option.WantItem(name, Names, "want some of "+strings.Join(Names, ", ")+", with commas between them")
		}
	}
	return nil
}

// Check has a process that no launcher started, and that was not told how many
// ranks to have, run one for each core, two at least: one has nobody to send to.
func (p *statement) Check(c *task.Checker) {
	const most = 8 // an exchange of all with all takes memory as their square
	l, launched := mpi.Detect()
	switch {
	case p.Ranks == 1:
		c.Fail("%s is 1, and one rank has nobody to send messages to: want 2 or more", c.Name("ranks"))
	case p.Ranks == 0 && !(launched && l.Size != 1):
		p.Ranks = min(max(cores.Usable(), 2), most)
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
	if err != nil || v == 0 || v > MaxSize {
		return 0, fmt.Errorf("%q is no number of bytes from 1 to 1G, such as 8, 64K or 1M", text)
	}
	return int(v), nil
}

// A timing is the problem on one rank.
type timing struct {
	*statement
	job  *task.Job
	rows []Row
}

func (p *statement) Open(_ context.Context, j *task.Job) (task.Task, error) {
	return &timing{statement: p, job: j}, nil
}

func (t *timing) Prepare(context.Context) error { return nil }
func (t *timing) Close() error                  { return nil }

// Run checks and times: the results are compared whatever the effort.
func (t *timing) Run(ctx context.Context, _ task.Effort) (run task.Run, err error) {
	of := map[string]func(context.Context, *mpi.Comm, Problem, func(Row)) ([]Row, error){
		"f64": Run[float64], "f32": Run[float32], "i64": Run[int64], "i32": Run[int32],
	}[t.DType]
	done := t.job.Progress("rows", len(t.Patterns)*len(t.Sizes), func(float64) string { return "" })
	n, began := 0, time.Now()
	if t.rows, err = of(ctx, t.job.Comm, t.Problem, func(Row) { n++; done(n) }); err != nil {
		return run, err
	}
	v := Verdict(t.rows)
	return task.Run{Elapsed: time.Since(began), Threads: 1, Verdict: &v}, nil
}
