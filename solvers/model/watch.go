package model

import (
	"fmt"
	"math"
	"sync/atomic"
)

// tooLarge is beyond what a value of a model can be that has not grown without bound.
const tooLarge = 1e30

// A ValueError says that a field has a value that is not finite, or too large.
type ValueError struct {
	Field  string
	Step   int
	Since  int // the last step at which there was none
	Time   float64
	Place  string // of the cell
	Value  float64
	Advice string
}

func (e *ValueError) Error() string {
	what := fmt.Sprintf("%s is %v at %s", e.Field, e.Value, e.Place)
	if e.Step == 0 {
		return what + " at the start: look at the initial field"
	}
	return fmt.Sprintf("%s after step %d, time %.6g: it was finite and below %g after step %d; %s", what, e.Step, e.Time, tooLarge, e.Since, e.Advice)
}

// look looks at every value, and gives every rank the error of the first one that cannot be. It
// is collective, and costs a pass over the fields.
func (t *run[T]) look() error {
	for _, f := range t.sys.evolved() {
		if err := t.lookAt(f, tooLarge); err != nil {
			return err
		}
	}
	t.lookedAt = t.solver.Step()
	return nil
}

// lookAtStart looks at what the fields begin with, those of the model that stay among them. It is
// collective.
func (t *run[T]) lookAtStart() error {
	for _, f := range t.spec.Fields {
		if f.Static {
			if err := t.lookAt(t.sys.find(f.Name), math.Inf(1)); err != nil {
				return err
			}
		}
	}
	return t.look()
}

// lookAt gives the error of a field's first value that is not below most. It is collective.
func (t *run[T]) lookAt(field int, most float64) error {
	bad, err := t.solver.first(field, most)
	if err != nil || bad == nil {
		return err
	}
	s := t.sys
	e := &ValueError{Field: s.Fields[field].Name, Step: t.solver.Step(), Since: t.lookedAt, Time: t.solver.Time(), Place: s.placeOf(bad.cell), Value: bad.value}
	e.Advice = fmt.Sprintf("a smaller %s than %g may help", t.job.Name("dt"), s.DT)
	if s.Limit.Bounds() && s.DT > s.Limit.DT {
		e.Advice = fmt.Sprintf("dt is %g, and the linear part of the model is stable with dt up to %.4g only", s.DT, s.Limit.DT)
	}
	e.Advice += fmt.Sprintf("; %s looks closer", t.job.Name("check-every"))
	return e
}

// A cellValue is a value of a field, and where it is.
type cellValue struct {
	cell  [3]int
	value float64
}

// first is the first cell of the grid whose value's size is not below most, nil where there is none: the
// same on all ranks. It is collective.
func (s *Solver[T]) first(field int, most float64) (*cellValue, error) {
	least := atomic.Int64{}
	least.Store(noCell)
	f, sys := s.current[field], s.sys
	v := s.viewOf(f)
	s.ownRows(func(at [3]int, row []T) {
		for c, v := range row {
			if !(math.Abs(float64(v)) < most) {
				n := int64(sys.number(at) + c)
				for was := least.Load(); n < was && !least.CompareAndSwap(was, n); was = least.Load() {
				}
				return
			}
		}
	}, f.Data, v)
	own, bits := int(least.Load()), []uint64{0}
	if own != noCell {
		at := sys.cell(own)
		bits[0] = math.Float64bits(float64(cellsFrom[T](&v, at[s.order[0]], at[s.order[1]], at[2], 1)[0]))
	}
	n, err := firstOf(s.place.Comm, own, bits)
	if err != nil || n == noCell {
		return nil, err
	}
	return &cellValue{sys.cell(n), math.Float64frombits(bits[0])}, nil
}
