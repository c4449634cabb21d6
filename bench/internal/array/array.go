// Package array writes the arrays that benchmarks hand to other programs.
package array

import (
	"errors"
	"os"

	"hybrid/npy"
)

// Write writes an .npy file of one or two dimensions: fill makes row after row, from
// row 0 on, and one dimension is a row. It holds one row at a time.
func Write[T npy.Number](path string, shape []int, fill func(row int, dst []T) error) (err error) {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	h, err := npy.NewHeader(npy.DTypeOf[T](), shape...)
	if err != nil {
		return err
	}
	if err := h.Start(f); err != nil {
		return err
	}
	w, err := npy.NewRowWriter[T](f, h, 0)
	if err != nil {
		return err
	}
	row, rows := make([]T, shape[len(shape)-1]), 1
	if len(shape) == 2 {
		rows = shape[0]
	}
	for i := range rows {
		if err := fill(i, row); err != nil {
			return err
		}
		if err := w.Write(row); err != nil {
			return err
		}
	}
	return w.Flush()
}
