package probe

import (
	"time"

	"hybrid/internal/cores"
	"hybrid/internal/membw"
	"hybrid/internal/peak"
	"hybrid/internal/threads"
	"hybrid/mpi"
	"hybrid/study/result"
)

// arithmetic measures fused multiply-adds from registers.
func (m *machine) arithmetic() ([]result.Probe, error) {
	return m.onCores(func(c comms, n, _ int) ([]result.Probe, error) {
		team := threads.New(n)
		defer team.Close()
		f64, err := fused[float64](m.o, c, team, "f64")
		if err != nil {
			return nil, err
		}
		f32, err := fused[float32](m.o, c, team, "f32")
		return []result.Probe{f64, f32}, err
	})
}

func fused[T peak.Real](o Options, c comms, team *threads.Team, dtype string) (result.Probe, error) {
	k, err := peak.New[T](o.ISA)
	if err := c.all.Agree(err); err != nil {
		return result.Probe{}, err
	}
	rounds := k.Rounds(o.Time / (samples + 4))
	all, err := c.rates(samples, workload{
		float64(team.Size()) * float64(rounds) * float64(k.Flops()),
		func() time.Duration { return team.Run(func(int) { k.Do(rounds) }) },
	})
	if err != nil {
		return result.Probe{}, err
	}
	return result.Probe{Name: result.FMA, DType: dtype, Unit: "flop/s", Sample: result.NewSample(all)}, nil
}

// memory measures STREAM's four.
func (m *machine) memory() ([]result.Probe, error) {
	names := [membw.NumKernels]string{result.Copy, result.Scale, result.Add, result.Triad}
	return m.onCores(func(c comms, n, node int) ([]result.Probe, error) {
		a, err := membw.Open(membw.Options{ISA: m.o.ISA, Threads: n, Processes: max(1, (node+n-1)/n), ArrayBytes: m.o.ArrayBytes})
		if err := c.all.Agree(err); err != nil {
			return nil, err
		}
		var probes []result.Probe
		all := [membw.NumKernels][]float64{}
		began := time.Now()
		for round := range membw.MaxRounds { // the first warms up
			late := []int8{0}
			if round > 6 && time.Since(began) > m.o.Time {
				late[0] = 1
			}
			if err := mpi.Allreduce(c.all, late, late, mpi.Max); err != nil {
				return nil, err
			}
			if late[0] > 0 {
				break
			}
			for k := range membw.NumKernels {
				one, err := c.rates(1, workload{float64(a.Bytes(k)), func() time.Duration { return a.Pass(k) }})
				if err != nil {
					return nil, err
				}
				all[k] = append(all[k], one...)
			}
		}
		if err := c.all.Agree(a.Close()); err != nil {
			return nil, err
		}
		for k, name := range names {
			probes = append(probes, result.Probe{Name: name, Bytes: a.ArrayBytes(), Unit: "B/s", Sample: result.NewSample(all[k][1:])})
		}
		return probes, nil
	})
}

// caches measures triad in each level of the cache.
func (m *machine) caches() ([]result.Probe, error) {
	return m.onCores(func(c comms, n, node int) ([]result.Probe, error) {
		levels := membw.Levels(cores.Caches(), node)
		count := []int64{int64(len(levels))} // nodes may differ
		if err := mpi.Allreduce(c.all, count, count, mpi.Min); err != nil {
			return nil, err
		}
		var probes []result.Probe
		for _, l := range levels[:count[0]] {
			p, err := m.cache(c, n, l, int(count[0]))
			if err != nil {
				return nil, err
			}
			probes = append(probes, p)
		}
		return probes, nil
	})
}

func (m *machine) cache(c comms, n int, l membw.Level, of int) (result.Probe, error) {
	a, err := membw.OpenCache(membw.Options{ISA: m.o.ISA, Threads: n}, l)
	if err := c.all.Agree(err); err != nil {
		return result.Probe{}, err
	}
	times, _ := threads.Times(m.o.Time/time.Duration(of)/(samples+4), func(n int) (time.Duration, error) { return a.Repeat(n), nil })
	all, err := c.rates(samples, workload{float64(times) * float64(a.Bytes(membw.Triad)), func() time.Duration { return a.Repeat(times) }})
	if err != nil {
		return result.Probe{}, err
	}
	return result.Probe{Name: result.Cache, Level: l.Level, Bytes: l.Bytes, Unit: "B/s", Sample: result.NewSample(all)},
		c.all.Agree(a.Close())
}
