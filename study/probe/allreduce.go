package probe

import (
	"time"
	"unsafe"

	"hybrid/mpi"
	"hybrid/study/cloop"
	"hybrid/study/result"
)

const longestSum = 1 << 20 // bytes of an all-reduce

// allreduce measures the sum of float64 over all ranks.
func (m *machine) allreduce() ([]result.Probe, error) {
	if m.comm.Size() == 1 {
		return nil, nil
	}
	most := min(longestSum, max(8, m.o.MaxMessage&^7))
	w, sizes := newWire(m.comm, most), lengths(8, most)
	clear(w.out) // zeros are numbers, and stay
	trials := []trial{{result.Allreduce, "s", w.sum}}
	if cloop.Available(m.comm) {
		trials = append(trials, trial{result.LibraryAllreduce, "s", w.cSum})
	}
	return w.probes(trials, sizes, m.o, result.Probe{On: farthest(m.places, m.local()), DType: "f64", Ranks: m.comm.Size()})
}

// sum returns the time of an all-reduce on the slowest rank.
func (w *wire) sum(bytes, n int) (float64, error) {
	if err := w.c.Barrier(); err != nil {
		return 0, err
	}
	x, sum := numbers(w.out[:bytes]), numbers(w.in[:bytes])
	began := time.Now()
	for range n {
		if err := mpi.Allreduce(w.c, x, sum, mpi.Sum); err != nil {
			return 0, err
		}
	}
	return w.slowest(time.Since(began).Seconds()/float64(n), nil)
}

// numbers are the bytes of a wire, which begin on a cache line, as float64.
func numbers(b []byte) []float64 {
	return unsafe.Slice((*float64)(unsafe.Pointer(unsafe.SliceData(b))), len(b)/8)
}
