package heat

import (
	"context"
	"fmt"
	"runtime"
	"sync"
	"time"
	"unsafe"

	"hybrid/internal/cores"
	"hybrid/internal/simd"
	"hybrid/internal/stencil"
	"hybrid/mpi"
)

// Options choose how a solver computes. They change its speed and nothing else;
// the zero value chooses well.
type Options struct {
	Threads int      // of each rank; 0 for one
	ISA     simd.ISA // instruction set; simd.Auto for the best one
	// HaloDepth is the number of halo rows, and so of steps between exchanges; 0
	// chooses it from the grid. It is cut to the rows of the smallest band.
	HaloDepth   int
	StripGroups int // groups of 64 bytes in a strip; 0 chooses
	BlockRows   int // rows of a block; 0 chooses
	Partition   Partition
	// Progress, if set, is called by every rank now and then, with the number of
	// steps of this run that are done.
	Progress func(done int)
}

// State is everything that a solution is: what is solved, how far it is, who has
// which rows, and this rank's rows. It is enough to go on from, elsewhere or
// later.
type State[T Real] struct {
	Problem   Problem
	Step      int // steps done
	Partition Partition
	Field     *Field[T]
}

// Time is the time that the field is at.
func (s *State[T]) Time() float64 { return float64(s.Step) * s.Problem.DT }

// Costs is what a solver has spent since it was made, on this rank.
type Costs struct {
	Updates float64 // of points that the problem asks for
	// Halo is the time in halo exchanges that no computation covered; Compute is
	// the rest of the time in Run.
	Halo, Compute time.Duration
	FieldBytes    int // memory of the field
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
	halos   *halos[T]
	options Options
	costs   Costs
}

// New makes a solver of p, its field all zero. It is collective, and gives every
// rank an error if one rank has one: an invalid problem, an instruction set that
// the processor does not have, or a field larger than the free memory of a node,
// which is a *MemoryError.
func New[T Real](c *mpi.Comm, p Problem, o Options) (*Solver[T], error) {
	s, err := prepare[T](c, p, o)
	if err = c.Agree(err); err != nil {
		return nil, err
	}
	if err = c.Agree(s.reserve()); err != nil {
		return nil, err
	}
	lo, hi := s.Partition.Rows(c.Rank())
	above, below := s.Partition.neighbours(c.Rank(), p.Boundary == Periodic)
	if s.Field, err = newField[T](p, s.plan, lo, hi, above, below, c.Rank()); err != nil {
		return nil, err // the same on every rank: a matter of the plan
	}
	if s.plan.block == 0 {
		s.plan.block = blockRows(s.Field.stride() * 64 / s.Field.lanes)
	}
	s.halos = newHalos(c, s.Field, above, below, s.plan.depth)
	s.costs.FieldBytes = s.Field.bytes()
	return s, nil
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
	s := &Solver[T]{comm: c, kernel: kernel, coef: coef[T](p), options: o, threads: max(o.Threads, 1)}
	s.Problem, s.Partition = p, o.Partition
	if s.Partition == nil {
		s.Partition = Even(p.NY, c.Size())
	}
	return s, s.Partition.Validate(p.NY, c.Size())
}

// reserve agrees on the plan and checks that the node has the memory for it.
func (s *Solver[T]) reserve() error {
	threads := []int64{int64(s.threads)}
	if err := mpi.Allreduce(s.comm, threads, threads, mpi.Min); err != nil {
		return err
	}
	s.plan = newPlan(s.Problem, s.Partition, int(threads[0]), s.options)
	lo, hi := s.Partition.Rows(s.comm.Rank())
	need, err := fieldBytes[T](s.Problem, s.plan, lo, hi)
	node, nodeErr := s.comm.Node()
	if nodeErr != nil {
		return nodeErr
	}
	defer node.Free()
	sum := []float64{need}
	if e := mpi.Allreduce(node, sum, sum, mpi.Sum); e != nil {
		return e
	}
	if err != nil {
		return err
	}
	if have, ok := cores.AvailableMemory(); ok && sum[0] > float64(have) {
		var v T
		return &MemoryError{s.Problem.NX, s.Problem.NY, int(8 * unsafe.Sizeof(v)), s.comm.Host(), sum[0], float64(have)}
	}
	return nil
}

// A MemoryError refuses a grid that a node has no room for.
type MemoryError struct {
	NX, NY, Bits int
	Host         string
	Need, Have   float64 // bytes, of all ranks on the node
}

func (e *MemoryError) Error() string {
	return fmt.Sprintf("heat: a grid of %d x %d float%d needs %.1f GiB on node %s, which has %.1f GiB free: take fewer points, float32 or more nodes",
		e.NX, e.NY, e.Bits, e.Need/(1<<30), e.Host, e.Have/(1<<30))
}

// ISA is the instruction set of the kernels.
func (s *Solver[T]) ISA() simd.ISA { return s.kernel.ISA() }

// Threads and HaloDepth are what was chosen for this rank.
func (s *Solver[T]) Threads() int { return min(s.threads, max(len(s.Field.bands), 1)) }

// HaloDepth is the number of steps between halo exchanges.
func (s *Solver[T]) HaloDepth() int { return s.plan.depth }

// Costs is what this rank has spent so far.
func (s *Solver[T]) Costs() Costs { return s.costs }

// Rows are the rows [lo, hi) that this rank owns, see Field.Rows.
func (s *Solver[T]) Rows() (lo, hi int) { return s.Field.Rows() }

// Row copies an own row to dst, see Field.Row.
func (s *Solver[T]) Row(i int, dst []T) { s.Field.Row(i, dst) }

// Fill sets the field: f gives each row, and is called for the rows that a rank
// owns, by several threads at once. It is collective. A value that is not finite, or so
// large that sums would overflow, is refused with its index on every rank.
func (s *Solver[T]) Fill(f func(row int, dst []T) error) error {
	lo, hi := s.Rows()
	errs := make([]error, s.Threads())
	s.each(lo, hi, func(thread, from, to int) {
		row := make([]T, s.Problem.NX)
		for i := from; i < to; i++ {
			if err := f(i, row); err != nil {
				errs[thread] = err
				return
			}
			if c := unusable(row); c >= 0 {
				errs[thread] = fmt.Errorf("heat: the initial field is %v at [%d, %d] (row, column): every value must be a finite number below %.3g in magnitude", row[c], i, c, tooLarge[T]())
				return
			}
			s.Field.SetRow(i, row)
		}
	})
	for _, err := range errs {
		if err != nil {
			return s.comm.Agree(err)
		}
	}
	if err := s.comm.Agree(nil); err != nil {
		return err
	}
	return s.halos.wrap(s.Partition)
}

// each divides rows [lo, hi) over the threads of the rank.
func (s *Solver[T]) each(lo, hi int, f func(thread, from, to int)) {
	n := s.Threads()
	var wg sync.WaitGroup
	for i := range n {
		from, to := lo+(hi-lo)*i/n, lo+(hi-lo)*(i+1)/n
		if i == n-1 {
			f(i, from, to)
			break
		}
		wg.Go(func() { f(i, from, to) })
	}
	wg.Wait()
}

// Run takes the field so many steps on. It is collective. It costs, for each
// point and step, five floating-point operations in the first-level cache, and
// for each point 1/16 of a pass over memory a step where the grid is large. When
// ctx ends, it stops with an error, and the field is of no more use.
func (s *Solver[T]) Run(ctx context.Context, steps int) error {
	if steps < 0 {
		return fmt.Errorf("heat: %d steps: must not be negative", steps)
	}
	began, waited := time.Now(), s.halos.waited
	err := s.run(ctx, steps)
	s.costs.Halo += s.halos.waited - waited
	s.costs.Compute += time.Since(began) - (s.halos.waited - waited)
	if err != nil {
		return err
	}
	return s.halos.wrap(s.Partition)
}

func (s *Solver[T]) run(ctx context.Context, steps int) error {
	n := s.Threads()
	t := &team[T]{Solver: s, ctx: ctx, steps: steps, meet: newBarrier(n)}
	var wg sync.WaitGroup
	for thread := 1; thread < n; thread++ {
		wg.Go(func() { t.run(thread) })
	}
	t.run(0)
	wg.Wait()
	if t.err == nil {
		t.err = s.halos.err
	}
	lo, hi := s.Partition.Rows(s.comm.Rank())
	s.costs.Updates += float64(hi-lo) * float64(s.Problem.NX-2) * float64(t.done)
	return t.err
}

// A team is the threads of a rank in one run. Thread 0 is the rank's own, which
// alone may communicate.
type team[T Real] struct {
	*Solver[T]
	ctx   context.Context
	steps int
	done  int
	meet  *barrier
	err   error // set by thread 0 before the first barrier of an exchange, read behind it
}

func (t *team[T]) run(thread int) {
	left, drift := t.steps, 0
	if len(t.Field.bands) > 0 {
		drift = t.Field.bands[0].drifted
	}
	for left > 0 {
		steps := min(left, t.plan.depth)
		if thread == 0 {
			if t.err = t.ctx.Err(); t.err == nil {
				t.err = t.halos.start(steps)
			}
		}
		t.mine(thread, func(b *band[T]) { t.halos.local(b, steps) })
		t.meet.wait()
		if t.err != nil {
			return
		}
		forth := (steps + 1 - drift) / 2 // an odd step goes forth first and back next time
		t.mine(thread, func(b *band[T]) { t.sweep(thread, b, steps, forth) })
		drift += 2*forth - steps
		left -= steps
		if thread == 0 {
			t.halos.finish()
			t.Step += steps
			t.done += steps
			if t.options.Progress != nil {
				t.options.Progress(t.done)
			}
		}
		t.meet.wait()
	}
}

// mine calls f for the bands of a thread.
func (t *team[T]) mine(thread int, f func(*band[T])) {
	n, threads := len(t.Field.bands), t.Threads()
	for i := thread * n / threads; i < (thread+1)*n/threads; i++ {
		f(t.Field.bands[i])
	}
}

// sweep takes a band through the steps between two halo exchanges: forth and,
// with what is left, back to where it was.
func (t *team[T]) sweep(thread int, b *band[T], steps, forth int) {
	b.ownGhosts()
	s := sweep[T]{band: b, kernel: t.kernel, coef: &t.coef, boundary: t.Problem.Boundary, block: t.plan.block}
	s.await, s.poll = t.halos.finish, t.halos.poll
	if thread != 0 {
		s.await, s.poll = t.awaitOther, func() {}
	}
	if s.steps, s.after = forth, steps-forth; s.steps > 0 {
		s.run()
	}
	if s.back, s.steps, s.after = true, steps-forth, 0; s.steps > 0 {
		s.run()
	}
}

// awaitOther waits until thread 0 has the halo rows.
func (t *team[T]) awaitOther() {
	for !t.halos.arrived.Load() {
		runtime.Gosched()
	}
}
