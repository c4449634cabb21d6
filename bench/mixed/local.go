package main

import (
	"context"
	"fmt"
	"hash/fnv"
	"time"
	"unsafe"

	"hybrid/gpu"
	"hybrid/mpi"
	"hybrid/solvers/heat"
)

// problem is the contest's equation.
func (c contest) problem() heat.Problem {
	h := 1 / float64(c.points-1)
	return heat.Problem{NX: c.points, NY: c.points, Alpha: 0.1, DX: h, DY: h, DT: 0.9 * heat.StableDT(0.1, h, h)}
}

// solver returns what solves the contest, with even rows or by speed, nil if this
// machine cannot.
func (c contest) solver() (func(bySpeed bool) (outcome, error), error) {
	for _, r := range c.ranks {
		if r.running < 1 {
			return c.stopper()
		}
	}
	return func(bySpeed bool) (outcome, error) { return solve(c.problem(), c.ranks, c.steps, bySpeed) }, nil
}

// options are a rank's, and what gives its device back.
func (r rank) options() (heat.Options, func() error) {
	o := heat.Options{ISA: r.isa, Threads: 1}
	if !r.sim {
		return o, func() error { return nil }
	}
	o.Device = gpu.Sim(gpu.SimOptions{})
	return o, o.Device.Close
}

// solve runs ranks of this process.
func solve(p heat.Problem, ranks []rank, steps int, bySpeed bool) (out outcome, err error) {
	err = mpi.Run(len(ranks), func(c *mpi.Comm) error {
		o, closeDevice := ranks[c.Rank()].options()
		defer closeDevice()
		if o.Steps = steps; !bySpeed {
			o.Partition = heat.Even(p.NY, len(ranks))
		}
		if err := c.Barrier(); err != nil {
			return err
		}
		began := time.Now()
		s, err := heat.New[float64](c, p, o)
		if err != nil {
			return err
		}
		defer func() { s.Close() }()
		took := time.Since(began)
		initial, err := heat.Initial[float64]("gaussian", p)
		if err != nil {
			return err
		}
		if err := s.Fill(initial); err != nil {
			return err
		}
		began = time.Now()
		if err := s.Run(context.Background(), steps); err != nil {
			return err
		}
		if err := c.Barrier(); err != nil {
			return err
		}
		took += time.Since(began)
		field, err := hash(c, s)
		if c.Rank() == 0 {
			out = outcome{seconds: took.Seconds(), moves: s.Costs().Moves, field: field}
			for r := range ranks {
				lo, hi := s.Partition.Rows(r)
				out.rows = append(out.rows, hi-lo)
			}
		}
		return err
	})
	return out, err
}

// hash is a hash of the whole field: the sum of those of its rows, each with its
// number.
func hash(c *mpi.Comm, s *heat.Solver[float64]) (string, error) {
	sum := []int64{0}
	row := make([]float64, s.Problem.NX)
	for i, hi := s.Rows(); i < hi; i++ {
		if err := s.Row(i, row); err != nil {
			return "", err
		}
		h := fnv.New64a()
		fmt.Fprint(h, i, ":")
		h.Write(unsafe.Slice((*byte)(unsafe.Pointer(&row[0])), 8*len(row)))
		sum[0] += int64(h.Sum64())
	}
	err := mpi.Allreduce(c, sum, sum, mpi.Sum)
	return fmt.Sprintf("%016x", uint64(sum[0])), err
}

// alone is the field that one rank makes, with the last rank's instruction set.
func (c contest) alone() (string, error) {
	out, err := solve(c.problem(), c.ranks[len(c.ranks)-1:], c.steps, false)
	return out.field, err
}

// speed is how many points a second a rank updates alone, where nobody stops it more
// than in the contest. A simulated device has fewer rows, which take long enough.
func (c contest) speed(r rank) (perSecond float64, err error) {
	p := c.problem()
	if r.sim {
		p.NY = 2 + p.NY/8
	}
	err = mpi.Run(1, func(comm *mpi.Comm) error {
		o, closeDevice := r.options()
		defer closeDevice()
		s, err := heat.New[float64](comm, p, o)
		if err != nil {
			return err
		}
		defer s.Close()
		for began := time.Now(); time.Since(began) < 100*time.Millisecond; {
			if err := s.Run(context.Background(), min(s.HaloDepth(), c.steps)); err != nil {
				return err
			}
		}
		costs := s.Costs()
		perSecond = costs.Updates / (costs.Halo + costs.Compute).Seconds()
		return nil
	})
	return perSecond * r.running, err
}
