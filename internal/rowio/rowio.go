// Package rowio moves rows of numbers between memory and a fixed place of a file, as little-endian bytes.
//
// A grid on disk is one run of rows; every rank writes its own, side by side with the others:
//
//	offset              offset + lo*n*size          offset + hi*n*size
//	| header | row 0 ... | row lo ... row hi-1 (mine) | row hi ...
//
// A Writer collects small rows into large writes through a buffer of bounded size, so a rank never holds more of the
// file than its own field and the buffer, and the bytes do not depend on how rows are divided.
package rowio

import (
	"encoding/binary"
	"fmt"
	"io"
	"unsafe"
)

// Number is what a row is made of.
type Number interface {
	~int8 | ~int16 | ~int32 | ~int64 | ~uint8 | ~uint16 | ~uint32 | ~uint64 | ~float32 | ~float64
}

// BufferBytes is the size of a Writer's buffer and of the pieces in which rows are read and converted.
const BufferBytes = 1 << 20

// Size returns the bytes of one T.
func Size[T Number]() int {
	var zero T
	return int(unsafe.Sizeof(zero))
}

// Bytes returns the memory of s as bytes, in this machine's byte order; it shares s's memory.
func Bytes[T Number](s []T) []byte {
	if len(s) == 0 {
		return nil
	}
	return unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(s))), len(s)*Size[T]())
}

// swap turns elements of size bytes from this machine's byte order into little-endian, or back, in place.
// order is this machine's; on a little-endian machine there is nothing to do.
func swap(b []byte, size int, order binary.ByteOrder) {
	if order.Uint16([]byte{1, 0}) == 1 {
		return
	}
	for ; len(b) >= size; b = b[size:] {
		for i, j := 0, size-1; i < j; i, j = i+1, j-1 {
			b[i], b[j] = b[j], b[i]
		}
	}
}

// ReadAt fills dst from the little-endian numbers at byte offset off. A file that ends too early gives
// io.ErrUnexpectedEOF.
func ReadAt[T Number](r io.ReaderAt, dst []T, off int64) error {
	b := Bytes(dst)
	n, err := r.ReadAt(b, off)
	if n < len(b) {
		if err == io.EOF {
			err = io.ErrUnexpectedEOF
		}
		return err
	}
	swap(b, Size[T](), binary.NativeEndian)
	return nil
}

// WriteAt writes the numbers of src at byte offset off.
func WriteAt[T Number](w io.WriterAt, src []T, off int64) error {
	b := Bytes(src)
	if binary.NativeEndian.Uint16([]byte{1, 0}) != 1 {
		b = append([]byte{}, b...)
		swap(b, Size[T](), binary.NativeEndian)
	}
	return writeAt(w, b, off)
}

func writeAt(w io.WriterAt, b []byte, off int64) error {
	n, err := w.WriteAt(b, off)
	if err == nil && n < len(b) {
		err = io.ErrShortWrite
	}
	if err != nil {
		return fmt.Errorf("writing %d bytes at offset %d: %w", len(b), off, err)
	}
	return nil
}

// Writer writes numbers one after the other from a byte offset on. It belongs to one goroutine; several Writers may
// write disjoint parts of one file at once.
type Writer[T Number] struct {
	w   io.WriterAt
	off int64
	buf []byte // at most BufferBytes
}

// NewWriter returns a Writer whose first number lands at byte offset off of w.
func NewWriter[T Number](w io.WriterAt, off int64) *Writer[T] {
	return &Writer[T]{w: w, off: off}
}

// Write appends row. The bytes may stay in the buffer until Flush.
func (w *Writer[T]) Write(row []T) error {
	if w.buf == nil {
		w.buf = make([]byte, 0, BufferBytes)
	}
	for b := Bytes(row); len(b) > 0; {
		n := min(len(b), cap(w.buf)-len(w.buf))
		w.buf = append(w.buf, b[:n]...)
		b = b[n:]
		if len(w.buf) == cap(w.buf) {
			if err := w.Flush(); err != nil {
				return err
			}
		}
	}
	return nil
}

// Flush writes what the buffer holds. Nothing is certain to be in the file before Flush has returned nil.
func (w *Writer[T]) Flush() error {
	if len(w.buf) == 0 {
		return nil
	}
	swap(w.buf, Size[T](), binary.NativeEndian)
	if err := writeAt(w.w, w.buf, w.off); err != nil {
		return err
	}
	w.off += int64(len(w.buf))
	w.buf = w.buf[:0]
	return nil
}
