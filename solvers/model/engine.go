package model

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"unsafe"

	"hybrid/halo"
	"hybrid/internal/units"
	"hybrid/solvers/model/ir"
	"hybrid/solvers/task"
)

// Real is what a solver computes with.
type Real interface{ float32 | float64 }

// Options are choices that change the speed of a run and not its bits.
type Options struct {
	Ranks []int // along each dimension of the model; nil: chosen
	Steps int   // of a block; 0: chosen
	Tile  [2]int
	Rows  int // of a plane that a call of a kernel makes; 0: chosen
	Bands int // along the axis walked along; 0: one for each thread
	// Compile makes a kernel of a program; nil: the interpreter.
	Compile func(p *ir.Program) (ir.Kernel, error)
	Beside  float64 // bytes that this rank takes beside the solver: they have to be there too
	// DeviceHalos is the only way for halos between devices to take, the same on all ranks; "": chosen.
	DeviceHalos halo.Path
}

// A Solver takes the steps of a system on one rank's part of the grid. Its methods are
// collective.
//
// Steps are taken in blocks, between two exchanges of the halo. A block is cut into tiles,
// which threads take one after the other. Of a tile all versions of the fields are made in
// one walk: where version v makes slab i, version v+1 follows as many slabs behind as it
// reaches, so that what lies between them stays in the cache. At its edges a version of a
// tile has what the ones after it reach, which its neighbours make too.
type Solver[T Real] struct {
	sys     *System
	place   task.Place
	options Options
	order   order

	grid     *halo.Grid
	part     part
	current  []*halo.Field[T] // nil: a stage
	next     []*halo.Field[T] // of those that evolve; nil where a device takes the steps
	device   *device[T]       // nil: the processor takes the steps
	links    *halo.Links      // of devices
	passes   []passCode
	coords   [3][]T // by axis, from part.from
	faces    map[faceOf]faceKernel
	constant []*shifts[T] // of the boundaries that no time changes, by field

	block     int // most steps of one
	schedules map[int]*schedule
	scratch   []scratch[T] // of each thread
	step      int
}

// A part is a rank's part of the grid, by axis.
type part struct {
	lo, hi [3]int
	open   [3][2]bool // a face of the grid that is no seam of a periodic one
	depth  int        // of the halo around it
	dims   int
}

// exists tells whether the model has an axis.
func (p *part) exists(axis int) bool { return axis >= 3-p.dims }

// from is the first cell in memory, and to the last one and one, of an axis.
func (p *part) from(axis int) int {
	if p.exists(axis) {
		return p.lo[axis] - p.depth
	}
	return 0
}

func (p *part) to(axis int) int {
	if p.exists(axis) {
		return p.hi[axis] + p.depth
	}
	return 1
}

// New prepares the system on this rank; Prepare is to follow. The error of one rank is
// every rank's.
func New[T Real](sys *System, place task.Place, o Options) (*Solver[T], error) {
	s := &Solver[T]{sys: sys, place: place, options: o, order: orderOf(sys.Dims), schedules: map[int]*schedule{}}
	if err := s.cut(); err != nil {
		return nil, err
	}
	if err := s.reserve(); err != nil {
		return nil, err
	}
	for f := range sys.Fields {
		s.current = append(s.current, nil)
		s.next = append(s.next, nil)
		if sys.Fields[f].Role != Stage {
			s.current[f] = halo.NewField[T](s.grid)
		}
		if sys.Fields[f].Role == Evolved && place.Device == nil {
			s.next[f] = halo.NewField[T](s.grid)
		}
	}
	for axis := range 3 {
		s.coords[axis] = s.coordinates(axis)
	}
	s.scratch = make([]scratch[T], max(place.Threads, 1))
	s.touch()
	s.constant = make([]*shifts[T], len(sys.Fields))
	s.faces = map[faceOf]faceKernel{}
	if err := place.Comm.Agree(s.compile()); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	if err := s.openDevice(); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// touch has each thread write to the pages that its steps will write, as the first values of the
// fields do to the others: the system finds the memory now, and steps take as long as steps take.
func (s *Solver[T]) touch() {
	const page = 4 << 10
	step := page / int(unsafe.Sizeof(*new(T)))
	for _, field := range s.next {
		if field == nil {
			continue
		}
		n := len(field.Data)
		s.threads(func(thread int) {
			for i := thread * n / len(s.scratch); i < (thread+1)*n/len(s.scratch); i += step {
				field.Data[i] = 0
			}
		})
	}
}

// compile makes the kernels of the processor.
func (s *Solver[T]) compile() error {
	if s.place.Device != nil {
		return nil
	}
	for i := range s.sys.Passes {
		p, err := s.passCode(s.sys.Passes[i].Program)
		if err == nil {
			err = s.withRenamed(i, &p)
		}
		s.passes = append(s.passes, p)
		if err != nil {
			return err
		}
	}
	return nil
}

// kernel is that of the processor for a program.
func (s *Solver[T]) kernel(p *ir.Program) (ir.Kernel, error) {
	if s.options.Compile == nil {
		return p.Interpreter(), nil
	}
	return s.options.Compile(p)
}

// cut cuts the grid, with a halo as deep as a block of steps needs.
func (s *Solver[T]) cut() error {
	sys := s.sys
	first := 3 - sys.Dims
	size, periodic := sys.Size[first:], sys.periodicAxes()
	reach := sys.stepReach()
	deepest := max(reach[0], reach[1], reach[2])
	for axis := first; axis < 3; axis++ {
		if sys.Size[axis] < reach[axis] {
			return fmt.Errorf("model: a grid of %s along %c, and a step reaches %d: take more cells", units.Count(sys.Size[axis], "cell"), "zyx"[axis], reach[axis])
		}
		if sys.periodic(axis) && sys.Size[axis] < deepest { // the halo is as deep along all axes
			return fmt.Errorf("model: a grid of %s along %c, which is periodic, and a step reaches %d along another axis: take as many", units.Count(sys.Size[axis], "cell"), "zyx"[axis], deepest)
		}
	}
	o := halo.Options{Ranks: s.options.Ranks, Periodic: periodic, Depth: deepest}
	g, err := halo.New(s.place.Comm, size, o)
	if err != nil {
		return tooManyRanks(err, size, s.place.Comm.Size(), o)
	}
	thinnest := s.thinnest(g, periodic)
	if s.block, err = s.blockSteps(g, deepest, thinnest); err != nil {
		return err
	}
	o.Ranks, o.Depth = g.Ranks(), s.block*deepest
	if s.grid, err = halo.New(s.place.Comm, size, o); err != nil {
		return err
	}
	s.part = part{depth: s.grid.Depth(), dims: sys.Dims}
	s.part.lo, s.part.hi, s.part.open = partOf(sys, s.grid)
	return nil
}

// partOf is the cells of a system's grid that are this rank's, and where the grid ends beside them.
func partOf(sys *System, g *halo.Grid) (lo, hi [3]int, open [3][2]bool) {
	own, first := g.Own(), 3-sys.Dims
	for axis := range 3 {
		hi[axis], open[axis] = 1, [2]bool{true, true}
		if d := axis - first; d >= 0 {
			lo[axis], hi[axis] = own.Lo[d], own.Hi[d]
			ends := !sys.periodic(axis)
			open[axis] = [2]bool{ends && own.Lo[d] == 0, ends && own.Hi[d] == sys.Size[axis]}
		}
	}
	return lo, hi, open
}

// periodic tells whether the grid goes on at its other end.
func (s *System) periodic(axis int) bool {
	for f := range s.Fields {
		if s.Fields[f].Boundary[axis][0].Periodic {
			return true
		}
	}
	return false
}

// periodicAxes tells it of each of the model's axes.
func (s *System) periodicAxes() (is []bool) {
	for axis := 3 - s.Dims; axis < 3; axis++ {
		is = append(is, s.periodic(axis))
	}
	return is
}

// thinnest is the least number of cells that a part with neighbours has along a dimension.
func (s *Solver[T]) thinnest(g *halo.Grid, periodic []bool) int {
	least := 1 << 30
	parts := g.Ranks()
	for rank := range s.place.Comm.Size() {
		b := g.Of(rank)
		for d := range parts {
			if parts[d] > 1 || periodic[d] {
				least = min(least, b.Hi[d]-b.Lo[d])
			}
		}
	}
	return least
}

// Close gives back what the solver holds.
func (s *Solver[T]) Close() error {
	for _, f := range s.faces {
		if err := closeKernel(f.kernel); err != nil {
			return err
		}
	}
	for i := range s.passes {
		if err := s.passes[i].close(); err != nil {
			return err
		}
	}
	clear(s.faces)
	s.passes = nil
	if s.device == nil {
		return nil
	}
	d := s.device
	s.device = nil
	return d.close()
}

// closeKernel gives back the memory of machine code.
func closeKernel(k ir.Kernel) error {
	if c, ok := k.(interface{ Close() error }); ok {
		return c.Close()
	}
	return nil
}

// System is what the solver solves.
func (s *Solver[T]) System() *System { return s.sys }

// Field is a field of the system as it is now; nil for a stage. Its halo is not renewed.
// The next Advance may put another in its place.
func (s *Solver[T]) Field(f int) *halo.Field[T] { return s.current[f] }

// Grid is the grid of the fields.
func (s *Solver[T]) Grid() *halo.Grid { return s.grid }

// Step is the number of steps taken.
func (s *Solver[T]) Step() int { return s.step }

// Time is the time of the fields.
func (s *Solver[T]) Time() float64 { return s.sys.TimeOf(s.step, 0) }

// Advance takes n steps, in as few blocks as there can be, which are as long as each other. Between blocks it looks at ctx.
func (s *Solver[T]) Advance(ctx context.Context, n int) error {
	for n > 0 {
		if err := s.stopped(ctx); err != nil {
			return err
		}
		blocks := (n + s.block - 1) / s.block
		steps := (n + blocks - 1) / blocks
		if err := s.advance(steps); err != nil {
			return err
		}
		s.step += steps
		n -= steps
	}
	if s.device == nil {
		return nil
	}
	return s.readDevice()
}

// stopped is the reason why all ranks stop, if one's ctx has ended.
func (s *Solver[T]) stopped(ctx context.Context) error {
	if ctx.Done() == nil {
		return nil
	}
	return s.place.Comm.Agree(ctx.Err())
}

// advance takes the steps of one block.
func (s *Solver[T]) advance(steps int) error {
	if s.device != nil {
		return s.device.advance(s.step, steps)
	}
	sc := s.schedule(steps)
	if err := s.renew(steps); err != nil {
		return err
	}
	b := s.newBlock(sc)
	tiles := s.tiles()
	var next atomic.Int64
	s.threads(func(thread int) {
		for {
			i := int(next.Add(1)) - 1
			if i >= len(tiles) {
				return
			}
			b.walk(&s.scratch[thread], tiles[i])
		}
	})
	for f := range s.sys.Fields {
		if s.sys.Fields[f].Role == Evolved {
			s.current[f], s.next[f] = s.next[f], s.current[f]
		}
	}
	return nil
}

// schedule is that of a block of so many steps, made once.
func (s *Solver[T]) schedule(steps int) *schedule {
	sc, ok := s.schedules[steps]
	if !ok {
		sc = s.sys.newSchedule(steps, s.slabsAtOnce(), true)
		s.schedules[steps] = sc
	}
	return sc
}

// renew gets the halo for a block of steps from the neighbours, and puts ghost cells where
// the grid ends.
func (s *Solver[T]) renew(steps int) error {
	reach := s.sys.stepReach()
	depth := steps * max(reach[0], reach[1], reach[2])
	if err := s.exchange(Evolved, depth); err != nil {
		return err
	}
	for f := range s.sys.Fields {
		if s.sys.Fields[f].Role == Evolved {
			s.ghosts(f, s.shiftsAt(f, s.Time()))
		}
	}
	return nil
}

// exchange renews the halo of all fields of a role at once.
func (s *Solver[T]) exchange(role Role, depth int) error {
	if depth == 0 {
		return nil
	}
	var errs []error
	for f, field := range s.current {
		if s.sys.Fields[f].Role == role {
			errs = append(errs, field.StartDepth(depth))
		}
	}
	for f, field := range s.current {
		if s.sys.Fields[f].Role == role {
			errs = append(errs, field.Finish())
		}
	}
	return errors.Join(errs...)
}

// threads runs f on all threads of the rank.
func (s *Solver[T]) threads(f func(thread int)) {
	n := len(s.scratch)
	if n == 1 {
		f(0)
		return
	}
	var all sync.WaitGroup
	for i := 1; i < n; i++ {
		all.Go(func() { f(i) })
	}
	f(0)
	all.Wait()
	runtime.KeepAlive(s)
}
