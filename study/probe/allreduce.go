package probe

import (
	"time"

	"hybrid/mpi"
	"hybrid/study/result"
)

const longestSum = 1 << 20 // bytes of an all-reduce

// allreduce measures the sum of float64 over all ranks.
func (m *machine) allreduce() ([]result.Probe, error) {
	if m.comm.Size() == 1 {
		return nil, nil
	}
	most := min(longestSum, max(8, m.o.MaxMessage&^7))
	w, sizes := &wire{c: m.comm}, lengths(8, most)
	x, sum := make([]float64, most/8), make([]float64, most/8)
	all, err := w.series(sizes, m.o.Time, func(bytes, n int) (float64, error) {
		if err := m.comm.Barrier(); err != nil {
			return 0, err
		}
		began := time.Now()
		for range n {
			if err := mpi.Allreduce(m.comm, x[:bytes/8], sum[:bytes/8], mpi.Sum); err != nil {
				return 0, err
			}
		}
		took := []float64{time.Since(began).Seconds() / float64(n)}
		err := mpi.Allreduce(m.comm, took, took, mpi.Max)
		return took[0], err
	})
	if err != nil || m.comm.Rank() != 0 {
		return nil, err
	}
	var probes []result.Probe
	for i, bytes := range sizes {
		probes = append(probes, result.Probe{
			Name: result.Allreduce, On: farthest(m.places, m.local()), DType: "f64", Ranks: m.comm.Size(), Threads: 1, Bytes: bytes,
			Library: m.comm.Library(), Unit: "s", Sample: result.NewSample(all[i]),
		})
	}
	return probes, nil
}
