package task

import (
	"context"
	"math"
	"time"

	"hybrid/internal/bootcache"
	"hybrid/internal/cores"
	"hybrid/internal/membw"
	"hybrid/mpi/gather"
)

// A Bandwidth is what the memory of all nodes gives together.
type Bandwidth struct {
	Rate       float64 // bytes a second; 0: not known
	Remembered bool    // it was measured by another run since the machine was started
}

// String says where the rate is from, behind its number.
func (b Bandwidth) String() string {
	if b.Remembered {
		return "measured earlier"
	}
	return "measured"
}

// Why is why the rate is not known, where it is not.
func (b Bandwidth) Why() string {
	if b.Rate > 0 {
		return ""
	}
	return "memory itself is measured in runs of 4 s and more, and remembered until the next boot"
}

// probeTime is what Bandwidth takes where it measures.
const probeTime = 200 * time.Millisecond

// Bandwidth is the memory bandwidth of all nodes together: all ranks that compute on
// processors run STREAM's triad at the same time, with the threads that they compute
// with, as far as the cores go. That takes some 0.2 s. Where it would be more than spare,
// the rate is the best that was measured on the same cores since the machine was
// started. It is 0 where that is not known, as in Best. It is collective, and spare the
// same on all ranks.
func (p Place) Bandwidth(ctx context.Context, spare time.Duration) (Bandwidth, error) {
	node, err := p.Comm.Node()
	if err != nil {
		return Bandwidth{}, err
	}
	defer node.Free()
	own := p.claim()
	if p.Device != nil {
		own.Threads = 0
	}
	threads, err := gather.Allot(node, own, func(ranks []claim) []int {
		masks, wanted := make([][]int, len(ranks)), make([]int, len(ranks))
		for i, r := range ranks {
			masks[i], wanted[i] = r.Cores, r.Threads
		}
		return cores.Slots(masks, wanted)
	})
	if err != nil {
		return Bandwidth{}, err
	}
	o := membw.Options{Threads: threads, Processes: node.Size(), Budget: probeTime, Triad: true}
	if spare >= probeTime {
		rate, err := total(ctx, p.Comm, threads > 0, func() (float64, error) {
			r, err := membw.Measure(o)
			if err == nil && r.Triad > remembered(o) { // other programs can but slow it down
				_ = bootcache.Store("memory", memoryKey(o), r.Triad) // without it the next run measures, too
			}
			return r.Triad * 1e9, err
		})
		return Bandwidth{Rate: rate}, err
	}
	rate, err := total(context.WithoutCancel(ctx), p.Comm, threads > 0, func() (float64, error) { return remembered(o) * 1e9, nil })
	return Bandwidth{rate, rate > 0}, err
}

// remembered is a rate that was measured since the machine was started, in GB/s; 0 if
// there is none that can be.
func remembered(o membw.Options) (rate float64) {
	const most = 1e6
	if !bootcache.Load("memory", memoryKey(o), &rate) || !(rate > 0 && rate < most) {
		return 0
	}
	return rate
}

// memoryKey is all that a measurement depends on.
func memoryKey(o membw.Options) any {
	return struct {
		Processor                         string
		Cores                             []int // that the process may run on
		Usable, Cache, Threads, Processes int
	}{cores.Processor(), cores.Allowed(), cores.Usable(), cores.LastLevel(cores.Caches()), o.Threads, o.Processes}
}

// Always is a spare time in which everything is measured.
const Always = time.Duration(math.MaxInt64)
