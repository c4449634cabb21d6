package model

import (
	"errors"
	"unsafe"

	"hybrid/halo"
	"hybrid/solvers/model/ir"
)

// A reference takes a system's steps in the plainest way: one pass after the other over all cells, on
// one thread, by the interpreter, with ghost cells made anew behind each. It is what other
// engines are compared with, bit by bit.
type reference[T float32 | float64] struct {
	sys     *System
	lo, hi  [3]int     // the cells that it makes: all of the grid, or a rank's part
	open    [3][2]bool // where the grid ends beside them
	pad     [3]int     // ghost cells at each end of an axis, of all fields
	width   [3]int     // cells along an axis, with these
	fields  [][]T
	kernels map[*ir.Program]ir.Kernel
	step    int

	seams *halo.Field[T] // by which ranks get the cells beside their parts; nil: no other has any
	err   error          // of these messages
}

// newReference makes one that begins with such fields, of the whole grid without ghost cells,
// by field; of stages none are needed.
func newReference[T float32 | float64](s *System, begin [][]T) *reference[T] {
	r := &reference[T]{sys: s, hi: s.Size}
	for axis := range r.open {
		r.open[axis] = [2]bool{true, true}
	}
	r.begin(begin)
	return r
}

// newReferencePart makes one of a rank's part of a system that ranks have parts of, cut as g is. It
// begins with such cells of the part, at a step. It is collective, as advance is then.
func newReferencePart[T Real](s *System, g *halo.Grid, step int, begin [][]T) (*reference[T], error) {
	r := &reference[T]{sys: s, step: step}
	r.lo, r.hi, r.open = partOf(s, g)
	pad := s.deepestGhosts()
	own, err := halo.New(g.Comm(), s.Size[3-s.Dims:], halo.Options{Ranks: g.Ranks(), Periodic: s.periodicAxes(), Depth: max(pad[0], pad[1], pad[2])})
	if err != nil {
		return nil, err
	}
	r.seams = halo.NewField[T](own)
	r.begin(begin)
	return r, r.err
}

// begin takes fields over.
func (r *reference[T]) begin(begin [][]T) {
	r.pad, r.kernels = r.sys.deepestGhosts(), map[*ir.Program]ir.Kernel{}
	for axis := range r.width {
		r.width[axis] = r.hi[axis] - r.lo[axis] + 2*r.pad[axis]
	}
	columns := r.hi[2] - r.lo[2]
	for f := range r.sys.Fields {
		cells := r.empty()
		r.fields = append(r.fields, cells)
		if r.sys.Fields[f].Role != Stage {
			from := begin[f]
			r.rows(func(a, b int) {
				copy(cells[r.at(a, b, r.lo[2]):], from[:columns])
				from = from[columns:]
			})
			step := r.step
			if r.sys.Fields[f].Role == Static {
				step = 0 // as it was made
			}
			r.ghosts(f, r.sys.TimeOf(step, 0))
		}
	}
}

// advance takes steps.
func (r *reference[T]) advance(steps int) {
	for range steps {
		for i := range r.sys.Passes {
			r.pass(&r.sys.Passes[i])
		}
		r.step++
	}
}

// field is a field of the part, without ghost cells.
func (r *reference[T]) field(f int) (cells []T) {
	r.rows(func(a, b int) {
		at := r.at(a, b, r.lo[2])
		cells = append(cells, r.fields[f][at:at+r.hi[2]-r.lo[2]]...)
	})
	return cells
}

// pass takes one pass.
func (r *reference[T]) pass(p *Pass) {
	var made [][]T
	for range p.Writes {
		made = append(made, r.empty())
	}
	program := p.Program
	from := r.lo[2] - p.Around[2]
	x := r.coordinates(from, r.hi[2]+p.Around[2])
	r.rowsAround(p.Around, func(a, b int) {
		args := ir.Args{N: len(x), X: unsafe.Pointer(&x[0])}
		for _, row := range program.Rows {
			args.In = append(args.In, unsafe.Pointer(&r.fields[row.Field][r.at(a+row.A, b+row.B, from)]))
		}
		for i := range made {
			args.Out = append(args.Out, unsafe.Pointer(&made[i][r.at(a, b, from)]))
		}
		r.run(program, &args, ir.Place{
			Time: r.sys.TimeOf(r.step, p.Time),
			At:   [2]float64{r.sys.coordinate(0, a), r.sys.coordinate(1, b)},
		})
	})
	for i, f := range p.Writes {
		r.fields[f] = made[i]
	}
	for _, f := range p.Writes {
		if r.sys.Fields[f].Auxiliary {
			continue // it has been made there
		}
		r.ghosts(f, r.sys.TimeOf(r.step, p.After))
	}
}

// ghosts makes a field's ghost cells: beyond columns, then beyond rows, corners with them,
// then beyond planes. Cells of other ranks come before.
func (r *reference[T]) ghosts(f int, time float64) {
	lo, hi := r.neighbours(f) // the cells that are there already
	for axis := 2; axis >= 0; axis-- {
		for end := range 2 {
			if r.open[axis][end] {
				r.beyond(f, axis, end, lo, hi, time)
			}
		}
		lo[axis], hi[axis] = r.lo[axis]-r.pad[axis], r.hi[axis]+r.pad[axis]
	}
}

// neighbours gets the cells beside the part that other ranks have. It returns the cells that are there
// then.
func (r *reference[T]) neighbours(f int) (lo, hi [3]int) {
	lo, hi = r.lo, r.hi
	if r.seams == nil {
		return lo, hi
	}
	each := func(do func(mine, shared []T)) {
		for a := lo[0]; a < hi[0]; a++ {
			for b := lo[1]; b < hi[1]; b++ {
				at, n := [3]int{a, b, lo[2]}, hi[2]-lo[2]
				from, to := r.at(a, b, lo[2]), r.seams.Index(at[3-r.sys.Dims:]...)
				do(r.fields[f][from:from+n], r.seams.Data[to:to+n])
			}
		}
	}
	each(func(mine, shared []T) { copy(shared, mine) })
	r.err = errors.Join(r.err, r.seams.Start(), r.seams.Finish())
	for axis := range lo {
		if !r.open[axis][0] {
			lo[axis] -= r.pad[axis]
		}
		if !r.open[axis][1] {
			hi[axis] += r.pad[axis]
		}
	}
	each(func(mine, shared []T) { copy(mine, shared) })
	return lo, hi
}

// beyond makes the ghost cells at one end of an axis, beside the cells from lo to hi.
func (r *reference[T]) beyond(f, axis, end int, lo, hi [3]int, time float64) {
	size := r.sys.Size[axis]
	boundary := &r.sys.Fields[f].Boundary[axis][end]
	depth := len(boundary.Scale)
	if boundary.Periodic {
		depth = r.pad[axis]
	}
	for d := 1; d <= depth; d++ {
		to, from := -d, d-1 // the ghost cell, and the one inside that it mirrors
		if boundary.Periodic {
			from = size - d
		}
		if end == 1 {
			to, from = size-1-to, size-1-from
		}
		lo[axis], hi[axis] = 0, 1
		for a := lo[0]; a < hi[0]; a++ {
			for b := lo[1]; b < hi[1]; b++ {
				for c := lo[2]; c < hi[2]; c++ {
					point := [3]int{a, b, c}
					point[axis] = to
					ghost := &r.fields[f][r.at(point[0], point[1], point[2])]
					point[axis] = from
					inside := r.fields[f][r.at(point[0], point[1], point[2])]
					if boundary.Periodic {
						*ghost = inside
						continue
					}
					shift := r.shift(boundary.Shift[d-1], axis, end, point, time)
					scale := T(boundary.Scale[d-1])
					*ghost = r.fma(scale, inside, shift)
				}
			}
		}
	}
}

// shift is what a boundary's program gives at the point of the face beside a cell.
func (r *reference[T]) shift(p *ir.Program, axis, end int, cell [3]int, time float64) (made T) {
	var at [3]float64
	for i := range at {
		at[i] = r.sys.coordinate(i, cell[i])
	}
	at[axis] = r.sys.face(axis, end)
	x := T(at[2])
	args := ir.Args{N: 1, X: unsafe.Pointer(&x), Out: []unsafe.Pointer{unsafe.Pointer(&made)}}
	r.run(p, &args, ir.Place{Time: time, At: [2]float64(at[:2])})
	return made
}

// run runs a program at a place.
func (r *reference[T]) run(p *ir.Program, args *ir.Args, at ir.Place) {
	k, ok := r.kernels[p]
	if !ok {
		k = p.Interpreter()
		r.kernels[p] = k
	}
	args.Uniforms = make([]uint64, len(p.Uniforms))
	p.PutUniforms(args.Uniforms, ir.PerStep, at)
	p.PutUniforms(args.Uniforms, ir.PerRow, at)
	k.Run(args)
}

// fma is x*y + z as the type's operation has it.
func (r *reference[T]) fma(x, y, z T) T {
	t := r.sys.Type
	return T(t.Float(t.Eval(ir.FMA, 0, [3]uint64{t.Bits(float64(x)), t.Bits(float64(y)), t.Bits(float64(z))})))
}

// empty is an array of all cells.
func (r *reference[T]) empty() []T { return make([]T, r.width[0]*r.width[1]*r.width[2]) }

// at is the place of a cell in such an array.
func (r *reference[T]) at(a, b, c int) int {
	return ((a-r.lo[0]+r.pad[0])*r.width[1]+b-r.lo[1]+r.pad[1])*r.width[2] + c - r.lo[2] + r.pad[2]
}

// rows calls do for each row of the part that has cells.
func (r *reference[T]) rows(do func(a, b int)) { r.rowsAround([3]int{}, do) }

// rowsAround calls do for the rows of so many cells around the part, too.
func (r *reference[T]) rowsAround(around [3]int, do func(a, b int)) {
	if r.lo[0] >= r.hi[0] || r.lo[1] >= r.hi[1] || r.lo[2] >= r.hi[2] {
		return
	}
	for a := r.lo[0] - around[0]; a < r.hi[0]+around[0]; a++ {
		for b := r.lo[1] - around[1]; b < r.hi[1]+around[1]; b++ {
			do(a, b)
		}
	}
}

// coordinates are those along a row.
func (r *reference[T]) coordinates(lo, hi int) []T {
	x := make([]T, 0, hi-lo)
	for c := lo; c < hi; c++ {
		x = append(x, T(r.sys.coordinate(2, c)))
	}
	return x
}

// initially is a field at the start, of the whole grid, as its program makes it.
func initially[T float32 | float64](s *System, f int) []T {
	return initiallyIn[T](s, f, [3]int{}, s.Size)
}

// initiallyIn is that of the cells from lo to hi.
func initiallyIn[T float32 | float64](s *System, f int, lo, hi [3]int) []T {
	field := &s.Fields[f]
	plain := &System{Type: s.Type, Size: s.Size, Origin: s.Origin, Spacing: s.Spacing, Fields: make([]Field, len(field.Noise)+1)}
	plain.Passes = []Pass{{Program: field.Initial, Writes: []int{len(field.Noise)}}}
	r := &reference[T]{sys: plain, lo: lo, hi: hi}
	begin := make([][]T, len(plain.Fields))
	r.rows(func(a, b int) {
		for c := lo[2]; c < hi[2]; c++ {
			for i, seed := range field.Noise {
				begin[i] = append(begin[i], T(noise(s.Type, seed, uint64(s.number([3]int{a, b, c})))))
			}
			begin[len(field.Noise)] = append(begin[len(field.Noise)], 0)
		}
	})
	r.begin(begin)
	r.advance(1)
	return r.field(len(field.Noise))
}
