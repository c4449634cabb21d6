package heat

import (
	"context"
	"fmt"
	"hash/fnv"
	"slices"
	"time"

	"hybrid/mpi"
)

// A probe takes about so long; more only where a single step on its smallest field
// does.
const probeTime = 4 * time.Millisecond

// kindsDiffer tells whether ranks compute on different things: devices or processors,
// instruction sets, numbers of threads. It is collective.
func (s *Solver[T]) kindsDiffer() (bool, error) {
	kind := fmt.Sprintf("%v %d", s.kernel.ISA(), s.threads)
	if d := s.options.Device; d != nil {
		kind = d.Info().Kind + " " + d.Info().Name
	}
	h := fnv.New32a()
	h.Write([]byte(kind))
	extremes := []int64{int64(h.Sum32()), -int64(h.Sum32())}
	err := mpi.Allreduce(s.comm, extremes, extremes, mpi.Min)
	return extremes[0] != -extremes[1], err
}

// probe measures on a small field what a row and step cost on this rank, see worker.
// No other rank takes part.
func (s *Solver[T]) probe() (cost float64, err error) {
	if s.options.Device != nil {
		return s.probeDevice()
	}
	const rows, depth = 48, 16 // of a band
	q := s.small(min(s.Problem.NX, 1024), rows*s.threads)
	h, err := newHost(nil, q, q.whole(), plan{bands: s.threads, depth: depth}, s.kernel, s.threads)
	if err != nil {
		return 0, err
	}
	seconds, err := perStep[T](h, depth, probeTime)
	if err != nil {
		return 0, err
	}
	w := worker{threads: s.threads, cost: assumed(q, false)}
	return w.measured(q.NY-2, depth, false, seconds) * float64(s.Problem.NX) / float64(q.NX), nil
}

// probeDevice measures on fields that grow until a step takes long enough to be told
// from what starting it takes: one on the interpreter is slow on the smallest.
func (s *Solver[T]) probeDevice() (cost float64, err error) {
	const (
		enough = 100 * time.Microsecond // for a step
		most   = 1 << 24                // points
	)
	for points := 512; ; points *= 16 {
		nx := min(s.Problem.NX, max(64, points/1024))
		q := s.small(nx, min(max(points/nx, 8), s.Problem.NY-2))
		seconds, err := s.stepOnDevice(q)
		switch {
		case err != nil && cost > 0:
			return cost, nil // the device has no room for more
		case err != nil:
			return 0, err
		}
		cost = seconds / float64(q.NY-2) * float64(s.Problem.NX) / float64(q.NX)
		if seconds > enough.Seconds() || points >= most || points >= s.Problem.Interior() {
			return cost, nil
		}
	}
}

// stepOnDevice is the time of a step on a field of its own.
func (s *Solver[T]) stepOnDevice(q Problem) (seconds float64, err error) {
	k, err := s.kernels()
	if err != nil {
		return 0, err
	}
	d, err := newDevice(s.options.Device, k, q, q.whole(), 1, s.threads)
	if err != nil {
		return 0, err
	}
	d.depth = d.kernels.Depth(q.NY, q.NX)
	seconds, err = perStep[T](d, d.depth, probeTime)
	if e := d.Close(); err == nil {
		err = e
	}
	return seconds, err
}

// small is the problem on fewer points, with a ring of its own.
func (s *Solver[T]) small(nx, rows int) Problem {
	q := s.Problem
	q.NX, q.NY, q.Boundary = max(nx, 3), rows+2, Dirichlet
	return q
}

// perStep is the median time of a step in runs of so many, which all together take
// about d, behind one that does not count. Where that took so long by itself, and
// did when it was done once more, it is the answer: in one it may have waited for a core.
func perStep[T Real](e engine[T], steps int, d time.Duration) (float64, error) {
	run := func(n int) (float64, error) {
		began := time.Now()
		_, err := e.Run(context.Background(), zero[T]{}, 0, n*steps, func(int) {})
		return time.Since(began).Seconds() / float64(n*steps), err
	}
	first, err := run(1)
	if err == nil && first*float64(steps) > d.Seconds() {
		var again float64
		again, err = run(1)
		first = min(first, again)
	}
	if err != nil || first*float64(steps) > d.Seconds() {
		return first, err
	}
	const runs = 5
	n := max(int(d.Seconds()/(runs*first*float64(steps))), 1)
	times := make([]float64, runs)
	for i := range times {
		if times[i], err = run(n); err != nil {
			return 0, err
		}
	}
	slices.Sort(times)
	return times[runs/2], nil
}
