package model

import (
	"unsafe"

	"hybrid/solvers/model/ir"
)

// A reference takes a system's steps in the plainest way: on whole arrays, one pass after the
// other over all cells, on one thread, by the interpreter. It is what other engines are
// compared with, bit by bit.
type reference[T float32 | float64] struct {
	sys     *System
	pad     [3]int // ghost cells at each end of an axis, of all fields
	width   [3]int // cells along an axis, with these
	fields  [][]T
	kernels map[*ir.Program]ir.Kernel
	step    int
}

// newReference makes one that begins with such fields, of the whole grid without ghost cells,
// by field; of stages none are needed.
func newReference[T float32 | float64](s *System, begin [][]T) *reference[T] {
	r := &reference[T]{sys: s, pad: s.deepestGhosts(), kernels: map[*ir.Program]ir.Kernel{}}
	for axis, n := range s.Size {
		r.width[axis] = n + 2*r.pad[axis]
	}
	for f := range s.Fields {
		cells := r.empty()
		r.fields = append(r.fields, cells)
		if s.Fields[f].Role != Stage {
			from := begin[f]
			r.rows(func(a, b int) {
				copy(cells[r.at(a, b, 0):], from[:s.Size[2]])
				from = from[s.Size[2]:]
			})
			r.ghosts(f, s.TimeOf(0, 0))
		}
	}
	return r
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

// field is a field of the whole grid, without ghost cells.
func (r *reference[T]) field(f int) []T {
	cells := make([]T, 0, r.sys.cells())
	r.rows(func(a, b int) {
		at := r.at(a, b, 0)
		cells = append(cells, r.fields[f][at:at+r.sys.Size[2]]...)
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
	x := r.coordinates(0, r.sys.Size[2])
	r.rows(func(a, b int) {
		args := ir.Args{N: r.sys.Size[2], X: unsafe.Pointer(&x[0])}
		for _, row := range program.Rows {
			args.In = append(args.In, unsafe.Pointer(&r.fields[row.Field][r.at(a+row.A, b+row.B, 0)]))
		}
		for i := range made {
			args.Out = append(args.Out, unsafe.Pointer(&made[i][r.at(a, b, 0)]))
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
		r.ghosts(f, r.sys.TimeOf(r.step, p.After))
	}
}

// ghosts makes a field's ghost cells: beyond columns, then beyond rows, corners with them,
// then beyond planes.
func (r *reference[T]) ghosts(f int, time float64) {
	var lo, hi [3]int // the cells that are there already
	hi = r.sys.Size
	for axis := 2; axis >= 0; axis-- {
		for end := range 2 {
			r.beyond(f, axis, end, lo, hi, time)
		}
		lo[axis], hi[axis] = lo[axis]-r.pad[axis], hi[axis]+r.pad[axis]
	}
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
	return ((a+r.pad[0])*r.width[1]+b+r.pad[1])*r.width[2] + c + r.pad[2]
}

// rows calls do for each row of the grid.
func (r *reference[T]) rows(do func(a, b int)) {
	for a := range r.sys.Size[0] {
		for b := range r.sys.Size[1] {
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
	field := &s.Fields[f]
	plain := &System{Type: s.Type, Size: s.Size, Origin: s.Origin, Spacing: s.Spacing, Fields: make([]Field, len(field.Noise)+1)}
	begin := make([][]T, len(plain.Fields))
	for i := range begin {
		begin[i] = make([]T, s.cells())
		for cell := range begin[i] {
			if i < len(field.Noise) {
				begin[i][cell] = T(noise(s.Type, field.Noise[i], uint64(cell)))
			}
		}
	}
	plain.Passes = []Pass{{Program: field.Initial, Writes: []int{len(field.Noise)}}}
	r := newReference(plain, begin)
	r.advance(1)
	return r.field(len(field.Noise))
}
