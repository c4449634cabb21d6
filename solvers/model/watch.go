package model

import (
	"fmt"
	"math"
	"sync/atomic"

	"hybrid/mpi"
)

// tooLarge is beyond what a value of a model can be that has not grown without bound.
const tooLarge = 1e30

// A ValueError says that a field has a value that is not finite, or too large.
type ValueError struct {
	Field  string
	Step   int
	Since  int // the last step at which there was none
	Time   float64
	Index  []int // plane, row, column, as many as there are
	At     []float64
	Value  float64
	Advice string
}

func (e *ValueError) Error() string {
	what := fmt.Sprintf("%s is %v at %v (%s; %s)", e.Field, e.Value, e.Index, rowWords[len(e.Index)-1], coordinates(e.At))
	if e.Step == 0 {
		return what + " at the start: look at the initial field"
	}
	return fmt.Sprintf("%s after step %d, time %.6g: it was finite and below %g after step %d; %s", what, e.Step, e.Time, tooLarge, e.Since, e.Advice)
}

// coordinates names numbers x, y, z.
func coordinates(at []float64) string {
	text := ""
	for i := range at {
		text += fmt.Sprintf(", %c = %.4g", "xyz"[i], at[len(at)-1-i])
	}
	return text[2:]
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
	e := &ValueError{Field: s.Fields[field].Name, Step: t.solver.Step(), Since: t.lookedAt, Time: t.solver.Time(), Index: bad.cell[3-s.Dims:], Value: bad.value}
	for axis := 3 - s.Dims; axis < 3; axis++ {
		e.At = append(e.At, s.coordinate(axis, bad.cell[axis]))
	}
	e.Advice = fmt.Sprintf("a smaller %s than %g may help", t.job.Name("dt"), s.DT)
	if s.Limit.Bounds() && s.DT > s.Limit.DT {
		e.Advice = fmt.Sprintf("%s is %g, and the linear part of the model is stable with dt up to %.4g only", t.job.Name("dt"), s.DT, s.Limit.DT)
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
	least.Store(math.MaxInt64)
	f, size := s.current[field], s.sys.Size
	v := s.viewOf(f)
	s.ownRows(func(at [3]int, row []T) {
		for c, v := range row {
			if !(math.Abs(float64(v)) < most) {
				n := int64((at[0]*size[1]+at[1])*size[2] + at[2] + c)
				for was := least.Load(); n < was && !least.CompareAndSwap(was, n); was = least.Load() {
				}
				return
			}
		}
	}, f.Data, v)
	own := least.Load()
	all := []int64{own}
	if err := mpi.Allreduce(s.place.Comm, all, all, mpi.Min); err != nil || all[0] == math.MaxInt64 {
		return nil, err
	}
	n := int(all[0])
	bad := &cellValue{cell: [3]int{n / (size[1] * size[2]), n / size[2] % size[1], n % size[2]}}
	value := []float64{0} // +0 of the others leaves all but -0 as it is
	if own == all[0] {
		at := bad.cell
		value[0] = float64(cellsFrom[T](&v, at[s.order[0]], at[s.order[1]], at[2], 1)[0])
	}
	err := mpi.Allreduce(s.place.Comm, value, value, mpi.Sum)
	bad.value = value[0]
	return bad, err
}
