package matmul

import (
	"fmt"
	"unsafe"

	"hybrid/internal/cores"
	"hybrid/mpi"
)

// A MemoryError refuses matrices that a node has no room for.
type MemoryError struct {
	Problem
	Bits       int
	Host       string
	Need, Have float64 // bytes, of all ranks on the node
}

func (e *MemoryError) Error() string {
	return fmt.Sprintf("matmul: m=%d n=%d k=%d in float%d needs %.1f GiB on node %s, which has %.1f GiB free: take smaller matrices, float32 or more nodes",
		e.M, e.N, e.K, e.Bits, e.Need/(1<<30), e.Host, e.Have/(1<<30))
}

// checkMemory checks that the node has the memory for its ranks' blocks and panels.
func (s *Solver[T]) checkMemory() error {
	var v T
	p, need := s.Problem, 0.0
	c := shape[T](p.M, p.N, s.grid, s.p, s.q)
	rings := Block[T]{Cols: slots * s.widest()}
	if s.grid.Cols > 1 {
		rings.Rows += c.Rows
	}
	if s.grid.Rows > 1 {
		rings.Rows += c.Cols
	}
	for _, b := range []Block[T]{shape[T](p.M, p.K, s.grid, s.p, s.q), shape[T](p.K, p.N, s.grid, s.p, s.q), c, rings} {
		need += float64(b.Rows) * float64(b.Cols) * float64(unsafe.Sizeof(v))
	}
	node, err := s.comm.Node()
	if err != nil {
		return err
	}
	defer node.Free()
	sum := []float64{need}
	if err := mpi.Allreduce(node, sum, sum, mpi.Sum); err != nil {
		return err
	}
	if have, ok := cores.AvailableMemory(); ok && sum[0] > float64(have) {
		return &MemoryError{p, int(8 * unsafe.Sizeof(v)), s.comm.Host(), sum[0], float64(have)}
	}
	s.costs.MatrixBytes = int(need)
	return nil
}
