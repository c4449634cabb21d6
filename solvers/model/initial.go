package model

import (
	"errors"
	"fmt"
	"math"
	"sync/atomic"
	"unsafe"

	"hybrid/mpi/input"
	"hybrid/npy"
	"hybrid/solvers/model/ir"
	"hybrid/solvers/task"
)

// Prepare makes the fields as they are at the start, at step 0.
func (s *Solver[T]) Prepare() error {
	s.step = 0
	for f := range s.sys.Fields {
		field := &s.sys.Fields[f]
		var err error
		switch {
		case field.File != "":
			err = s.readField(f)
		case field.Initial != nil:
			err = s.makeField(f)
		}
		if err = s.place.Comm.Agree(err); err != nil {
			return err
		}
	}
	return s.Filled()
}

// Filled is to follow where the fields were filled by other means than Prepare.
func (s *Solver[T]) Filled() error {
	if s.device != nil {
		return s.writeDevice()
	}
	if err := s.exchange(Static, s.part.depth); err != nil {
		return err
	}
	for f := range s.sys.Fields {
		if s.sys.Fields[f].Role == Static {
			s.ghosts(f, s.shiftsAt(f, 0))
		}
	}
	return nil
}

// ownRows calls f for all own rows, on all threads: at is the first cell of each.
func (s *Solver[T]) ownRows(f func(at [3]int, row []T), values []T, v view) {
	rows := s.part.hi[1] - s.part.lo[1]
	all := (s.part.hi[0] - s.part.lo[0]) * rows
	width := s.part.hi[2] - s.part.lo[2]
	if width == 0 || rows == 0 || len(values) == 0 {
		return
	}
	const atOnce = 16
	var next atomic.Int64
	s.threads(func(int) {
		for {
			lo := int(next.Add(atOnce)) - atOnce
			if lo >= all {
				return
			}
			for n := lo; n < min(lo+atOnce, all); n++ {
				at := [3]int{s.part.lo[0] + n/rows, s.part.lo[1] + n%rows, s.part.lo[2]}
				f(at, cellsFrom[T](&v, at[s.order[0]], at[s.order[1]], at[2], width))
			}
		}
	})
}

// makeField computes a field from its formula.
func (s *Solver[T]) makeField(f int) (failed error) {
	field, data := &s.sys.Fields[f], s.current[f]
	p := field.Initial
	k, err := s.kernel(p)
	if err != nil {
		return err
	}
	defer func() { failed = errors.Join(failed, closeKernel(k)) }()
	step := make([]uint64, len(p.Uniforms))
	p.PutUniforms(step, ir.PerStep, ir.Place{})
	u := s.newRowUniforms(p)
	s.ownRows(func(at [3]int, row []T) {
		a := ir.Args{N: len(row), Out: []unsafe.Pointer{unsafe.Pointer(&row[0])}, Uniforms: step,
			X: unsafe.Pointer(&s.coords[2][at[2]-s.part.from(2)])}
		if u != nil {
			var own []uint64
			a.Uniforms = u.at(&own, step, at, 0)
		}
		for _, r := range p.Rows {
			a.In = append(a.In, unsafe.Pointer(&s.noise(field.Noise[r.Field], at, len(row))[0]))
		}
		k.Run(&a)
	}, data.Data, s.viewOf(data))
	return nil
}

// noise are uniform numbers for the cells of a row, with room behind them for kernels.
func (s *Solver[T]) noise(seed uint64, at [3]int, n int) []T {
	first := uint64(s.sys.number(at))
	values := make([]T, n+ir.Slack)
	for c := range n {
		values[c] = T(noise(s.sys.Type, seed, first+uint64(c)))
	}
	return values
}

// readField reads a field from its file. It is collective.
func (s *Solver[T]) readField(f int) error {
	path, field := s.sys.Fields[f].File, s.current[f]
	if err := s.readRows(path, field.Data, s.viewOf(field)); err != nil {
		return task.BadInput("fields."+s.sys.Fields[f].Name, err)
	}
	bad, err := s.first(f, math.Inf(1))
	if err == nil && bad != nil {
		err = fmt.Errorf("fields.%s: %s: the value at %v is %v: every value must be a finite number", s.sys.Fields[f].Name, path, s.sys.index(bad.cell), bad.value)
	}
	return err
}

// readRows reads the own rows of a file to where they lie. It is collective.
func (s *Solver[T]) readRows(path string, to []T, as view) error {
	sys := s.sys
	want := sys.Size[3-sys.Dims:]
	r, err := input.Array(s.place.Comm, path, func(r *npy.Reader) error {
		if fmt.Sprint([]int(r.Shape)) != fmt.Sprint(want) {
			return fmt.Errorf("%s: its array is %v, want the grid's size %v", path, r.Shape, want)
		}
		return nil
	})
	if err != nil {
		return err
	}
	defer r.Close()
	// A file's rows are what its first index counts.
	first := 3 - sys.Dims
	rest := [3]int{0, sys.Size[2], 1}
	var wrong atomic.Pointer[error]
	s.ownRows(func(at [3]int, row []T) {
		b := npy.Block{Row0: at[first], Row1: at[first] + 1}
		for axis := first + 1; axis < 3; axis++ {
			b.Col0 += at[axis] * rest[axis]
		}
		b.Col1 = b.Col0 + len(row)
		if sys.Dims == 1 {
			b = npy.Block{Row0: at[2], Row1: at[2] + len(row), Col0: 0, Col1: 1}
		}
		if err := npy.ReadBlock(r, b, row, npy.Round); err != nil {
			wrong.CompareAndSwap(nil, &err)
		}
	}, to, as)
	if e := wrong.Load(); e != nil {
		err = *e
	}
	return s.place.Comm.Agree(err)
}
