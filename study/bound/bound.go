// Package bound measures what the ranks of a communicator could do at best, all at
// once: the sum of what each finds out for itself, with no core and no device
// counted twice.
package bound

import (
	"context"
	"time"

	"hybrid/gpu"
	"hybrid/internal/cores"
	"hybrid/internal/membw"
	"hybrid/mpi"
	"hybrid/mpi/gather"
)

// A Place is where a rank can measure: on its device or, without one, on cores.
type Place struct {
	UUID    string // of the device; "" is none
	Threads int
	Cores   []int // that the rank may run on
}

// Here is the place of this rank, which computes with so many threads or on a
// device.
func Here(threads int, d *gpu.Device) Place {
	p := Place{Threads: max(threads, 1), Cores: cores.Allowed()}
	if d != nil {
		p.UUID = d.Info().UUID
	}
	return p
}

// Sum is the sum over all ranks of a rate that they measure at the same time: what
// the machine could do. Ranks for which no core is left, and those whose
// device another one has counted, do not measure. It is 0, which says that it is not
// known, if one of the rates is not above 0, could not be measured, or was not
// because ctx had ended: a run whose work is done does not fail for want of a limit.
// It is collective.
func Sum(ctx context.Context, c *mpi.Comm, own Place, measure func() (float64, error)) (float64, error) {
	takesPart, err := measures(c, own)
	if err != nil {
		return 0, err
	}
	return total(ctx, c, takesPart, measure)
}

func total(ctx context.Context, c *mpi.Comm, takesPart bool, measure func() (float64, error)) (float64, error) {
	if err := c.Barrier(); err != nil {
		return 0, err
	}
	all := []float64{0, 0} // the rate, and how many do not know theirs
	if takesPart {
		rate, err := 0.0, ctx.Err()
		if err == nil {
			rate, err = measure()
		}
		if err == nil && rate > 0 {
			all[0] = rate
		} else {
			all[1] = 1
		}
	}
	if err := mpi.Allreduce(c, all, all, mpi.Sum); err != nil || all[1] > 0 {
		return 0, err
	}
	return all[0], nil
}

// measures tells whether this rank's rate counts for the machine's. It is
// collective.
func measures(c *mpi.Comm, own Place) (bool, error) {
	node, err := c.Node()
	if err != nil {
		return false, err
	}
	defer node.Free()
	yes, err := gather.Allot(node, own, whoMeasures)
	return yes > 0, err
}

// whoMeasures is 1 for every rank of a node that is to measure: the first on each
// device, and as many as the cores have room for.
func whoMeasures(ranks []Place) []int {
	counted := map[string]bool{}
	left, yes := len(union(ranks)), make([]int, len(ranks))
	for i, r := range ranks {
		switch {
		case r.UUID != "" && !counted[r.UUID]:
			counted[r.UUID], yes[i] = true, 1
		case r.UUID == "" && left > 0:
			left -= r.Threads
			yes[i] = 1
		}
	}
	return yes
}

// union is the cores that any of the ranks may run on.
func union(ranks []Place) map[int]bool {
	all := map[int]bool{}
	for _, r := range ranks {
		for _, core := range r.Cores {
			all[core] = true
		}
	}
	return all
}

// Bandwidth is the memory bandwidth of all nodes together, in bytes a
// second: all ranks run STREAM's triad at the same time, with the threads that
// they compute with, as far as the cores go. It is 0 where it is not known, as in
// Sum. It is collective and takes some 0.2 s.
func Bandwidth(ctx context.Context, c *mpi.Comm, threads int) (float64, error) {
	node, err := c.Node()
	if err != nil {
		return 0, err
	}
	defer node.Free()
	threads, err = gather.Allot(node, Place{Threads: threads, Cores: cores.Allowed()}, func(ranks []Place) []int {
		masks, wanted := make([][]int, len(ranks)), make([]int, len(ranks))
		for i, r := range ranks {
			masks[i], wanted[i] = r.Cores, r.Threads
		}
		return cores.Slots(masks, wanted)
	})
	if err != nil {
		return 0, err
	}
	return total(ctx, c, threads > 0, func() (float64, error) {
		r, err := membw.Measure(membw.Options{Threads: threads, Processes: node.Size(), Budget: 200 * time.Millisecond})
		return r.Triad * 1e9, err
	})
}
