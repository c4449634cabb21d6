package matmul

import (
	"fmt"
	"unsafe"

	"hybrid/mpi/room"
)

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
	what := fmt.Sprintf("matmul: m=%d n=%d k=%d in float%d needs", p.M, p.N, p.K, 8*unsafe.Sizeof(v))
	if err := room.Check(s.comm, what, "smaller matrices, float32 or more nodes", need); err != nil {
		return err
	}
	s.costs.MatrixBytes = int(need)
	return nil
}
