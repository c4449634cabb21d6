package matmul

import (
	"fmt"
	"time"
	"unsafe"

	"hybrid/internal/cores"
	"hybrid/internal/gemm"
	"hybrid/internal/simd"
	"hybrid/mpi"
)

// Options choose how a solver computes. They change its speed and nothing else;
// the zero value chooses well.
type Options struct {
	Threads int      // of each rank; 0 for one
	ISA     simd.ISA // instruction set; simd.Auto for the best one
	Grid    Grid     // of the ranks; zero chooses it from the problem
	Panel   int      // most steps of k that are sent at once; 0 chooses
}

// Costs is what a solver has spent since it was made, on this rank.
type Costs struct {
	// Wait is the time spent waiting for panels and packing them; Compute is the
	// rest of the time in Multiply.
	Wait, Compute time.Duration
	Flops         float64 // of this rank
	Bytes         float64 // sent
	MatrixBytes   int     // memory of the blocks and panels
}

// A Solver multiplies matrices that are spread over the ranks of a
// communicator. Its methods are collective, all ranks must call them, except
// those that say what this rank has.
type Solver[T Real] struct {
	Problem Problem
	A, B, C Block[T] // this rank's

	comm, row, col *mpi.Comm // all ranks, those of this row of the grid and those of this column
	grid           Grid
	p, q           int // this rank's place
	threads        int
	gemm           *gemm.Multiplier[T]
	begin          []int // of the panels of k
	costs          Costs
}

// New makes a solver, its matrices all zero. Every rank gets an error if one rank
// has one: sizes or options that cannot be, an instruction set that the processor
// does not have, or matrices larger than the memory of a node.
func New[T Real](c *mpi.Comm, p Problem, o Options) (*Solver[T], error) {
	s, err := prepare[T](c, p, o)
	if err = c.Agree(err); err != nil {
		return nil, err
	}
	if err = c.Agree(s.reserve()); err != nil {
		return nil, err
	}
	if s.row, err = c.Split(s.p, s.q); err != nil {
		return nil, err
	}
	if s.col, err = c.Split(s.q, s.p); err != nil {
		return nil, err
	}
	s.A = newBlock[T](p.M, p.K, s.grid, s.p, s.q)
	s.B = newBlock[T](p.K, p.N, s.grid, s.p, s.q)
	s.C = newBlock[T](p.M, p.N, s.grid, s.p, s.q)
	return s, nil
}

// Free gives back what the solver's communicators hold.
func (s *Solver[T]) Free() error {
	if err := s.row.Free(); err != nil {
		return err
	}
	return s.col.Free()
}

func prepare[T Real](c *mpi.Comm, p Problem, o Options) (*Solver[T], error) {
	if err := p.Validate(); err != nil {
		return nil, err
	}
	if o.Threads < 0 || o.Panel < 0 {
		return nil, fmt.Errorf("matmul: options %+v: numbers must not be negative", o)
	}
	if o.Grid == (Grid{}) {
		o.Grid = p.grid(c.Size())
	}
	if o.Grid.Rows < 1 || o.Grid.Cols < 1 || o.Grid.Rows*o.Grid.Cols != c.Size() {
		return nil, fmt.Errorf("matmul: a grid of %d x %d: want one of %d ranks", o.Grid.Rows, o.Grid.Cols, c.Size())
	}
	if o.Panel == 0 {
		o.Panel = 512
		if c.Size() == 1 {
			o.Panel = p.K // nothing is sent
		}
	}
	s := &Solver[T]{Problem: p, comm: c, grid: o.Grid, threads: max(o.Threads, 1)}
	s.p, s.q = c.Rank()/o.Grid.Cols, c.Rank()%o.Grid.Cols
	s.begin = p.panels(o.Grid, o.Panel)
	var err error
	s.gemm, err = gemm.New[T](o.ISA, s.threads)
	return s, err
}

// reserve checks that the node has the memory for its ranks' blocks and panels.
func (s *Solver[T]) reserve() error {
	var v T
	p, need := s.Problem, 0.0
	widest := 0
	for i := range len(s.begin) - 1 {
		widest = max(widest, s.begin[i+1]-s.begin[i])
	}
	c := shape[T](p.M, p.N, s.grid, s.p, s.q)
	rings := Block[T]{Cols: slots * widest}
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
		return fmt.Errorf("matmul: m=%d n=%d k=%d in float%d needs %.1f GiB on node %s, which has %.1f GiB free: take smaller matrices, float32 or more nodes",
			p.M, p.N, p.K, 8*unsafe.Sizeof(v), sum[0]/(1<<30), s.comm.Host(), float64(have)/(1<<30))
	}
	s.costs.MatrixBytes = int(need)
	return nil
}

// ISA is the instruction set of the kernels.
func (s *Solver[T]) ISA() simd.ISA { return s.gemm.ISA() }

// Grid is how the ranks stand.
func (s *Solver[T]) Grid() Grid { return s.grid }

// Costs is what this rank has spent so far.
func (s *Solver[T]) Costs() Costs { return s.costs }

// FillA sets A: f gives the part of each row that a rank has, beginning with
// element i, j, and is called by several threads at once. An error of f is
// everybody's.
func (s *Solver[T]) FillA(f func(i, j int, row []T) error) error {
	return s.comm.Agree(s.A.fill(s.threads, f))
}

// FillB sets B, as FillA sets A.
func (s *Solver[T]) FillB(f func(i, j int, row []T) error) error {
	return s.comm.Agree(s.B.fill(s.threads, f))
}
