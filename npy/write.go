package npy

import (
	"fmt"
	"io"

	"hybrid/internal/rowio"
)

// Start writes the header and gives the file its final size; one rank does it, before any rank writes data.
func (h Header) Start(f interface {
	io.WriterAt
	Truncate(size int64) error
}) error {
	if err := f.Truncate(h.FileSize()); err != nil {
		return err
	}
	_, err := f.WriteAt(h.Bytes(), 0)
	return err
}

// A RowWriter writes rows one after the other, through a buffer of 1 MiB: Flush it at the end.
type RowWriter[T Number] struct{ w *rowio.Writer[T] }

// NewRowWriter returns a writer of whole rows from row lo on. Every rank makes one for its own rows.
func NewRowWriter[T Number](w io.WriterAt, h Header, lo int) (*RowWriter[T], error) {
	if d := DTypeOf[T](); d != h.DType {
		return nil, fmt.Errorf("npy: rows of dtype %s for a file of dtype %s", d, h.DType)
	}
	if lo < 0 || lo > h.Rows() {
		return nil, fmt.Errorf("npy: first row %d of an array with %d rows", lo, h.Rows())
	}
	return &RowWriter[T]{rowio.NewWriter[T](w, h.Offset(lo, 0))}, nil
}

// Write takes the elements that follow those of the call before, a row or any other number of them.
func (w *RowWriter[T]) Write(row []T) error { return w.w.Write(row) }

// Flush writes what is still in the buffer.
func (w *RowWriter[T]) Flush() error { return w.w.Flush() }

// WriteBlock writes a block, src holding its rows one after the other: one write for whole
// rows, one per row for a part of the columns.
func WriteBlock[T Number](w io.WriterAt, h Header, b Block, src []T) error {
	if d := DTypeOf[T](); d != h.DType {
		return fmt.Errorf("npy: a block of dtype %s for a file of dtype %s", d, h.DType)
	}
	if err := b.check(h, len(src)); err != nil {
		return err
	}
	rows, cols := b.Row1-b.Row0, b.Col1-b.Col0
	if cols == h.Cols() {
		rows, cols = 1, rows*cols
	}
	for i := range rows {
		if err := rowio.WriteAt(w, src[i*cols:(i+1)*cols], h.Offset(b.Row0+i, b.Col0)); err != nil {
			return err
		}
	}
	return nil
}
