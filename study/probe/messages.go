package probe

import (
	"hybrid/mpi"
	"hybrid/study/cloop"
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
			return mpi.Runner{Ranks: 2, Local: true}.Run(func(c *mpi.Comm) error {
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

// A trial is one quantity of messages: run repeats on both ranks what is measured, n
// times, and returns the quantity.
type trial struct {
	name, unit string
	run        func(bytes, n int) (float64, error)
}

// between measures the two ranks of c. Rank 0 has the probes.
func (m *machine) between(c *mpi.Comm, on string) ([]result.Probe, error) {
	w, sizes := newWire(c, m.o.MaxMessage), lengths(1, m.o.MaxMessage)
	trials := []trial{
		{result.Latency, "s", w.pingPong},
		{result.Bandwidth, "B/s", w.window},
		{result.Overhead, "s", w.burst},
	}
	if cloop.Available(c) {
		trials = append(trials,
			trial{result.LibraryLatency, "s", w.cPingPong},
			trial{result.LibraryBandwidth, "B/s", w.cWindow},
			trial{result.LibraryOverhead, "s", w.cBurst},
		)
	}
	return w.probes(trials, sizes, m.o, result.Probe{On: on, Ranks: 2})
}

// probes takes the trials one after the other. The probes are like what is given,
// and rank 0 has them.
func (w *wire) probes(trials []trial, sizes []int, o Options, like result.Probe) ([]result.Probe, error) {
	like.Threads, like.Library = 1, w.c.Library()
	var probes []result.Probe
	for _, t := range trials {
		all, err := w.series(sizes, o.Time, t.run)
		if err != nil {
			return nil, err
		}
		if w.c.Rank() != 0 {
			continue
		}
		for i, bytes := range sizes {
			p := like
			p.Name, p.Unit, p.Bytes, p.Sample = t.name, t.unit, bytes, result.NewSample(all[i])
			probes = append(probes, p)
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
