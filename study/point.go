package study

import (
	"context"
	"errors"
	"math"
	"slices"
	"time"

	"hybrid/mpi"
	"hybrid/solvers/task"
	"hybrid/study/result"
)

// A point is a kernel of one size on one placement. Members of the placement have its work;
// the first rank, which is on every placement, has all that was measured.
type point struct {
	kernel    Kernel
	size      task.Size
	placement *placement

	work    task.Measured // while it is open, on members
	verdict task.Verdict
	answer  string
	limit   result.Limit
	runs    []run
	spent   time.Duration // that runs took, with what prepares them
	launch  float64       // seconds that a run with next to no work takes, on devices
}

// A run is one timed run: seconds on the slowest rank, and of computing on the mean
// rank and on the busiest one.
type run struct{ seconds, mean, busiest float64 }

// open makes the work ready, checks it and runs it once more to warm up. Members
// call it.
func (p *point) open(ctx context.Context, cfg *Config) error {
	if err := p.placement.comm.Agree(context.Cause(ctx)); err != nil {
		return err
	}
	var err error
	if p.work, err = p.kernel.Open(ctx, p.placement.place(cfg), p.size, cfg.DType, cfg.Seed); err != nil {
		if _, given := cfg.Sizes[p.kernel.Name]; given {
			err = &SizeError{p.kernel.Name, p.kernel.size(p.size).String(), err}
		}
		return err
	}
	// A rank that leaves a run alone leaves the others waiting: they stop between runs.
	ctx = context.WithoutCancel(ctx)
	if err := p.work.Prepare(ctx); err != nil {
		return err
	}
	run, err := p.work.Run(ctx, task.Sampled)
	if err != nil {
		return err
	}
	if p.answer, err = p.work.Answer(); err != nil {
		return err
	}
	if p.verdict = *run.Verdict; p.verdict.Answer == task.No {
		return &WrongError{p.kernel.Name, p.kernel.size(p.size).String(), p.verdict.Detail, p.placement.ranks, p.placement.threads, p.placement.name}
	}
	return p.time(ctx, nil)
}

// close gives the work back.
func (p *point) close() error {
	if p.work == nil {
		return nil
	}
	w := p.work
	p.work = nil
	return w.Close()
}

// time makes a run and gives keep what it took, on every member: from a barrier that
// all leave together to the end of the last one.
func (p *point) time(ctx context.Context, keep func(run)) error {
	if err := p.work.Prepare(ctx); err != nil {
		return err
	}
	c := p.placement.comm
	if err := c.Barrier(); err != nil {
		return err
	}
	spent, err := p.work.Run(ctx, task.Unchecked)
	if err != nil {
		return err
	}
	busy := min(spent.Compute, spent.Elapsed).Seconds()
	most := []float64{spent.Elapsed.Seconds(), busy}
	if err := mpi.Allreduce(c, most, most, mpi.Max); err != nil {
		return err
	}
	sum := []float64{busy}
	if err := mpi.Allreduce(c, sum, sum, mpi.Sum); err != nil {
		return err
	}
	if keep != nil {
		keep(run{most[0], sum[0] / float64(c.Size()), most[1]})
	}
	return nil
}

// measure makes so many timed runs. Members call it.
func (p *point) measure(ctx context.Context, runs int) error {
	began := time.Now()
	defer func() { p.spent += time.Since(began) }()
	for range runs {
		if err := p.placement.comm.Agree(context.Cause(ctx)); err != nil {
			return err
		}
		if err := p.time(context.WithoutCancel(ctx), func(r run) { p.runs = append(p.runs, r) }); err != nil {
			return err
		}
	}
	return nil
}

// bound measures the limit for about d, and keeps the higher of two: what disturbs
// a machine makes limits lower, never higher. link is what a node sends to another
// one, in bytes a second, 0 where that is not known. Members call it.
func (p *point) bound(d time.Duration, link float64, cfg *Config) error {
	l, err := p.work.Limit(context.Background(), d, func() (float64, error) { return p.placement.bandwidth(cfg) })
	if err != nil {
		return err
	}
	if l = networked(l, p.work.Work(), p.placement.nodes, link); l.Rate > p.limit.Rate {
		p.limit = l
	}
	return nil
}

// networked is a limit, or that of what the nodes have to send each other where it
// is lower.
func networked(l result.Limit, about task.Work, nodes int, link float64) result.Limit {
	if nodes < 2 || about.Between == nil || link == 0 {
		return l
	}
	rate := about.Units * float64(nodes) * link / about.Between(nodes)
	if l.Rate > 0 && l.Rate <= rate {
		return l
	}
	return result.Limit{Rate: rate, By: "network", Text: "that the nodes can send each other"}
}

func (p *point) seconds() []float64 {
	all := make([]float64, len(p.runs))
	for i, r := range p.runs {
		all[i] = r.seconds
	}
	return all
}

// typical is the run with the median time, or the one next to it.
func (p *point) typical() run {
	median := result.NewSample(p.seconds()).Median
	return slices.MinFunc(p.runs, func(a, b run) int {
		x, y := math.Abs(a.seconds-median), math.Abs(b.seconds-median)
		switch {
		case x < y:
			return -1
		case x > y:
			return 1
		}
		return 0
	})
}

// parts divide a run's time.
func (p *point) parts() result.Parts {
	r := p.typical()
	launch := min(p.launch, r.mean)
	parts := result.Parts{Compute: r.mean - launch, Launch: launch, Imbalance: r.busiest - r.mean, Messages: r.seconds - r.busiest}
	if p.placement.ranks == 1 {
		parts.Imbalance, parts.Messages = parts.Imbalance+parts.Messages, 0
	}
	return parts
}

// result is what the first rank knows of the point. It must have been open.
func (p *point) result(cfg *Config) result.Point {
	w := p.work.Work()
	r := result.Point{
		Kernel: p.kernel.Name, DType: cfg.DType, Size: p.kernel.size(p.size),
		Ranks: p.placement.ranks, Threads: p.placement.threads, Device: p.placement.name,
		Unit: p.kernel.Unit, Work: w.Units, Seconds: result.NewSample(p.seconds()), Limit: p.limit,
		Flops: w.Flops, Bytes: w.Bytes, Parts: p.parts(), Verified: p.verdict.Answer == task.Yes, Check: p.verdict.Detail,
	}
	r.Rate = r.Work / r.Seconds.Median
	if r.Limit.Rate > 0 {
		r.Fraction = r.Rate / r.Limit.Rate
	}
	return r
}

// closeAll closes points, all of them whatever befalls one.
func closeAll(points []*point) error {
	var errs []error
	for _, p := range points {
		errs = append(errs, p.close())
	}
	return errors.Join(errs...)
}
