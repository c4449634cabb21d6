package model

import (
	"errors"
	"slices"

	"hybrid/gpu"
	"hybrid/halo"
	"hybrid/solvers/model/ir"
)

// A device takes a system's steps on one rank's part of the grid in the memory of a GPU,
// where the fields stay from write to read. Steps are taken in blocks, between two exchanges
// of the halo: a pass makes the own cells and so many around them as the later passes of the
// block need.
type device[T Real] struct {
	sys    *System
	grid   *halo.Grid
	on     *gpu.Device
	alone  bool // the part is the whole grid
	part   devicePart
	offset [3]int // of a cell's number in memory from that in the grid
	reach  [3]int // of a step
	steps  int    // of a block, at most

	fields []*halo.DeviceField[T]
	spare  []*gpu.Buffer[T] // where a pass writes a field that it reads; nil: none does
	tables [3]*gpu.Buffer[T]
	shells map[shellKey]shell
	stream *gpu.Stream
	module *gpu.Module
	code   *deviceCode
	passes []*gpu.Kernel
	ghosts []*gpu.Kernel // nil: none
	walk   *gpu.Kernel   // nil: none
}

// A cellBox is a box of cells, numbered as they lie in memory.
type cellBox struct{ lo, hi [3]int }

// The lists of ghostLists.
const (
	evolvedGhosts = iota
	staticGhosts
	passGhosts // of the first pass
)

// openDevice gives the rank's device, where it has one, the solver's steps to take. It is
// collective.
func (s *Solver[T]) openDevice() error {
	var err error
	if s.links, err = halo.Connect(s.grid, s.place.Device, s.options.DeviceHalos); err != nil {
		return err
	}
	if s.place.Device != nil {
		s.device, err = newDevice[T](s.sys, s.grid, s.place.Device, s.links, s.block)
	}
	return s.place.Comm.Agree(err)
}

// writeDevice copies the fields as they are at the start to the device.
func (s *Solver[T]) writeDevice() error {
	for f, field := range s.current {
		if field != nil {
			if err := s.device.fields[f].Write(field); err != nil {
				return err
			}
		}
	}
	return s.device.begin()
}

// readDevice copies the fields that evolve from the device.
func (s *Solver[T]) readDevice() error {
	if err := s.device.stream.Synchronize(); err != nil {
		return err
	}
	for f, field := range s.current {
		if s.sys.Fields[f].Role == Evolved {
			if err := s.device.fields[f].Read(field); err != nil {
				return err
			}
		}
	}
	return nil
}

// newDevice takes memory for the fields, and has the driver compile the kernels. Links are
// those of halo.Connect. Close it.
// Blocks have so many steps at most.
func newDevice[T Real](sys *System, g *halo.Grid, on *gpu.Device, links *halo.Links, steps int) (*device[T], error) {
	d := &device[T]{sys: sys, grid: g, on: on, steps: steps, reach: sys.stepReach(), alone: g.Comm().Size() == 1, shells: map[shellKey]shell{}}
	if err := d.open(links); err != nil {
		return nil, errors.Join(err, d.close())
	}
	return d, nil
}

func (d *device[T]) open(links *halo.Links) (err error) {
	if d.stream, err = d.on.NewStream(); err != nil {
		return err
	}
	d.spare = make([]*gpu.Buffer[T], len(d.sys.Fields))
	for range d.sys.Fields {
		f, err := halo.NewDeviceField[T](d.grid, d.on, links)
		if err != nil {
			return err
		}
		d.fields = append(d.fields, f)
	}
	if d.grid.Own().Cells() == 0 {
		return nil
	}
	d.lay()
	for axis := range d.tables {
		if err := d.table(axis); err != nil {
			return err
		}
	}
	if err := d.load(); err != nil {
		return err
	}
	return d.openSpare()
}

// openSpare takes memory for fields that are written while they are read.
func (d *device[T]) openSpare() (err error) {
	for f := range d.sys.Fields {
		spare := d.code.walk != nil && d.sys.Fields[f].Role == Evolved
		for i := range d.sys.Passes {
			_, reads := d.sys.Passes[i].Program.Reach(f)
			spare = spare || reads && slices.Contains(d.sys.Passes[i].Writes, f)
		}
		if spare {
			if d.spare[f], err = gpu.Alloc[T](d.on, d.fields[f].Buffer.Len()); err != nil {
				return err
			}
		}
	}
	return nil
}

// lay finds how the part lies in memory.
func (d *device[T]) lay() {
	own, all := d.grid.Own(), d.grid.All()
	first := 3 - d.sys.Dims
	d.part.ghosts = d.sys.deepestGhosts()
	stride := [3]int{0, 0, 1}
	d.part.hi = [3]int{1, 1, 1}
	for k := range own.Lo {
		axis := first + k
		d.part.lo[axis], d.part.hi[axis] = d.grid.Depth(), d.grid.Depth()+own.Hi[k]-own.Lo[k]
		d.offset[axis] = d.grid.Depth() - own.Lo[k]
		stride[axis] = d.fields[0].Stride(k)
		if d.sys.periodic(axis) {
			d.part.wrap[axis] = d.alone
		} else {
			d.part.open[axis] = [2]bool{own.Lo[k] == all.Lo[k], own.Hi[k] == all.Hi[k]}
		}
	}
	d.part.layout.Plane, d.part.layout.Row = stride[0], stride[1]
}

// table puts the coordinates along an axis into the device's memory.
func (d *device[T]) table(axis int) (err error) {
	values := make([]T, d.part.hi[axis]+d.part.lo[axis])
	for i := range values {
		values[i] = T(d.sys.coordinate(axis, i-d.offset[axis]))
	}
	if d.tables[axis], err = gpu.Alloc[T](d.on, len(values)); err != nil {
		return err
	}
	return d.tables[axis].Write(values)
}

// load has the driver compile the kernels.
func (d *device[T]) load() (err error) {
	d.code = d.sys.newDeviceCode(&d.part, d.sys.ghostLists(), d.steps)
	if d.module, err = d.on.Load("the model's kernels", d.code.text); err != nil {
		return err
	}
	get := func(e deviceEntry) (*gpu.Kernel, error) {
		if e.Entry == nil {
			return nil, nil
		}
		return d.module.Kernel(e.Name)
	}
	if w := d.code.walk; w != nil {
		if d.walk, err = d.module.Kernel(w.Name); err != nil {
			return err
		}
	}
	for _, list := range []struct {
		entries []deviceEntry
		kernels *[]*gpu.Kernel
	}{{d.code.passes, &d.passes}, {d.code.ghosts, &d.ghosts}} {
		for _, e := range list.entries {
			k, err := get(e)
			if err != nil {
				return err
			}
			*list.kernels = append(*list.kernels, k)
		}
	}
	return nil
}

// close gives back what the device has. All ranks call it.
func (d *device[T]) close() error {
	var errs []error
	note := func(err error) { errs = append(errs, err) }
	if d.stream != nil {
		note(d.stream.Synchronize())
	}
	for i, f := range d.fields {
		note(d.spare[i].Free())
		note(f.Close())
	}
	for _, t := range d.tables {
		note(t.Free())
	}
	for _, s := range d.shells {
		note(s.table.Free())
	}
	if d.module != nil {
		note(d.module.Unload())
	}
	if d.stream != nil {
		note(d.stream.Close())
	}
	return errors.Join(errs...)
}

// begin renews the halo and the ghost cells of fields that stay, which have been written.
func (d *device[T]) begin() error {
	if err := d.exchange(Static, d.grid.Depth()); err != nil || d.grid.Own().Cells() == 0 {
		return err
	}
	return d.begun(staticGhosts, d.grid.Depth(), d.sys.TimeOf(0, 0))
}

// exchange gets so many cells of the halo of all fields of a role from the neighbours.
func (d *device[T]) exchange(role Role, depth int) error {
	if depth == 0 || d.alone {
		return nil
	}
	for f, field := range d.fields {
		if d.sys.Fields[f].Role == role {
			if err := field.StartDepth(d.stream, depth); err != nil {
				return err
			}
		}
	}
	for f, field := range d.fields {
		if d.sys.Fields[f].Role == role {
			if err := field.Finish(d.stream); err != nil {
				return err
			}
		}
	}
	return nil
}

// begun makes the ghost cells of a list of fields that have so much of the halo.
func (d *device[T]) begun(ghosts, depth int, time float64) error {
	if d.alone {
		return d.makeGhosts(ghosts, cellBox{d.part.lo, d.part.hi}, depth, time)
	}
	return d.makeGhosts(ghosts, d.grown([3]int{depth, depth, depth}), 0, time)
}

// grown is the own cells and so many around them, where the grid does not end.
func (d *device[T]) grown(n [3]int) cellBox {
	b := cellBox{d.part.lo, d.part.hi}
	for axis := 3 - d.sys.Dims; axis < 3; axis++ {
		if !d.part.open[axis][0] {
			b.lo[axis] -= n[axis]
		}
		if !d.part.open[axis][1] {
			b.hi[axis] += n[axis]
		}
	}
	return b
}

// beyond is a box and so many cells more where it ends with the grid.
func (d *device[T]) beyond(b cellBox, n [3]int) cellBox {
	for axis := range 3 {
		if d.part.open[axis][0] {
			b.lo[axis] -= n[axis]
		}
		if d.part.open[axis][1] {
			b.hi[axis] += n[axis]
		}
	}
	return b
}

// advance takes a block of steps, from the one numbered step. The halo is as deep as they reach,
// or deeper.
func (d *device[T]) advance(step, steps int) error {
	depth := steps * max(d.reach[0], d.reach[1], d.reach[2])
	if err := d.exchange(Evolved, depth); err != nil || d.grid.Own().Cells() == 0 {
		return err
	}
	w := d.code.walk
	// A walk makes ghost cells of its own, of fields that have none.
	ghosts := w == nil || steps < w.steps || d.part.wrap != [3]bool{}
	if ghosts {
		if err := d.begun(evolvedGhosts, depth, d.sys.TimeOf(step, 0)); err != nil {
			return err
		}
	}
	for n := 0; n < steps; {
		if w != nil && steps-n >= w.steps {
			n += w.steps
			ghosts = false
			if err := d.launchWalk(d.grown(times(steps-n, d.reach)), step+n-w.steps); err != nil {
				return err
			}
			continue
		}
		left := times(steps-n, d.reach)
		if !ghosts {
			if err := d.makeGhosts(evolvedGhosts, d.grown(left), 0, d.sys.TimeOf(step+n, 0)); err != nil {
				return err
			}
			ghosts = true
		}
		n++
		if err := d.step(step+n-1, left, n == steps); err != nil {
			return err
		}
	}
	return nil
}

// step takes one step, pass by pass. It and those after it reach so far.
func (d *device[T]) step(step int, reach [3]int, last bool) error {
	for i := range d.sys.Passes {
		p := &d.sys.Passes[i]
		reach = minus(reach, d.sys.reachOf(i))
		box := d.grown(reach)
		if err := d.pass(i, d.beyond(box, p.Around), d.sys.TimeOf(step, p.Time)); err != nil {
			return err
		}
		if last && i == len(d.sys.Passes)-1 {
			break // the next block renews its ghost cells
		}
		if err := d.makeGhosts(passGhosts+i, box, 0, d.sys.TimeOf(step, p.After)); err != nil {
			return err
		}
	}
	return nil
}

func times(n int, a [3]int) [3]int { return [3]int{n * a[0], n * a[1], n * a[2]} }
func minus(a, b [3]int) [3]int     { return [3]int{a[0] - b[0], a[1] - b[1], a[2] - b[2]} }

// pass makes what a pass writes, in a box.
func (d *device[T]) pass(i int, box cellBox, time float64) error {
	p := &d.sys.Passes[i]
	to := make([]*gpu.Buffer[T], len(p.Writes))
	for n, f := range p.Writes {
		to[n] = d.fields[f].Buffer
		if _, reads := p.Program.Reach(f); reads {
			to[n] = d.spare[f]
		}
	}
	if err := d.launchPass(i, box, to, time); err != nil {
		return err
	}
	for n, f := range p.Writes {
		if to[n] == d.spare[f] {
			d.fields[f].Buffer, d.spare[f] = d.spare[f], d.fields[f].Buffer
		}
	}
	return nil
}

// bits are uniforms as arguments.
func (d *device[T]) bits(all []uint64) (args []gpu.Arg) {
	for _, u := range all {
		if d.sys.Type == ir.F32 {
			args = append(args, gpu.Value(uint32(u)))
		} else {
			args = append(args, gpu.Value(u))
		}
	}
	return args
}
