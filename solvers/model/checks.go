package model

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"hybrid/halo"
	"hybrid/internal/units"
	"hybrid/mpi"
	"hybrid/solvers/model/formula"
	"hybrid/solvers/task"
)

// An outcome is what came of a check.
type outcome struct {
	Name  string `json:"name"`
	Check string `json:"check"` // the formula
	Holds bool   `json:"holds"`
	// Left and Right are the sides of a comparison in six digits, as many as another machine has too, of one that is made in each cell those
	// in the cell where it is closest to failing, Cell; null where the check is no comparison.
	Left  *float64 `json:"left,omitempty"`
	Right *float64 `json:"right,omitempty"`
	Cell  []int    `json:"cell,omitempty"`
}

func (o outcome) String() string {
	var where []string
	if o.Left != nil {
		where = append(where, fmt.Sprintf("its sides: %.4g and %.4g", *o.Left, *o.Right))
	}
	if o.Cell != nil && (o.Left != nil || !o.Holds) {
		where = append(where, fmt.Sprintf("at %v", o.Cell))
	}
	if where == nil {
		return o.Name + ", " + o.Check
	}
	return fmt.Sprintf("%s, %s (%s)", o.Name, o.Check, strings.Join(where, " "))
}

// verdict is that of all checks, nil where there are none.
func verdict(all []outcome) *task.Verdict {
	if len(all) == 0 {
		return nil
	}
	var failed, held []string
	for _, o := range all {
		if o.Holds {
			held = append(held, o.String())
		} else {
			failed = append(failed, o.String())
		}
	}
	v := task.Right("%s of the model: %s", units.Count(len(all), "check"), strings.Join(held, "; "))
	if len(failed) > 0 {
		do := "does"
		if len(failed) > 1 {
			do = "do"
		}
		v = task.Wrong("%d of %s of the model %s not hold: %s", len(failed), units.Count(len(all), "check"), do, strings.Join(failed, "; "))
	}
	return &v
}

// together is a verdict with that of a check of another kind, nil where there is none.
func together(a task.Verdict, b *task.Verdict) *task.Verdict {
	if b == nil {
		return &a
	}
	first, second := a, *b
	if b.Answer == task.No && a.Answer != task.No {
		first, second = *b, a
	}
	first.Detail += "; " + second.Detail
	if first.Answer == task.Yes {
		first.Answer = second.Answer
	}
	return &first
}

// An evaluation finds what checks say of the fields as they are.
type evaluation[T Real] struct {
	*run[T]
	sums map[string]Summary // of formulas, by their text
}

// check finds what came of the model's checks. It is collective.
func (t *run[T]) check() ([]outcome, error) {
	var all []outcome
	e := &evaluation[T]{t, map[string]Summary{}}
	for _, c := range t.spec.Check {
		o, err := e.outcome(c)
		if err != nil {
			return nil, err
		}
		all = append(all, o)
	}
	return all, nil
}

// row is what formulas are evaluated with: names for a grid.
func (e *evaluation[T]) row() *rowOf {
	s := e.sys
	r := &rowOf{n: 1, numbers: map[string]float64{"pi": math.Pi, "e": math.E, "t": e.solver.Time(), "dt": s.DT}, cells: map[string][]float64{},
		lets: map[string]*formula.Expr{}, whole: map[*formula.Expr]float64{}}
	for _, p := range e.spec.Parameters {
		r.numbers[p.Name] = p.Value
	}
	for axis := 3 - s.Dims; axis < 3; axis++ {
		name := "zyx"[axis : axis+1]
		r.numbers["d"+name], r.cells[name] = s.Spacing[axis], nil
	}
	for f := range s.Fields {
		if s.Fields[f].Role != Stage {
			r.cells[s.Fields[f].Name] = nil
		}
	}
	for _, l := range e.spec.Lets {
		if l.Faces == nil {
			r.lets[l.Name] = l.Expr
		}
	}
	return r
}

// rows calls f for each of this rank's own rows, with the values of all fields.
func (e *evaluation[T]) rows(r *rowOf, f func(at [3]int) error) error {
	s, own := e.sys, e.solver.Grid().Own()
	lo, hi := [3]int{}, [3]int{1, 1, 1}
	copy(lo[3-s.Dims:], own.Lo)
	copy(hi[3-s.Dims:], own.Hi)
	n := hi[2] - lo[2]
	r.n = n
	for a := lo[0]; a < hi[0]; a++ {
		for b := lo[1]; b < hi[1]; b++ {
			at := [3]int{a, b, lo[2]}
			for axis := 3 - s.Dims; axis < 3; axis++ {
				x := make([]float64, n)
				for c := range x {
					i := at[axis]
					if axis == 2 {
						i += c
					}
					x[c] = s.coordinate(axis, i)
				}
				r.cells["zyx"[axis:axis+1]] = x
			}
			for i := range s.Fields {
				if s.Fields[i].Role == Stage {
					continue
				}
				field, values := e.solver.Field(i), make([]float64, n)
				from := field.Index(at[3-s.Dims:]...)
				for c, v := range field.Data[from:][:n] {
					values[c] = float64(v)
				}
				r.cells[s.Fields[i].Name] = values
			}
			if err := f(at); err != nil {
				return err
			}
		}
	}
	return nil
}

// known evaluates the means and the like in a formula.
func (e *evaluation[T]) known(r *rowOf, x *formula.Expr) (err error) {
	for _, part := range reductions(x) {
		if r.whole[part], err = e.reduce(part); err != nil {
			return err
		}
	}
	return nil
}

// reduce makes one number of a formula's values in all cells. It is collective.
func (e *evaluation[T]) reduce(x *formula.Expr) (float64, error) {
	of := x.Args[0]
	s, ok := e.sums[of.String()]
	if !ok {
		var err error
		if s, err = e.summary(of); err != nil {
			return 0, err
		}
		e.sums[of.String()] = s
	}
	switch x.Name {
	case "mean":
		return s.Mean, nil
	case "integral":
		return s.Integral, nil
	case "min":
		return s.Min, nil
	}
	return s.Max, nil
}

// summary is that of a formula's values in all cells; of a formula that is no field's name it
// takes memory for one. It is collective.
func (e *evaluation[T]) summary(x *formula.Expr) (Summary, error) {
	isField := func(f Field) bool { return x.Kind == formula.Name && f.Name == x.Name && f.Role != Stage }
	if f := slices.IndexFunc(e.sys.Fields, isField); f >= 0 {
		return e.solver.Summary(f)
	}
	made, r := halo.NewField[float64](e.solver.Grid()), e.row()
	if err := e.known(r, x); err != nil {
		return Summary{}, err
	}
	err := e.rows(r, func(at [3]int) error {
		v, err := r.eval(x)
		if err == nil {
			copy(made.Data[made.Index(at[3-e.sys.Dims:]...):], v)
		}
		return err
	})
	if err != nil {
		return Summary{}, err
	}
	return summaryOf(e.sys, made)
}

// outcome is what comes of a check. It is collective.
func (e *evaluation[T]) outcome(c Check) (outcome, error) {
	o := outcome{Name: c.Name, Check: c.Text, Holds: true}
	r := e.row()
	if err := e.known(r, c.Expr); err != nil {
		return o, err
	}
	compared := c.Expr.Kind == formula.Binary && strings.ContainsAny(c.Expr.Name, "<>")
	if !c.Cell {
		v, err := r.eval(c.Expr)
		if err == nil && compared {
			o.Left, o.Right, err = sides(r, c.Expr, 0)
		}
		if err != nil {
			return o, err
		}
		o.Holds = v[0] != 0
		return o, nil
	}
	// The worst cell is the one in which it is closest to failing, the first of several.
	worst, cell := math.Inf(1), -1
	var left, right *float64
	err := e.rows(r, func(at [3]int) error {
		v, err := r.eval(c.Expr)
		if err != nil {
			return err
		}
		room := v // 1 where it holds, or how far the sides are apart
		if compared {
			if room, err = apart(r, c.Expr); err != nil {
				return err
			}
		}
		for i := range v {
			d := room[i]
			switch {
			case v[i] == 0:
				d = min(d, 0)
			case d != d: // infinite sides that are equal
				d = 0
			}
			if d != d || v[i] == 0 && d == 0 {
				d = -math.SmallestNonzeroFloat64
			}
			if d < worst || cell < 0 {
				worst, cell = d, e.sys.number(at)+i
				if compared {
					if left, right, err = sides(r, c.Expr, i); err != nil {
						return err
					}
				}
			}
		}
		return nil
	})
	if err = e.job.Comm.Agree(err); err != nil {
		return o, err
	}
	return o, e.worst(&o, worst, cell, left, right)
}

// worst finds the worst cell of all ranks. It is collective.
func (e *evaluation[T]) worst(o *outcome, own float64, cell int, left, right *float64) error {
	least := []float64{own}
	if err := mpi.Allreduce(e.job.Comm, least, least, mpi.Min); err != nil {
		return err
	}
	if own != least[0] || cell < 0 {
		cell = noCell
	}
	o.Holds = least[0] >= 0
	if left == nil {
		left, right = new(math.NaN()), new(math.NaN())
	}
	bits := []uint64{math.Float64bits(*left), math.Float64bits(*right)}
	n, err := firstOf(e.job.Comm, cell, bits)
	if err != nil {
		return err
	}
	o.Cell = e.sys.index(e.sys.cell(n))
	both := []float64{math.Float64frombits(bits[0]), math.Float64frombits(bits[1])}
	if finite(both[0]) && finite(both[1]) {
		o.Left, o.Right = &both[0], &both[1]
	}
	return nil
}

func finite(x float64) bool { return x-x == 0 }

// sides are those of a comparison in one cell, nil where they are no numbers that JSON has.
func sides(r *rowOf, e *formula.Expr, i int) (left, right *float64, err error) {
	a, err := r.eval(e.Args[0])
	if err != nil {
		return nil, nil, err
	}
	b, err := r.eval(e.Args[1])
	if err != nil || !finite(a[i]) || !finite(b[i]) {
		return nil, nil, err
	}
	return short6(a[i]), short6(b[i]), nil
}

// short6 is a number with six digits.
func short6(x float64) *float64 {
	x, _ = strconv.ParseFloat(strconv.FormatFloat(x, 'g', 6, 64), 64) // its own digits
	return &x
}

// apart is how far the sides of a comparison are from where it fails.
func apart(r *rowOf, e *formula.Expr) ([]float64, error) {
	a, err := r.eval(e.Args[0])
	if err != nil {
		return nil, err
	}
	b, err := r.eval(e.Args[1])
	if err != nil {
		return nil, err
	}
	for i := range a {
		if a[i] = b[i] - a[i]; e.Name[0] == '>' {
			a[i] = -a[i]
		}
	}
	return a, nil
}
