package halo

import "hybrid/mpi"

// blockBytes are passed at a time where rows are walked over.
const blockBytes = 1 << 20

// EachRow calls f for whole rows of the grid: all own cells of all ranks, each row on
// one rank, where at is its first cell; see Rows. It is collective, and an error of f on
// one rank is every rank's. Files are written so.
func (f *Field[T]) EachRow(row func(at []int, values []T) error) error {
	r := NewRows(f.grid, f)
	return r.Read(r.atOnce(), r.all, r.rowByRow(row))
}

// SetRows sets the own cells of all ranks: row fills whole rows of the grid, each on one
// rank. It is the inverse of EachRow; files are read so.
func (f *Field[T]) SetRows(row func(at []int, values []T) error) error {
	r := NewRows(f.grid, f)
	return r.Write(r.atOnce(), r.rowByRow(row))
}

// atOnce is how many rows are passed at a time.
func (r *Rows[T]) atOnce() int { return max(blockBytes/8/max(r.width, 1), 1) }

func (r *Rows[T]) rowByRow(row func(at []int, values []T) error) func(lo, hi int, values []T) error {
	return func(lo, hi int, values []T) error {
		for i := lo; i < hi; i++ {
			if err := row(r.At(i), values[(i-lo)*r.width:(i-lo+1)*r.width]); err != nil {
				return err
			}
		}
		return nil
	}
}

// Gather returns the cells of the whole grid on the root, row-major, and nil on other
// ranks. It is collective; the root needs the memory for it.
func (f *Field[T]) Gather(root int) ([]T, error) {
	c := f.grid.comm
	own := make([]T, f.grid.Own().Cells())
	if err := f.Pack(f.grid.Own(), own); err != nil {
		return nil, err
	}
	if c.Rank() != root {
		return nil, mpi.Send(c, own, root, c.TagUB()-tagGather)
	}
	all := f.grid.All()
	whole := &Field[T]{grid: f.grid, box: all, strides: make([]int, len(all.Lo)), Data: make([]T, all.Cells())}
	n := 1
	for d := len(all.Lo) - 1; d >= 0; d-- {
		whole.strides[d] = n
		n *= all.Hi[d] - all.Lo[d]
	}
	for rank := range c.Size() {
		b := f.grid.Of(rank)
		message := own
		if rank != root {
			message = make([]T, b.Cells())
			if _, err := mpi.Recv(c, message, rank, c.TagUB()-tagGather); err != nil {
				return nil, err
			}
		}
		if err := whole.Unpack(b, message); err != nil {
			return nil, err
		}
	}
	return whole.Data, nil
}
