package heat

import (
	"context"
	"errors"
	"fmt"
	"time"

	"hybrid/gpu"
	"hybrid/halo"
	"hybrid/internal/stencil"
	"hybrid/internal/units"
	kernels "hybrid/kernels_cuda"
	"hybrid/mpi"
	"hybrid/simd"
)

// Options choose how a solver computes. They change its speed and nothing else;
// the zero value chooses well.
type Options struct {
	Threads int      // of each rank; 0 for one
	ISA     simd.ISA // instruction set; simd.Auto for the best one
	// HaloDepth is the number of halo rows, and so of steps between exchanges; 0
	// chooses it from the grid. It is cut to the rows of the smallest band.
	HaloDepth   int
	StripGroups int // groups of 64 bytes in a strip of all columns; 0 chooses
	BlockRows   int // rows of a block; 0 chooses
	// Rows and Columns are the grid in which the ranks stand, row by row; both 0 for the
	// one that takes the least time for a step, see Schedule. On one column of ranks the
	// solver divides the rows by the speed of the ranks, measures that as it runs, and
	// moves rows when it pays. On several all have as much.
	Rows, Columns int
	// Even keeps as many rows on every rank, whatever its speed.
	Even bool
	// Partition says which rank has which rows, on one column of ranks; they stay there.
	Partition Partition
	// Steps is how many the solver will be asked for in all, which tells whether it
	// pays to move rows. Where it is 0, Run reckons with as many again as were done.
	Steps int
	// Outputs are the files that the field will be written to, and Verify the fewest
	// steps that RunVerified will be called for, 0 if it will not: both take memory,
	// which New checks.
	Outputs []string
	Verify  int
	// Device has this rank's rows; nil is the processor's memory. Ranks may differ.
	Device *gpu.Device
	// DeviceHalos is the only way for halos between devices to take, the same on all
	// ranks; "" chooses, see halo.Connect.
	DeviceHalos halo.Path
	// Progress, if set, is called by every rank now and then, with the number of
	// steps of this run that are done.
	Progress func(done int)
}

// State is everything that a solution is: what is solved, how far it is, who has
// which rows, and this rank's rows. It is enough to go on from, elsewhere or
// later.
type State[T Real] struct {
	Problem Problem
	Step    int    // steps done; set it before a run that goes on from a field of that step
	Start   Moment // of which the time is known; by default step 0 at time 0
	// Scale is the power of two not above the largest magnitude of the initial field,
	// 0 of zeros. Values far below it become 0, see package heat, Absolute zero. Fill
	// finds it; behind Fill, set it for a run that goes on from a later field.
	Scale float64
	// Partition is the rows of each row of ranks, Columns the columns of each column of
	// them. On one column of ranks Partition is that of the ranks.
	Partition, Columns Partition
	Field              *Field[T]
}

// A Moment is a step and its time.
type Moment struct {
	Step int     // steps done
	Time float64 // in the unit of the problem's DT
}

// Time is the time that the field is at.
func (s *State[T]) Time() float64 {
	return s.Start.Time + float64(float64(s.Step-s.Start.Step)*s.Problem.DT)
}

// Costs is what a solver has spent since it was made, on this rank.
type Costs struct {
	Updates float64 // of points that the problem asks for
	// Halo is the time in halo exchanges that no computation covered; Compute is
	// the rest of the time in Run.
	Halo, Compute time.Duration
	FieldBytes    int // memory of the field
	// Moving is the time in which rows moved between ranks: in Moves moves, of so many
	// rows in all, which are the same on all ranks.
	Moving           time.Duration
	Moves, RowsMoved int
}

// A Solver takes one problem through time on the ranks of a communicator. Its
// methods that say so are collective: all ranks must call them.
type Solver[T Real] struct {
	State[T]
	comm    *mpi.Comm
	kernel  *stencil.Kernel[T]
	coef    stencil.Coef[T]
	plan    plan
	threads int
	node    int // ranks on this one's node, with it
	sharers int // ranks on this one's device, with it
	engine  engine[T]
	loaded  *kernels.Heat[T] // on the device; nil before they are first needed
	links   *halo.Links      // of the device
	options Options
	costs   Costs
	balance balancer

	verifyAll float64 // the constant, but in tests

	cells *halo.Grid    // the interior or, unless it is periodic, the whole field: what ranks exchange
	rows  *halo.Rows[T] // of the whole field
}

// An engine has a rank's rows and takes them through time.
type engine[T Real] interface {
	memory[T]
	// Run takes the rows so many steps on, of which from+1 is the number of the first
	// and z says after which values become 0, all ranks together; calls done now and
	// then with the number of those that are done, and returns the time that it
	// waited for halo rows with no work left. A run that ended without error has
	// called done with all steps.
	Run(ctx context.Context, z zero[T], from, steps int, done func(steps int)) (waited time.Duration, err error)
	Limit(d time.Duration) (Limit, error)
	Workers() int // threads that use this rank's cores
	Bytes() int   // memory of the rows, halo and all
	Close() error
}

// New makes a solver of p, its field all zero. It is collective, and gives every
// rank an error if one rank has one: an invalid problem, an instruction set that
// the processor does not have, or a field larger than the free memory of a node
// or a device, which is a *room.Error. Close the solver when it has done.
func New[T Real](c *mpi.Comm, p Problem, o Options) (*Solver[T], error) {
	s, err := prepare[T](c, p, o)
	if err = c.Agree(err); err != nil {
		return nil, err
	}
	if err = s.reserve(); err == nil {
		if s.cells, s.rows, err = s.cut(); err == nil {
			s.engine, err = s.newEngine()
			if err = c.Agree(err); err == nil {
				err = s.connect()
			}
		}
	}
	if err != nil {
		s.Close()
		return nil, err
	}
	s.Field = newField(p, s.tile(c.Rank()), s.engine)
	s.costs.FieldBytes = s.engine.Bytes()
	return s, nil
}

// newEngine makes what has this rank's rows.
func (s *Solver[T]) newEngine() (engine[T], error) {
	p, t := s.Problem, s.tile(s.comm.Rank())
	if s.options.Device != nil && t.rows() > 0 {
		k, err := s.kernels()
		if err != nil {
			return nil, err
		}
		d, err := newDevice(s.options.Device, k, p, t, s.plan.depth, s.threads)
		if err != nil {
			return nil, err
		}
		return d, nil
	}
	h, err := newHost(s.cells, p, t, s.plan, s.kernel, s.threads)
	if err != nil {
		return nil, err
	}
	return h, nil
}

// connect chooses how halos get from device to device. It is collective.
func (s *Solver[T]) connect() (err error) {
	d, on := s.engine.(*device[T])
	var g *gpu.Device
	if on {
		g = d.gpu
	}
	if s.links, err = halo.Connect(s.cells, g, s.options.DeviceHalos); err == nil && on {
		d.halos = newDeviceHalos(s.cells, d, s.links)
	}
	return err
}

// Links are those of this rank's device with the devices of neighbours.
func (s *Solver[T]) Links() []halo.Link { return s.links.All() }

// failed lets Close of this rank wait for no other one.
func (s *Solver[T]) failed(err error) error {
	if d, on := s.engine.(*device[T]); on && err != nil {
		d.halos.abandon()
	}
	return err
}

// Close frees the memory of a device; of one that is lost there is nothing to free, which is no error. It is called
// on all ranks; the solver is of no more use then.
func (s *Solver[T]) Close() (first error) {
	defer func() {
		var lost *gpu.LostError
		if errors.As(first, &lost) {
			first = nil
		}
	}()
	if s.engine != nil {
		first = s.engine.Close()
	}
	if s.loaded != nil {
		if err := s.loaded.Close(); first == nil {
			first = err
		}
	}
	s.engine, s.loaded = nil, nil
	return first
}

// kernels are those of this rank's device, loaded once.
func (s *Solver[T]) kernels() (k *kernels.Heat[T], err error) {
	if s.loaded == nil {
		s.loaded, err = kernels.LoadHeat[T](s.options.Device)
	}
	return s.loaded, err
}

func prepare[T Real](c *mpi.Comm, p Problem, o Options) (*Solver[T], error) {
	if err := p.Validate(); err != nil {
		return nil, err
	}
	kernel, err := stencil.New[T](o.ISA)
	if err != nil {
		return nil, err
	}
	if o.Threads < 0 || o.HaloDepth < 0 || o.BlockRows < 0 || o.StripGroups < 0 || o.StripGroups == 1 {
		return nil, fmt.Errorf("heat: options %+v: numbers must not be negative, and a strip has at least 2 groups", o)
	}
	s := &Solver[T]{comm: c, kernel: kernel, coef: coef[T](p), options: o, threads: max(o.Threads, 1), verifyAll: verifyAll}
	s.Problem, s.Partition = p, o.Partition
	switch {
	case o.Partition != nil && o.Columns > 1:
		return nil, fmt.Errorf("heat: a partition of rows for %d columns of ranks: want one column", o.Columns)
	case o.Partition != nil:
		return s, o.Partition.Validate(p.NY, c.Size())
	case o.Rows != 0 || o.Columns != 0:
		return s, p.CheckGrid(o.Rows, o.Columns, c.Size())
	}
	return s, nil
}

// CheckGrid reports whether so many rows and columns of ranks are no way to cut a field
// over the ranks.
func (p Problem) CheckGrid(rows, columns, ranks int) error {
	switch {
	case rows < 1 || columns < 1 || rows*columns != ranks:
		return fmt.Errorf("heat: %s and %s of ranks are %d, but there are %d", units.Count(rows, "row"), units.Count(columns, "column"), rows*columns, ranks)
	case rows > p.NY-2:
		return fmt.Errorf("heat: the interior has %s of points, fewer than the %s of ranks", units.Count(p.NY-2, "row"), units.Count(rows, "row"))
	case columns > p.NX-2:
		return fmt.Errorf("heat: the interior has %s of points, fewer than the %s of ranks", units.Count(p.NX-2, "column"), units.Count(columns, "column"))
	}
	return nil
}

// ISA is the instruction set of the kernels.
func (s *Solver[T]) ISA() simd.ISA { return s.kernel.ISA() }

// Threads is the number of this rank's threads that work.
func (s *Solver[T]) Threads() int { return s.engine.Workers() }

// StepsPerPass is the most steps for which the field goes through memory once.
func (s *Solver[T]) StepsPerPass() int {
	if s.options.Device != nil && s.loaded != nil {
		return s.loaded.Depth(s.Partition[1]-s.Partition[0], s.Columns[1]-s.Columns[0])
	}
	return s.plan.depth
}

// HaloDepth is the number of steps between halo exchanges.
func (s *Solver[T]) HaloDepth() int { return s.plan.depth }

// EvenRows is how many times as long a step would take if all ranks had as many rows,
// by the speeds that were measured last; 0 where none were. It is the same on all
// ranks.
func (s *Solver[T]) EvenRows() float64 { return s.balance.even }

// Costs is what this rank has spent so far.
func (s *Solver[T]) Costs() Costs { return s.costs }

// Rows are the rows [lo, hi) that this rank owns, see Field.Rows.
func (s *Solver[T]) Rows() (lo, hi int) { return s.Field.Rows() }

// OwnColumns are the columns [lo, hi) that this rank owns, see Field.Columns.
func (s *Solver[T]) OwnColumns() (lo, hi int) { return s.Field.Columns() }

// Row copies the own columns of an own row to dst, see Field.Row.
func (s *Solver[T]) Row(i int, dst []T) error { return s.Field.Row(i, dst) }

// Fill sets the field: f gives each row, whole, and is called once for each on some rank,
// by several threads at once. It is collective. A value that is not finite, or so
// large that sums would overflow, is refused with its index on every rank. It sets
// Scale, too.
func (s *Solver[T]) Fill(f func(row int, dst []T) error) error {
	if err := s.fill(f); err != nil {
		return err
	}
	return s.wrap()
}

func (s *Solver[T]) fill(f func(row int, dst []T) error) error {
	var most largest
	err := s.setRows(func(i int, row []T) error {
		if err := f(i, row); err != nil {
			return err
		}
		if c := unusable(row); c >= 0 {
			return fmt.Errorf("heat: the initial field is %v at [%d, %d] (row, column): every value must be a finite number below %.3g in magnitude", row[c], i, c, tooLarge[T]())
		}
		most.see(magnitude(row))
		return nil
	})
	if err != nil {
		return err
	}
	all := []float64{most.value()}
	err = mpi.Allreduce(s.comm, all, all, mpi.Max)
	s.Scale = scaleOf(all[0])
	return err
}

// setRows gives each row of the field what f makes it.
func (s *Solver[T]) setRows(f func(row int, dst []T) error) error {
	h := s.whole()
	if h == nil {
		first := s.firstRow()
		return s.rows.Write(s.atOnce(), func(lo, hi int, values []T) error {
			return s.eachRow(first+lo, first+hi, values, f)
		})
	}
	rows := make([][]T, h.threads)
	return s.comm.Agree(h.shareOut(nearRows[T](s.Problem), func(thread, lo, hi int) error {
		if rows[thread] == nil {
			rows[thread] = make([]T, s.Problem.NX)
		}
		row := rows[thread]
		for i := lo; i < hi; i++ {
			if err := f(i, row); err != nil {
				return err
			}
			s.Field.put(i, row)
		}
		return nil
	}))
}

// Run takes the field so many steps on. It is collective. It costs, for each
// point and step, five floating-point operations in the first-level cache, and
// for each point 1/16 of a pass over memory a step where the grid is large. At
// checkpoints, a hundred times a second at first and later every two seconds, the
// ranks tell rank 0 how long they have computed, and rows move if it pays. When
// ctx ends, Run stops with an error, and the field is of no more use.
func (s *Solver[T]) Run(ctx context.Context, steps int) error {
	return s.failed(s.run(ctx, steps))
}

func (s *Solver[T]) run(ctx context.Context, steps int) error {
	if steps < 0 {
		return fmt.Errorf("heat: %d steps: must not be negative", steps)
	}
	for done := 0; done < steps; {
		if s.balance.on && s.balance.left == 0 {
			if err := s.checkpoint(ctx, steps-done); err != nil {
				return err
			}
		}
		n := steps - done
		if s.balance.on {
			n = min(n, s.balance.left)
		}
		if err := s.advance(ctx, done, n); err != nil {
			return err
		}
		done += n
	}
	return s.wrap()
}

// advance does so many steps of a run, some of which are done, with the rows where
// they are.
func (s *Solver[T]) advance(ctx context.Context, done, steps int) error {
	began, before, finished := time.Now(), s.Step, 0
	waited, err := s.engine.Run(ctx, s.zero(), s.Step, steps, func(n int) {
		finished, s.Step = n, before+n
		if s.options.Progress != nil {
			s.options.Progress(done + n)
		}
	})
	elapsed := time.Since(began)
	s.costs.Halo += waited
	s.costs.Compute += elapsed - waited
	t := s.tile(s.comm.Rank())
	s.costs.Updates += float64(t.rows()) * float64(t.right-t.left) * float64(finished)
	s.balance.add(steps, elapsed-waited, elapsed)
	return err
}
