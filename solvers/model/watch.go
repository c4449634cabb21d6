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
	what := fmt.Sprintf("%s is %v at %v (%s; %s)", e.Field, e.Value, e.Index, []string{"column", "row, column", "plane, row, column"}[len(e.Index)-1], coordinates(e.At))
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
		bad, err := t.firstBad(f)
		if err != nil {
			return err
		}
		if bad < 0 {
			continue
		}
		return t.valueError(f, bad)
	}
	t.lookedAt = t.solver.Step()
	return nil
}

// firstBad is the first cell whose value cannot be, by its number in the whole grid, -1 where
// there is none. It is collective.
func (t *run[T]) firstBad(field int) (int, error) {
	least := atomic.Int64{}
	least.Store(math.MaxInt64)
	f, size := t.solver.Field(field), t.sys.Size
	t.solver.ownRows(func(at [3]int, row []T) {
		for c, v := range row {
			if !(math.Abs(float64(v)) < tooLarge) {
				n := int64((at[0]*size[1]+at[1])*size[2] + at[2] + c)
				for was := least.Load(); n < was && !least.CompareAndSwap(was, n); was = least.Load() {
				}
				return
			}
		}
	}, f.Data, t.solver.viewOf(f))
	all := []int64{least.Load()}
	if err := mpi.Allreduce(t.job.Comm, all, all, mpi.Min); err != nil {
		return 0, err
	}
	if all[0] == math.MaxInt64 {
		return -1, nil
	}
	return int(all[0]), nil
}

// valueError is the error of a cell. It is collective.
func (t *run[T]) valueError(field, cell int) error {
	s := t.sys
	at := [3]int{cell / (s.Size[1] * s.Size[2]), cell / s.Size[2] % s.Size[1], cell % s.Size[2]}
	e := &ValueError{Field: s.Fields[field].Name, Step: t.solver.Step(), Since: t.lookedAt, Time: t.solver.Time(), Index: at[3-s.Dims:]}
	for axis := 3 - s.Dims; axis < 3; axis++ {
		e.At = append(e.At, s.coordinate(axis, at[axis]))
	}
	was := t.points
	t.points = []point{{cell: at}}
	values, err := t.valuesAt(field)
	t.points = was
	if err != nil {
		return err
	}
	e.Value = values[0]
	e.Advice = fmt.Sprintf("a smaller %s than %g may help, and %s looks closer", t.job.Name("dt"), s.DT, t.job.Name("check-every"))
	return e
}
