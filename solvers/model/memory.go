package model

import (
	"fmt"
	"math"
	"slices"
	"unsafe"

	"hybrid/gpu"
	"hybrid/internal/units"
	"hybrid/mpi/memcheck"
	"hybrid/solvers/model/formula"
	"hybrid/solvers/task"
)

// beside is the memory of this rank that a run takes beside its solver, in bytes: for a check's
// formula of the whole grid a field, and to verify what the reference has, begins with and is given by other ranks, what
// a pass writes, and what is compared.
func (t *run[T]) beside() float64 {
	var v T
	cells, need := float64(t.sys.cells())/float64(t.job.Comm.Size()), 0.0
	if slices.ContainsFunc(t.spec.Check, func(c Check) bool { return reduces(c.Expr) }) {
		need = 8 * cells
	}
	if t.Verify {
		arrays := 3
		for _, f := range t.sys.Fields {
			switch f.Role {
			case Evolved:
				arrays += 3
			default:
				arrays += 2
			}
		}
		need += cells * float64(arrays) * float64(unsafe.Sizeof(v))
	}
	return need
}

// reduces tells whether a formula has the mean, the least or greatest value or the integral of
// another in it.
func reduces(e *formula.Expr) bool {
	return e.Kind == formula.Call && len(e.Args) == 1 && slices.Contains([]string{"mean", "integral", "min", "max"}, e.Name) || slices.ContainsFunc(e.Args, reduces)
}

// reserve checks that the nodes have the memory for the fields, before they are made: twice
// those that evolve, once those that stay. What a simulated device has is the node's too. It is
// collective.
func (s *Solver[T]) reserve() error {
	var v T
	cells, size := 1.0, s.sys.index(s.sys.Size)
	for axis := range 3 {
		cells *= float64(s.part.to(axis) - s.part.from(axis))
	}
	fields := 0
	for _, f := range s.sys.Fields {
		switch {
		case f.Role == Evolved:
			fields += 2
		case f.Role == Static || s.place.Device != nil:
			fields++
		}
	}
	if d := s.place.Device; d != nil && d.Info().Kind == gpu.KindSim {
		fields *= 2
	}
	return memcheck.Check(s.place.Comm, memcheck.Need{
		What:    fmt.Sprintf("model: a grid of %s cells needs", units.By(size)),
		Instead: task.Smaller[T]("fewer cells", "more nodes"),
		Bytes:   cells*float64(fields)*float64(unsafe.Sizeof(v)) + s.options.Beside,
		Fits: func(part float64) string {
			side := math.Pow(part, 1/float64(s.sys.Dims))
			var fit []int
			for _, n := range size {
				fit = append(fit, max(int(float64(n)*side), 1))
			}
			return units.By(fit) + " cells"
		},
	})
}
