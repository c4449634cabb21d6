package matmul

import (
	"errors"
	"fmt"
	"time"

	"hybrid/gpu"
	"hybrid/internal/pages"
	"hybrid/kernels_cuda"
	"hybrid/mpi"
	"hybrid/simd"
)

// An Arithmetic is how sums are made: in exact chains everywhere, or on the tensor
// cores of devices, with an error that Verify allows for.
type Arithmetic = kernels.Arithmetic

// Options choose how a solver computes. They change its speed and, unless Arithmetic
// is given, nothing else; the zero value chooses well.
type Options struct {
	Threads int         // of each rank; 0 for one
	ISA     simd.ISA    // instruction set; simd.Auto for the best one
	Grid    Grid        // of the ranks; zero chooses it, and how many rows each rank has
	Even    bool        // as many rows on every rank, whatever its speed
	Panel   int         // most steps of k that are sent at once; 0 chooses
	Device  *gpu.Device // what this rank multiplies on; nil for its processor

	// Arithmetic other than kernels.Chains needs a device with tensor cores on every
	// rank, and is the same on all of them.
	Arithmetic Arithmetic

	place, part int // for tests: values of a place of a stage, rows of a part; 0 chooses

	// Progress is called, on every rank, when so many steps of k of all of them are
	// done or under way.
	Progress func(k int)
}

// Costs is what a solver has spent since it was made, on this rank.
type Costs struct {
	// Wait is the time spent waiting for panels and packing them; Compute is the
	// rest of the time in Multiply.
	Wait, Compute time.Duration
	Kernel        time.Duration // in which a device multiplied
	Flops         float64       // of this rank
	Bytes         float64       // sent
	MatrixBytes   int           // memory of the blocks and panels
	DeviceBytes   int           // memory of a device
}

// A Solver multiplies matrices that are spread over the ranks of a
// communicator. Its methods are collective, all ranks must call them, except
// those that say what this rank has.
type Solver[T Real] struct {
	Problem Problem
	A, B, C Block[T] // this rank's

	comm, row, col *mpi.Comm // all ranks, those of this row of the grid and those of this column
	grid           Grid
	p, q           int   // this rank's place
	rows           []int // where the rows of A and C of each row of the grid begin, and M
	bySpeed        bool  // the grid is for the solver to choose
	threads        int
	options        Options
	engine         engine[T]
	ringA, ringB   *ring[T]
	width          int  // most steps of k of a panel
	step, panels   int  // of the product: steps of k and panels that were taken
	home           bool // C is in its block as far as it was taken
	costs          Costs
}

// An engine multiplies panels on what a rank has.
type engine[T Real] interface {
	memory[T]
	// Ready returns when panel i may be stepped, and nothing that was multiplied
	// with before panel i-1 is read any more.
	Ready(i int) error
	// Step takes the chains of C on by panel i, which stays as it is until Ready says
	// so of panel i+2.
	Step(i panel, a, b []T) error
	// Finish returns when C is in its block.
	Finish() error
	// Names are those of the kernels that ran.
	Names() []string
	// Peak is how many floating-point operations a second there can be; it measures
	// for about d, if it has to.
	Peak(d time.Duration) float64
}

// memory is what a product needs beside blocks and panels.
type memory[T Real] interface {
	// Reserve takes what else the product needs, when the blocks are there.
	Reserve() error
	// Filled tells that a block has got its elements; C only where its chains go on.
	Filled(b *Block[T]) error
	// Close gives all back.
	Close() error
}

// New makes a solver, its matrices all zero. Every rank gets an error if one rank
// has one: sizes or options that cannot be, an instruction set that the processor
// does not have, or matrices larger than the memory of a node.
func New[T Real](c *mpi.Comm, p Problem, o Options) (*Solver[T], error) {
	s, err := prepare[T](c, p, o)
	if err = c.Agree(err); err != nil {
		return nil, s.abandon(err)
	}
	if err := s.divide(); err != nil {
		return nil, s.abandon(err)
	}
	if err := s.cutK(); err != nil {
		return nil, s.abandon(err)
	}
	if err := s.checkMemory(); err != nil {
		return nil, s.abandon(err)
	}
	if s.row, err = c.Split(s.p, s.q); err != nil {
		return nil, s.abandon(err)
	}
	if s.col, err = c.Split(s.q, s.p); err != nil {
		return nil, s.abandon(err)
	}
	if err := c.Agree(s.allocate()); err != nil {
		return nil, s.abandon(err)
	}
	return s, nil
}

// abandon gives back what a solver that came to nothing holds.
func (s *Solver[T]) abandon(err error) error {
	if s != nil && s.engine != nil {
		s.engine.Close()
	}
	return err
}

// allocate makes blocks and rings.
func (s *Solver[T]) allocate() error {
	s.A, s.B, s.C = s.blocks()
	for _, b := range []*Block[T]{&s.A, &s.B, &s.C} {
		b.Data = pages.Make[T](b.Rows * b.Cols)
	}
	clear(s.C.Data) // takes its memory now, not when it is multiplied
	s.ringA = newRing[T](s.row, s.C.Rows*s.widest())
	s.ringB = newRing[T](s.col, s.C.Cols*s.widest())
	return s.engine.Reserve()
}

// widest is the number of steps of k of the widest panel.
func (s *Solver[T]) widest() int {
	widest, begin := 0, s.Problem.panels(s.grid, s.width)
	for i := range len(begin) - 1 {
		widest = max(widest, begin[i+1]-begin[i])
	}
	return widest
}

// Free gives back what the solver's communicators and its device hold.
func (s *Solver[T]) Free() error {
	return errors.Join(s.engine.Close(), s.row.Free(), s.col.Free())
}

func prepare[T Real](c *mpi.Comm, p Problem, o Options) (*Solver[T], error) {
	if err := p.Validate(); err != nil {
		return nil, err
	}
	if o.Threads < 0 || o.Panel < 0 {
		return nil, fmt.Errorf("matmul: options %+v: numbers must not be negative", o)
	}
	chosen := o.Grid == (Grid{})
	if chosen {
		o.Grid = p.grid(c.Size())
	}
	if o.Grid.Rows < 1 || o.Grid.Cols < 1 || o.Grid.Rows*o.Grid.Cols != c.Size() {
		return nil, fmt.Errorf("matmul: a grid of %d x %d: want one of %d ranks", o.Grid.Rows, o.Grid.Cols, c.Size())
	}
	s := &Solver[T]{Problem: p, comm: c, threads: max(o.Threads, 1), options: o, bySpeed: chosen && !o.Even && c.Size() > 1}
	s.arrange(o.Grid, evenly(p.M, o.Grid.Rows))
	var err error
	if o.Device != nil {
		s.engine, err = newGPUEngine(s)
	} else {
		s.engine, err = newCPUEngine(s)
	}
	return s, err
}

// cutK says how k is cut into panels, which are the same on all ranks.
func (s *Solver[T]) cutK() error {
	panel := []int64{int64(s.options.Panel)}
	if panel[0] == 0 {
		kind := ""
		if d := s.options.Device; d != nil {
			kind = d.Info().Kind
		}
		panel[0] = int64(s.Problem.panelWidth(s.comm.Size(), kind))
	}
	err := mpi.Allreduce(s.comm, panel, panel, mpi.Max)
	s.width = int(panel[0])
	return err
}

// Kernels are the names of the kernels that multiplied on this rank.
func (s *Solver[T]) Kernels() []string { return s.engine.Names() }

// Grid is how the ranks stand.
func (s *Solver[T]) Grid() Grid { return s.grid }

// Costs is what this rank has spent so far.
func (s *Solver[T]) Costs() Costs { return s.costs }

// FillA sets A: f gives the part of each row that a rank has, beginning with
// element i, j, and is called by several threads at once. An error of f is
// everybody's.
func (s *Solver[T]) FillA(f func(i, j int, row []T) error) error {
	return s.comm.Agree(s.set(&s.A, f))
}

// FillB sets B, as FillA sets A.
func (s *Solver[T]) FillB(f func(i, j int, row []T) error) error {
	return s.comm.Agree(s.set(&s.B, f))
}

func (s *Solver[T]) set(b *Block[T], f func(i, j int, row []T) error) error {
	if err := b.fill(s.threads, f); err != nil {
		return err
	}
	return s.engine.Filled(b)
}
