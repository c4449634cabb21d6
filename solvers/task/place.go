package task

import (
	"context"

	"hybrid/gpu"
	"hybrid/internal/cores"
	"hybrid/mpi"
	"hybrid/mpi/gather"
	"hybrid/simd"
)

// A Place is where a rank computes.
type Place struct {
	Comm    *mpi.Comm
	Threads int         // to compute with on the processor
	ISA     simd.ISA    // of the processor's kernels
	Device  *gpu.Device // this rank's; nil: it computes on its processor
}

// Sum is the sum of each number over all ranks. It is collective.
func (p Place) Sum(numbers ...float64) ([]float64, error) {
	return numbers, mpi.Allreduce(p.Comm, numbers, numbers, mpi.Sum)
}

// Best is the sum over all ranks of a rate that they measure at the same time: what
// the machine could do at best, with no core and no device counted twice. Ranks for
// which no core is left, and those whose device another one has counted, do not
// measure. It is 0, which says that it is not known, if one of the rates is not
// above 0, could not be measured, or was not because ctx had ended: a run whose work
// is done does not fail for want of a limit. It is collective.
func (p Place) Best(ctx context.Context, measure func() (float64, error)) (float64, error) {
	takesPart, err := measures(p.Comm, p.claim())
	if err != nil {
		return 0, err
	}
	return total(ctx, p.Comm, takesPart, measure)
}

// A claim is what a rank would measure on: its device or, without one, cores.
type claim struct {
	UUID    string // of the device; "" is none
	Threads int
	Cores   []int // that the rank may run on
}

func (p Place) claim() claim {
	c := claim{Threads: max(p.Threads, 1), Cores: cores.Allowed()}
	if p.Device != nil {
		c.UUID = p.Device.Info().UUID
	}
	return c
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
func measures(c *mpi.Comm, own claim) (bool, error) {
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
func whoMeasures(ranks []claim) []int {
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
func union(ranks []claim) map[int]bool {
	all := map[int]bool{}
	for _, r := range ranks {
		for _, core := range r.Cores {
			all[core] = true
		}
	}
	return all
}
