package probe

import (
	"errors"
	"time"

	"hybrid/mpi"
	"hybrid/study/result"
)

// samples is how often each quantity is measured where the time is divided anew.
const samples = 12

// A workload is one rank's part in a probe of cores: a pass does so many units of
// work with all its threads.
type workload struct {
	units float64
	pass  func() time.Duration
}

// comms are the ranks that measure together, and those of them on this node.
type comms struct{ all, node *mpi.Comm }

// rates has the ranks make passes at the same time and returns the units a second of
// all together, once for each of n passes.
func (c comms) rates(n int, s workload) ([]float64, error) {
	work, all := []float64{s.units}, make([]float64, n)
	if err := mpi.Allreduce(c.node, work, work, mpi.Sum); err != nil {
		return nil, err
	}
	for i := range all {
		if err := c.all.Barrier(); err != nil {
			return nil, err
		}
		slowest := []float64{max(s.pass(), 1).Seconds()}
		if err := mpi.Allreduce(c.node, slowest, slowest, mpi.Max); err != nil {
			return nil, err
		}
		if c.node.Rank() == 0 {
			all[i] = work[0] / slowest[0]
		}
	}
	return all, mpi.Allreduce(c.all, all, all, mpi.Sum)
}

// onCores calls measure first for one core, on rank 0, then for all of them: with
// the ranks that take part, the threads of this one and those of its node. What it
// returns counts on rank 0. It is collective over all ranks.
func (m *machine) onCores(measure func(c comms, threads, node int) ([]result.Probe, error)) ([]result.Probe, error) {
	var own []result.Probe
	on := func(where string, active bool, ranks, threads, slots, node int) error {
		return m.together(active, func(c *mpi.Comm) error {
			beside, err := c.Node()
			if err != nil {
				return err
			}
			found, err := measure(comms{c, beside}, slots, node)
			if err := errors.Join(err, beside.Free()); err != nil || m.comm.Rank() != 0 {
				return err
			}
			for _, p := range found {
				p.On, p.Ranks, p.Threads = where, ranks, threads
				own = append(own, p)
			}
			return nil
		})
	}
	if err := on(OneCore, m.comm.Rank() == 0, 1, 1, 1, 1); err != nil {
		return nil, err
	}
	ranks, threads := m.withSlots()
	if ranks*threads == 1 {
		return own, nil
	}
	return own, on(AllCores, m.slots > 0, ranks, threads, m.slots, m.nodeSlots)
}
