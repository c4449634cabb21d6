package model

import (
	"fmt"
	"io"
	"math"
	"strings"

	"hybrid/mpi"
)

// A point is a cell of which the series has the value.
type point struct {
	cell [3]int
	at   []float64 // as the model says: x, y, z
}

// findPoints finds the cells of the model's points.
func (t *run[T]) findPoints() {
	t.points = nil
	for _, at := range t.spec.Output.Points {
		p := point{at: at}
		for d, x := range at {
			axis := 2 - d
			i := int(math.Floor((x - t.sys.Origin[axis]) / t.sys.Spacing[axis]))
			p.cell[axis] = min(max(i, 0), t.sys.Size[axis]-1)
		}
		t.points = append(t.points, p)
	}
}

// seriesHead names the columns.
func (t *run[T]) seriesHead() string {
	columns := []string{"step", "time"}
	for _, f := range t.sys.evolved() {
		name := t.sys.Fields[f].Name
		for _, what := range []string{"mean", "min", "max", "integral"} {
			columns = append(columns, name+"_"+what)
		}
		for _, p := range t.points {
			columns = append(columns, strings.ReplaceAll(fmt.Sprint(name, "_at_", p.at), " ", "_"))
		}
	}
	return strings.NewReplacer("[", "", "]", "").Replace(strings.Join(columns, ",")) + "\n"
}

// noteRow adds a row to the series. It is collective; rank 0 holds the rows.
func (t *run[T]) noteRow() error {
	if t.Series == "" {
		return nil
	}
	row := fmt.Sprintf("%d,%v", t.solver.Step(), t.solver.Time())
	for _, f := range t.sys.evolved() {
		s, err := t.solver.Summary(f)
		if err != nil {
			return err
		}
		row += fmt.Sprintf(",%v,%v,%v,%v", s.Mean, s.Min, s.Max, s.Integral)
		values, err := t.valuesAt(f)
		if err != nil {
			return err
		}
		for _, v := range values {
			row += fmt.Sprint(",", v)
		}
	}
	t.rows = append(t.rows, row+"\n")
	return nil
}

// valuesAt are the values of a field at the points, on all ranks. It is collective.
func (t *run[T]) valuesAt(field int) ([]float64, error) {
	values := make([]float64, len(t.points))
	if len(values) == 0 {
		return nil, nil
	}
	f, own := t.solver.Field(field), t.solver.Grid().Own()
	for i, p := range t.points {
		cell := p.cell[3-t.sys.Dims:]
		mine := true
		for d, c := range cell {
			mine = mine && c >= own.Lo[d] && c < own.Hi[d]
		}
		if mine {
			values[i] = float64(f.Data[f.Index(cell...)])
		}
	}
	for i := range values {
		values[i] += 0 // no -0, which the sum over several ranks loses
	}
	return values, mpi.Allreduce(t.job.Comm, values, values, mpi.Sum)
}

// writeSeries writes the rows. It is collective.
func (t *run[T]) writeSeries() error {
	return t.job.Files.Alone(t.Series, func(w io.Writer) error {
		_, err := io.WriteString(w, t.seriesHead()+strings.Join(t.rows, ""))
		return err
	})
}
