package probe

import (
	"hybrid/mpi"
	"hybrid/study/result"
)

// messages measures between one pair of each kind. The rank that speaks first has
// the probes.
func (m *machine) messages() ([]result.Probe, error) {
	var own []result.Probe
	for _, p := range pairs(m.places, m.local()) {
		rank := m.comm.Rank()
		err := m.together(rank == p.a || rank == p.b, func(c *mpi.Comm) error {
			if p.on != SameProcess {
				found, err := m.between(c, p.on)
				own = append(own, found...)
				return err
			}
			return mpi.Run(2, func(c *mpi.Comm) error {
				found, err := m.between(c, p.on)
				if c.Rank() == 0 {
					own = append(own, found...)
				}
				return err
			})
		})
		if err != nil {
			return nil, err
		}
	}
	return own, nil
}

func (m *machine) local() bool { return m.comm.Transport() == "local" }

// between measures the two ranks of c. Rank 0 has the probes.
func (m *machine) between(c *mpi.Comm, on string) ([]result.Probe, error) {
	w, sizes := newWire(c, m.o.MaxMessage), lengths(1, m.o.MaxMessage)
	var probes []result.Probe
	for _, t := range []struct {
		name, unit string
		run        func(bytes, n int) (float64, error)
	}{
		{result.Latency, "s", w.pingPong},
		{result.Bandwidth, "B/s", w.window},
		{result.Overhead, "s", w.burst},
	} {
		all, err := w.series(sizes, m.o.Time, t.run)
		if err != nil {
			return nil, err
		}
		for i, bytes := range sizes {
			if c.Rank() == 0 {
				probes = append(probes, result.Probe{
					Name: t.name, On: on, Ranks: 2, Threads: 1, Bytes: bytes,
					Library: c.Library(), Unit: t.unit, Sample: result.NewSample(all[i]),
				})
			}
		}
	}
	return probes, nil
}

// lengths are the sizes of messages to measure: the shortest, the longest, and every
// second power of two between them.
func lengths(least, most int) []int {
	all := []int{least}
	for n := 2; n < most; n *= 4 {
		if n > least {
			all = append(all, n)
		}
	}
	if most > least {
		all = append(all, most)
	}
	return all
}
