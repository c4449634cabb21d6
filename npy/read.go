package npy

import (
	"fmt"
	"io"
	"os"

	"hybrid/internal/inputfile"
	"hybrid/internal/rowio"
)

// Block is a range of rows and columns, each from the first up to but without the second.
type Block struct{ Row0, Row1, Col0, Col1 int }

// RowRange is the block of whole rows [lo, hi).
func (h Header) RowRange(lo, hi int) Block { return Block{lo, hi, 0, h.Cols()} }

// Len returns the number of elements.
func (b Block) Len() int { return (b.Row1 - b.Row0) * (b.Col1 - b.Col0) }

func (b Block) check(h Header, elements int) error {
	if b.Row0 < 0 || b.Row1 < b.Row0 || b.Row1 > h.Rows() || b.Col0 < 0 || b.Col1 < b.Col0 || b.Col1 > h.Cols() {
		return fmt.Errorf("npy: block of rows [%d, %d) and columns [%d, %d) of an array with %d rows and %d columns",
			b.Row0, b.Row1, b.Col0, b.Col1, h.Rows(), h.Cols())
	}
	if elements != b.Len() {
		return fmt.Errorf("npy: memory for %d elements, the block has %d", elements, b.Len())
	}
	return nil
}

// Conversion says which elements may change their type on the way into memory.
type Conversion int

const (
	// Exact allows only types all of whose values the type in memory has, as float32 read into float64.
	Exact Conversion = iota
	// Round also allows float64 into float32 and any integer into a float, rounded to nearest, ties to even. A
	// float64 beyond the range of float32 becomes an infinity: the caller checks.
	Round
)

// Allows reports whether elements of type from may be read into type to.
func (c Conversion) Allows(from, to DType) bool {
	return from.FitsIn(to) || (c == Round && to.kind() == 'f')
}

// Reader reads blocks of one file; several goroutines may use it at once.
type Reader struct {
	Header
	path string
	f    *os.File
}

// Open opens a .npy file and checks it against its header. Errors name the file.
func Open(path string) (*Reader, error) {
	f, err := inputfile.Open(path)
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err != nil {
		f.Close()
		return nil, err
	}
	h, err := ReadHeader(f, info.Size())
	if err != nil {
		f.Close()
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return &Reader{Header: h, path: path, f: f}, nil
}

// Close closes the file.
func (r *Reader) Close() error { return r.f.Close() }

// ReadBlock fills dst, of b.Len() elements, with the block's rows one after the other. Elements of another type are
// converted as conv allows. Whole rows are one read; a part of the columns is a read per row. Besides dst it holds at most
// a buffer of 1 MiB.
func ReadBlock[T Number](r *Reader, b Block, dst []T, conv Conversion) error {
	if err := b.check(r.Header, len(dst)); err != nil {
		return err
	}
	to := DTypeOf[T]()
	if !conv.Allows(r.DType, to) {
		return fmt.Errorf("%s: elements of dtype %s do not fit in %s: save a.astype('%s')", r.path, r.DType, to, to)
	}
	var err error
	switch r.DType {
	case Int8:
		err = readAs[int8](r, b, dst)
	case Int16:
		err = readAs[int16](r, b, dst)
	case Int32:
		err = readAs[int32](r, b, dst)
	case Int64:
		err = readAs[int64](r, b, dst)
	case Uint8:
		err = readAs[uint8](r, b, dst)
	case Uint16:
		err = readAs[uint16](r, b, dst)
	case Uint32:
		err = readAs[uint32](r, b, dst)
	case Uint64:
		err = readAs[uint64](r, b, dst)
	case Float32:
		err = readAs[float32](r, b, dst)
	case Float64:
		err = readAs[float64](r, b, dst)
	}
	if err == io.ErrUnexpectedEOF {
		err = fmt.Errorf("%s: it became shorter while it was read", r.path)
	}
	return err
}

// readAs reads elements of type S, the file's, into type T.
func readAs[S, T Number](r *Reader, b Block, dst []T) error {
	rows, cols := b.Row1-b.Row0, b.Col1-b.Col0
	if cols == r.Cols() { // whole rows lie one after the other: one long row
		rows, cols = 1, rows*cols
	}
	if cols == 0 {
		return nil
	}
	var buf []S
	for i := range rows {
		row, off := dst[i*cols:(i+1)*cols], r.Offset(b.Row0+i, b.Col0)
		if same, ok := any(row).([]S); ok {
			if err := rowio.ReadAt(r.f, same, off); err != nil {
				return err
			}
			continue
		}
		if buf == nil {
			buf = make([]S, min(cols, rowio.BufferBytes/rowio.Size[S]()))
		}
		for j := 0; j < cols; j += len(buf) {
			part := buf[:min(len(buf), cols-j)]
			if err := rowio.ReadAt(r.f, part, off+int64(j*rowio.Size[S]())); err != nil {
				return err
			}
			for k, v := range part {
				row[j+k] = T(v)
			}
		}
	}
	return nil
}
