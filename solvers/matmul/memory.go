package matmul

import (
	"fmt"
	"math"
	"unsafe"

	"hybrid/gpu"
	"hybrid/internal/rowio"
	"hybrid/mpi/memcheck"
	"hybrid/solvers/task"
)

// checkMemory checks that the node has the memory for its ranks' blocks and panels,
// for what a product is packed in, and for reading, checking and writing matrices.
func (s *Solver[T]) checkMemory() error {
	var v T
	p, matrices, panels := s.Problem, 0.0, 0.0
	a, b, c := s.blocks()
	rings := Block[T]{Cols: slots * s.widest()}
	if s.grid.Cols > 1 {
		rings.Rows += c.Rows
	}
	if s.grid.Rows > 1 {
		rings.Rows += c.Cols
	}
	for _, b := range []Block[T]{a, b, c, rings} {
		panels = float64(b.Rows) * float64(b.Cols) * float64(unsafe.Sizeof(v)) // of the last
		matrices += panels
	}
	fixed := panels + s.working(c)
	need := matrices + s.working(c)
	if d := s.options.Device; d != nil {
		need += min(matrices, 2*stagePlaces*stageBytes)
		if d.Info().Kind == gpu.KindSim {
			need += matrices // its memory is the node's
		}
	}
	err := memcheck.Check(s.comm, memcheck.Need{
		What:    fmt.Sprintf("matmul: m=%d n=%d k=%d in float%d needs", p.M, p.N, p.K, 8*unsafe.Sizeof(v)),
		Instead: task.Smaller[T]("smaller matrices", "more nodes"),
		Bytes:   need,
		Fixed:   fixed,
		Fits: func(part float64) string {
			side := func(n int) int { return max(int(float64(n)*math.Sqrt(part)), 1) }
			return fmt.Sprintf("m=%d n=%d k=%d", side(p.M), side(p.N), side(p.K))
		},
	})
	if err != nil {
		return err
	}
	s.costs.MatrixBytes = int(matrices)
	return nil
}

// working is what a rank takes beside blocks and panels, in bytes: for packing, for
// the vectors of Verify and Summary and their sums on the way, and to convert rows of a
// file.
func (s *Solver[T]) working(c Block[T]) float64 {
	vectors := 4 * (float64(s.Problem.K) + 3*float64(c.Rows) + 2*float64(c.Cols))
	need := 8*vectors + rowio.BufferBytes*float64(s.threads)
	if h, ok := s.engine.(*cpuEngine[T]); ok {
		need += h.gemm.Bytes(c.Rows, c.Cols, min(s.widest(), s.Problem.K))
	}
	return need
}
