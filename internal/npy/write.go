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

// NewRowWriter returns a writer of whole rows from row lo on, one after the other; Flush it at the end. Every rank
// makes one for its own rows.
func NewRowWriter[T Number](w io.WriterAt, h Header, lo int) (*rowio.Writer[T], error) {
	if d := DTypeOf[T](); d != h.DType {
		return nil, fmt.Errorf("npy: rows of dtype %s for a file of dtype %s", d, h.DType)
	}
	if lo < 0 || lo > h.Rows() {
		return nil, fmt.Errorf("npy: first row %d of an array with %d rows", lo, h.Rows())
	}
	return rowio.NewWriter[T](w, h.Offset(lo, 0)), nil
}

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
