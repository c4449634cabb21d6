package heat

import (
	"fmt"
	"hash/fnv"
	"math"
	"unsafe"

	"hybrid/internal/cores"
	"hybrid/mpi"
)

// reserve agrees on the plan and checks that nodes and devices have the memory for
// it.
func (s *Solver[T]) reserve() error {
	lo, hi := s.Partition.Rows(s.comm.Rank())
	threads, kinds := []int64{math.MaxInt32}, make([]int64, 2) // ranks with rows on processors and on devices
	switch {
	case lo < hi && s.options.Device != nil:
		kinds[1] = 1
	case lo < hi:
		kinds[0], threads[0] = 1, int64(s.threads)
	}
	if err := mpi.Allreduce(s.comm, threads, threads, mpi.Min); err != nil {
		return err
	}
	if err := mpi.Allreduce(s.comm, kinds, kinds, mpi.Sum); err != nil {
		return err
	}
	if kinds[0] == 0 {
		s.plan = newDevicePlan(s.Problem, s.Partition, s.options)
	} else {
		s.plan = newPlan(s.Problem, s.Partition, int(threads[0]), s.options)
	}
	s.plan.plain = kinds[1] > 0

	node, err := s.comm.Node()
	if err != nil {
		return err
	}
	defer node.Free()
	if err := s.comm.Agree(s.reserveNode(node, hi-lo)); err != nil {
		return err
	}
	return s.reserveDevice(node, hi-lo)
}

// reserveNode checks the memory of a node for the rows of its processors.
func (s *Solver[T]) reserveNode(node *mpi.Comm, rows int) error {
	need, err := 0.0, error(nil)
	if s.options.Device == nil {
		need, err = hostBytes[T](s.Problem, s.plan, 0, rows)
	}
	sum := []float64{need}
	if e := mpi.Allreduce(node, sum, sum, mpi.Sum); e != nil {
		return e
	}
	if err != nil {
		return err
	}
	if have, ok := cores.AvailableMemory(); ok && sum[0] > float64(have) {
		return s.tooLarge("node "+s.comm.Host(), "fewer points, float32 or more nodes", sum[0], float64(have))
	}
	return nil
}

// reserveDevice checks the memory of a device for the rows of all ranks that share
// it.
func (s *Solver[T]) reserveDevice(node *mpi.Comm, rows int) error {
	d := s.options.Device
	color := -1
	if d != nil {
		h := fnv.New32a()
		h.Write([]byte(d.Info().UUID))
		color = int(h.Sum32() >> 1)
	}
	same, err := node.Split(color, node.Rank())
	if err != nil || same == nil {
		return err
	}
	defer same.Free()
	s.sharers = same.Size()
	sum := []float64{deviceBytes[T](s.Problem, s.plan.depth, rows)}
	if err := mpi.Allreduce(same, sum, sum, mpi.Sum); err != nil {
		return err
	}
	free, _, err := d.MemoryInfo()
	if err == nil && sum[0] > float64(free) {
		where := fmt.Sprintf("device %d (%s) of node %s", d.Info().Index, d.Info().Name, s.comm.Host())
		err = s.tooLarge(where, "fewer points, float32, more devices or the processors", sum[0], float64(free))
	}
	return err
}

func (s *Solver[T]) tooLarge(where, instead string, need, have float64) error {
	var v T
	return &MemoryError{s.Problem.NX, s.Problem.NY, int(8 * unsafe.Sizeof(v)), where, instead, need, have}
}

// A MemoryError refuses a grid that a node or a device has no room for.
type MemoryError struct {
	NX, NY, Bits   int
	Where, Instead string
	Need, Have     float64 // bytes, of all ranks there
}

func (e *MemoryError) Error() string {
	return fmt.Sprintf("heat: a grid of %d x %d float%d needs %.1f GiB on %s, which has %.1f GiB free: take %s",
		e.NX, e.NY, e.Bits, e.Need/(1<<30), e.Where, e.Have/(1<<30), e.Instead)
}
