package npy

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"math/bits"
	"strconv"
	"strings"
)

const (
	magic     = "\x93NUMPY"
	align     = 64      // the data begin at a multiple of this many bytes
	growth    = 21      // numpy.save leaves room for a first dimension of this many digits
	maxHeader = 1 << 16 // bytes; NumPy itself reads no more than 10000
)

// Header says what a file holds and where.
type Header struct {
	DType      DType
	Shape      []int
	DataOffset int64 // bytes before the data
}

// NewHeader describes a file to be written. An array of 2^63 bytes or more is an error.
func NewHeader(dtype DType, shape ...int) (Header, error) {
	if _, err := dataSize(dtype, shape); err != nil {
		return Header{}, fmt.Errorf("npy: %w", err)
	}
	h := Header{DType: dtype, Shape: append([]int{}, shape...)}
	h.DataOffset = int64(len(h.Bytes()))
	return h, nil
}

// Rows returns the first dimension; a single number has one row.
func (h Header) Rows() int {
	if len(h.Shape) == 0 {
		return 1
	}
	return h.Shape[0]
}

// Cols returns the product of the other dimensions.
func (h Header) Cols() int {
	n := 1
	for i, d := range h.Shape {
		if i > 0 {
			n *= d
		}
	}
	return n
}

// FileSize returns the bytes of header and data.
func (h Header) FileSize() int64 {
	return h.DataOffset + int64(h.Rows())*int64(h.Cols())*int64(h.DType.Size())
}

// Offset returns the place in the file, in bytes, of the element at row, col.
func (h Header) Offset(row, col int) int64 {
	return h.DataOffset + (int64(row)*int64(h.Cols())+int64(col))*int64(h.DType.Size())
}

// Bytes returns the header in format 1.0, the same bytes that numpy.save writes.
func (h Header) Bytes() []byte {
	var s strings.Builder
	fmt.Fprintf(&s, "{'descr': '%s', 'fortran_order': False, 'shape': (", h.DType)
	for i, d := range h.Shape {
		if i > 0 {
			s.WriteString(", ")
		}
		s.WriteString(strconv.Itoa(d))
	}
	if len(h.Shape) == 1 {
		s.WriteString(",")
	}
	s.WriteString("), }")
	if len(h.Shape) > 0 {
		s.WriteString(strings.Repeat(" ", growth-len(strconv.Itoa(h.Shape[0]))))
	}
	const prefix = len(magic) + 2 + 2
	// At least one space, as numpy.save has it, then the newline.
	s.WriteString(strings.Repeat(" ", align-(prefix+s.Len()+1)%align))
	s.WriteString("\n")

	b := append([]byte(magic), 1, 0)
	b = binary.LittleEndian.AppendUint16(b, uint16(s.Len()))
	return append(b, s.String()...)
}

// dataSize returns the bytes of the array, or an error when they, or the columns of an array without rows, cannot be
// counted.
func dataSize(dtype DType, shape []int) (int64, error) {
	n, empty := uint64(dtype.Size()), false
	for _, d := range shape {
		empty = empty || d == 0
		hi, lo := bits.Mul64(n, uint64(max(d, 1)))
		if hi != 0 || lo > math.MaxInt64/2 {
			return 0, fmt.Errorf("its shape %s, of %d-byte elements, is larger than any file", shapeString(shape), dtype.Size())
		}
		n = lo
	}
	if empty {
		return 0, nil
	}
	return int64(n), nil
}

func shapeString(shape []int) string {
	s := strings.ReplaceAll(strings.Trim(fmt.Sprint(shape), "[]"), " ", ", ")
	if len(shape) == 1 {
		s += ","
	}
	return "(" + clip(s) + ")"
}

// ReadHeader reads a header from the beginning of a file of fileSize bytes, and leaves r at the data. It allocates no more
// than 64 KiB whatever the file claims, and returns an error unless the file holds exactly the array that the header says.
func ReadHeader(r io.Reader, fileSize int64) (Header, error) {
	text, offset, err := readText(r, fileSize)
	if err != nil {
		return Header{}, err
	}
	f, err := parseFields(text)
	if err != nil {
		return Header{}, err
	}
	dtype, err := parseDType(f.descr)
	if err != nil {
		return Header{}, err
	}
	size, err := dataSize(dtype, f.shape)
	if err != nil {
		return Header{}, err
	}
	if f.fortran && !isLine(f.shape) {
		return Header{}, errors.New("its order is Fortran's (columns first): save numpy.ascontiguousarray(a)")
	}
	switch have := fileSize - offset; {
	case have < size:
		return Header{}, fmt.Errorf("it is cut off: shape %s of dtype %s needs %d bytes of data, it has %d",
			shapeString(f.shape), dtype, size, have)
	case have > size:
		return Header{}, fmt.Errorf("its array (shape %s of dtype %s) ends at byte %d, the file at %d: save one array per file",
			shapeString(f.shape), dtype, offset+size, fileSize)
	}
	return Header{DType: dtype, Shape: f.shape, DataOffset: offset}, nil
}

// isLine reports whether at most one dimension is longer than 1, so that both orders are the same.
func isLine(shape []int) bool {
	long := 0
	for _, d := range shape {
		if d != 1 {
			long++
		}
	}
	return long <= 1
}

// readText reads up to the data and returns the dictionary's text and the data's offset.
func readText(r io.Reader, fileSize int64) (text string, offset int64, err error) {
	prefix := make([]byte, 12)
	n, err := io.ReadFull(r, prefix[:8])
	if err != nil && err != io.EOF && err != io.ErrUnexpectedEOF {
		return "", 0, err
	}
	switch head := prefix[:n]; {
	case bytes.HasPrefix(head, []byte("PK\x03\x04")):
		return "", 0, errors.New("it is a .npz archive: save one array with numpy.save")
	case n < 8 && bytes.HasPrefix([]byte(magic), head[:min(n, len(magic))]):
		return "", 0, fmt.Errorf("it is no .npy file: it has only %d bytes", n)
	case !bytes.HasPrefix(head, []byte(magic)):
		return "", 0, fmt.Errorf("it is no .npy file: it begins with %q, not %q: save it with numpy.save", head[:min(n, len(magic))], magic)
	}
	major, minor := prefix[6], prefix[7]
	if major < 1 || major > 3 || minor != 0 {
		return "", 0, fmt.Errorf("its format is version %d.%d: known are 1.0, 2.0 and 3.0", major, minor)
	}
	width := 2
	if major > 1 {
		width = 4
	}
	if _, err := io.ReadFull(r, prefix[8:8+width]); err != nil {
		return "", 0, cut(err, "it is cut off before the length of its header")
	}
	offset = int64(8 + width)
	length := int64(binary.LittleEndian.Uint32(prefix[8:12])) // format 1.0 leaves the upper bytes 0
	if length > fileSize-offset {
		return "", 0, fmt.Errorf("it is cut off: its header claims %d bytes, %d follow", length, fileSize-offset)
	}
	if length > maxHeader {
		return "", 0, fmt.Errorf("its header claims %d bytes, allowed are %d", length, maxHeader)
	}
	b := make([]byte, length)
	if _, err := io.ReadFull(r, b); err != nil {
		return "", 0, cut(err, "it is cut off within its header")
	}
	return string(b), offset + length, nil
}

// cut names an early end of the file; other errors stay as they are.
func cut(err error, text string) error {
	if err == io.EOF || err == io.ErrUnexpectedEOF {
		return errors.New(text)
	}
	return err
}
