package rowio

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"math"
	"slices"
	"testing"
)

// memory is a file in memory; it counts its writes and fails from the failAt-th on.
type memory struct {
	data   []byte
	writes int
	failAt int
}

var errFull = errors.New("no space left")

func (m *memory) WriteAt(p []byte, off int64) (int, error) {
	m.writes++
	if m.failAt > 0 && m.writes >= m.failAt {
		return 0, errFull
	}
	if need := int(off) + len(p); need > len(m.data) {
		m.data = append(m.data, make([]byte, need-len(m.data))...)
	}
	return copy(m.data[off:], p), nil
}

func TestWriterBytesAreLittleEndianAndDoNotDependOnTheSplit(t *testing.T) {
	values := make([]float64, 3*BufferBytes/8+17)
	want := make([]byte, 5, 5+8*len(values))
	for i := range values {
		values[i] = math.Sqrt(float64(i))
		want = binary.LittleEndian.AppendUint64(want, math.Float64bits(values[i]))
	}
	for _, row := range []int{1, 7, 1000, BufferBytes / 8, BufferBytes/8 + 1, len(values)} {
		var m memory
		w := NewWriter[float64](&m, 5)
		for part := range slices.Chunk(values, row) {
			if err := w.Write(part); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Flush(); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(m.data, want) {
			t.Errorf("rows of %d: bytes differ", row)
		}
		if m.writes > 4 {
			t.Errorf("rows of %d: %d writes for %d buffers", row, m.writes, 4)
		}
	}
}

func TestWriterReportsWhereWritingFailed(t *testing.T) {
	m := memory{failAt: 2}
	w := NewWriter[int32](&m, 100)
	err := w.Write(make([]int32, BufferBytes/2))
	if !errors.Is(err, errFull) {
		t.Fatalf("error %v does not wrap the file's", err)
	}
	if want := "writing 1048576 bytes at offset 1048676: no space left"; err.Error() != want {
		t.Errorf("error %q, want %q", err, want)
	}
}

func TestReadAt(t *testing.T) {
	file := []byte{9, 9, 1, 2, 0xff, 0xff, 0, 0x80}
	got := make([]int16, 3)
	if err := ReadAt(bytes.NewReader(file), got, 2); err != nil {
		t.Fatal(err)
	}
	if want := []int16{0x0201, -1, -32768}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if err := ReadAt(bytes.NewReader(file), got, 4); err != io.ErrUnexpectedEOF {
		t.Errorf("a file that ends early: %v", err)
	}
	if err := ReadAt(bytes.NewReader(file), got[:0], 8); err != nil {
		t.Errorf("nothing to read: %v", err)
	}
}

func TestSwapOnABigEndianMachine(t *testing.T) {
	for _, c := range []struct {
		size int
		want []byte
	}{
		{1, []byte{1, 2, 3, 4, 5, 6, 7, 8}},
		{2, []byte{2, 1, 4, 3, 6, 5, 8, 7}},
		{4, []byte{4, 3, 2, 1, 8, 7, 6, 5}},
		{8, []byte{8, 7, 6, 5, 4, 3, 2, 1}},
	} {
		b := []byte{1, 2, 3, 4, 5, 6, 7, 8}
		swap(b, c.size, binary.BigEndian)
		if !bytes.Equal(b, c.want) {
			t.Errorf("size %d: %v, want %v", c.size, b, c.want)
		}
	}
	b := []byte{1, 2}
	swap(b, 2, binary.LittleEndian)
	if !bytes.Equal(b, []byte{1, 2}) {
		t.Errorf("little-endian: %v", b)
	}
}
