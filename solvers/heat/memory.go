package heat

import (
	"fmt"
	"hash/fnv"
	"math"
	"unsafe"

	"hybrid/mpi"
	"hybrid/mpi/room"
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

	if err := s.reserveNode(hi - lo); err != nil {
		return err
	}
	return s.comm.Agree(s.reserveDevice(hi - lo))
}

// reserveNode checks the memory of the nodes for the rows of their processors.
func (s *Solver[T]) reserveNode(rows int) error {
	need, err := 0.0, error(nil)
	if s.options.Device == nil {
		need, err = hostBytes[T](s.Problem, s.plan, 0, rows)
	}
	if err := s.comm.Agree(err); err != nil {
		return err
	}
	return room.Check(s.comm, s.grid(), "fewer points, float32 or more nodes", need)
}

// reserveDevice checks the memory of a device for the rows of all ranks that share
// it.
func (s *Solver[T]) reserveDevice(rows int) error {
	node, err := s.comm.Node()
	if err != nil {
		return err
	}
	defer node.Free()
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
		err = &room.Error{What: s.grid(), Where: where, Instead: "fewer points, float32, more devices or the processors", Need: sum[0], Have: float64(free)}
	}
	return err
}

// grid is what the memory is for, in words.
func (s *Solver[T]) grid() string {
	var v T
	return fmt.Sprintf("heat: a grid of %d x %d float%d needs", s.Problem.NX, s.Problem.NY, 8*unsafe.Sizeof(v))
}
