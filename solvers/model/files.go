package model

import (
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"hybrid/internal/rowio"
	"hybrid/internal/vti"
	"hybrid/mpi/output"
	"hybrid/npy"
)

// longerTime is how many characters more the time in a file may have in the end.
const longerTime = 24

// tryOutput reports whether a file of --out could be written, and reserves the space. It is
// collective.
func (t *run[T]) tryOutput(o *target) error {
	switch o.format {
	case ".npy":
		h, err := npy.NewHeader(npy.DTypeOf[T](), t.spec.Size...)
		if err != nil {
			return err
		}
		return t.job.Files.Try(o.path, h.FileSize(), true)
	case ".vti":
		return t.job.Files.Try(o.path, t.image(o.fields).FileSize()+longerTime, true)
	}
	return t.job.Files.Try(o.path, 0, false)
}

// Outputs are the files that were asked for.
func (t *run[T]) Outputs() []string {
	var paths []string
	for _, o := range t.outs {
		paths = append(paths, o.path)
	}
	if t.Series != "" {
		paths = append(paths, t.Series)
	}
	return paths
}

// Write writes one of them. It is collective.
func (t *run[T]) Write(path string) error {
	if path == t.Series {
		return t.writeSeries()
	}
	for i := range t.outs {
		if o := &t.outs[i]; o.path == path {
			return t.write(o)
		}
	}
	return fmt.Errorf("model: no output is called %q", path)
}

func (t *run[T]) write(o *target) error {
	switch o.format {
	case ".npy":
		return t.writeNPY(o.path, o.fields[0])
	case ".png":
		return t.writePNG(o.path, o.fields, slices.Repeat([][2]float64{t.Range}, len(o.fields)))
	case ".vti":
		return t.writeVTI(o.path, o.fields)
	case ".pvd":
		return t.writeCollection(o.path)
	}
	return t.writeFilm(o)
}

// writeNPY writes the bytes that numpy.save would, each rank rows of its own. It is
// collective.
func (t *run[T]) writeNPY(path string, field int) error {
	h, err := npy.NewHeader(npy.DTypeOf[T](), t.spec.Size...)
	if err != nil {
		return err
	}
	return t.shared(path, h.Start, func(f output.File) error {
		return t.solver.Field(field).EachRow(func(at []int, values []T) error {
			b := npy.Block{Row0: at[0], Row1: at[0] + 1}
			switch len(at) {
			case 1:
				b.Row1, b.Col1 = at[0]+len(values), 1
			case 3:
				b.Col0 = at[1] * t.spec.Size[2]
			}
			if len(at) > 1 {
				b.Col1 = b.Col0 + len(values)
			}
			return npy.WriteBlock(f, h, b, values)
		})
	})
}

// shared has rank 0 begin a file, and then all ranks write to it.
func (t *run[T]) shared(path string, start func(f interface {
	io.WriterAt
	Truncate(size int64) error
}) error, rows func(f output.File) error) error {
	return t.job.Files.Shared(path, func(f output.File) error {
		var err error
		if t.job.Comm.Rank() == 0 {
			err = start(f)
		}
		if err := t.job.Comm.Agree(err); err != nil {
			return err
		}
		return rows(f)
	})
}

// image describes fields as VTK has them.
func (t *run[T]) image(fields []int) vti.Cells[T] {
	c := vti.Cells[T]{Time: t.solver.Time()}
	for axis := range 3 {
		c.Size[2-axis], c.Origin[2-axis], c.Spacing[2-axis] = t.sys.Size[axis], t.sys.Origin[axis], t.sys.Spacing[axis]
	}
	for _, f := range fields {
		c.Names = append(c.Names, t.sys.Fields[f].Name)
	}
	return c
}

// writeVTI writes fields as VTK has them. It is collective.
func (t *run[T]) writeVTI(path string, fields []int) error {
	image := t.image(fields)
	return t.shared(path, image.Start, func(f output.File) error {
		for i, n := range fields {
			err := t.solver.Field(n).EachRow(func(at []int, values []T) error {
				cell := cellOf(at)
				return rowio.WriteAt(f, values, image.At(i, cell[2], cell[1], cell[0]))
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// cellOf is a cell of a model's grid by plane, row and column.
func cellOf(at []int) (cell [3]int) {
	copy(cell[3-len(at):], at)
	return cell
}

// momentPath is the .vti file of a step, of the series that a .pvd file lists.
func (t *run[T]) momentPath(path string, step int) string {
	return fmt.Sprintf("%s_%0*d.vti", strings.TrimSuffix(path, ".pvd"), t.digits(), step)
}

// digits is how long the numbers of steps are, so that the order of names is that of time.
func (t *run[T]) digits() int { return max(6, len(fmt.Sprint(t.steps))) }

// writeCollection lists the .vti files of all steps. It is collective.
func (t *run[T]) writeCollection(path string) error {
	var files []vti.Moment
	for step := 0; step <= t.steps; step += t.every {
		files = append(files, vti.Moment{File: filepath.Base(t.momentPath(path, step)), Time: t.sys.TimeOf(step, 0)})
	}
	return t.job.Files.Alone(path, func(w io.Writer) error {
		_, err := io.WriteString(w, vti.Collection(files))
		return err
	})
}
