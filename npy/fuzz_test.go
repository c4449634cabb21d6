package npy

import (
	"bytes"
	"encoding/binary"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hybrid/internal/alloctest"
)

// FuzzOpen reads whole files, and holds their numbers against those that stand in the bytes.
func FuzzOpen(f *testing.F) {
	for _, name := range []string{"f8.npy", "f4.npy", "i1.npy", "i2.npy", "i4.npy", "i8.npy", "u1.npy", "u2.npy", "u4.npy", "u8.npy", "line.npy", "scalar.npy", "empty.npy", "cube.npy", "version2.npy", "version3.npy"} {
		f.Add(golden(f, name))
	}
	f.Add(file(dict("<i8", "False", "(4611686018427387904, 0)"), 0))
	f.Add(file(dict("|u1", "True", "(1, 1, 5)"), 5))
	path := filepath.Join(f.TempDir(), "a.npy")
	f.Fuzz(func(t *testing.T, b []byte) {
		if err := os.WriteFile(path, b, 0o666); err != nil {
			t.Fatal(err)
		}
		h, wrong := ReadHeader(bytes.NewReader(b), int64(len(b)))
		r, err := Open(path)
		if err != nil {
			if wrong == nil || err.Error() != path+": "+wrong.Error() || strings.Contains(err.Error(), "\n") {
				t.Errorf("error %v, of the header %v", err, wrong)
			}
			return
		}
		defer r.Close()
		if wrong != nil || r.DataOffset != h.DataOffset {
			t.Fatalf("opened at %d, header at %d, %v", r.DataOffset, h.DataOffset, wrong)
		}
		rows, cols := r.Rows(), r.Cols()
		data := b[r.DataOffset:]
		if len(data) != rows*cols*r.DType.Size() {
			t.Fatalf("%d x %d of %s in %d bytes", rows, cols, r.DType, len(data))
		}
		all := make([]float64, rows*cols)
		if err := ReadBlock(r, r.RowRange(0, rows), all, Round); err != nil {
			t.Fatal(err)
		}
		for i, got := range all {
			if want := value(r.DType, data[i*r.DType.Size():]); math.Float64bits(got) != math.Float64bits(want) && !(math.IsNaN(got) && math.IsNaN(want)) {
				t.Fatalf("number %d is %v, want %v", i, got, want)
			}
		}
		if len(all) == 0 {
			return
		}
		part := Block{rows / 3, rows, cols / 2, cols}
		some := make([]float64, part.Len())
		if err := ReadBlock(r, part, some, Round); err != nil {
			t.Fatal(err)
		}
		for i, got := range some {
			row, col := part.Row0+i/(part.Col1-part.Col0), part.Col0+i%(part.Col1-part.Col0)
			if want := all[row*cols+col]; math.Float64bits(got) != math.Float64bits(want) && !(math.IsNaN(got) && math.IsNaN(want)) {
				t.Fatalf("[%d, %d] is %v in a block, %v in the whole", row, col, got, want)
			}
		}
	})
}

// value is the first number of the bytes.
func value(d DType, b []byte) float64 {
	order := binary.LittleEndian
	switch d {
	case Int8:
		return float64(int8(b[0]))
	case Int16:
		return float64(int16(order.Uint16(b)))
	case Int32:
		return float64(int32(order.Uint32(b)))
	case Int64:
		return float64(int64(order.Uint64(b)))
	case Uint8:
		return float64(b[0])
	case Uint16:
		return float64(order.Uint16(b))
	case Uint32:
		return float64(order.Uint32(b))
	case Uint64:
		return float64(order.Uint64(b))
	case Float32:
		return float64(math.Float32frombits(order.Uint32(b)))
	}
	return math.Float64frombits(order.Uint64(b))
}

// TestAllocationIsBounded opens short files that claim a great deal.
func TestAllocationIsBounded(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.npy")
	for what, b := range map[string][]byte{
		"2^40 rows":            file(dict("<f8", "False", "(1099511627776,)"), 8),
		"2^60 columns of none": file(dict("|i1", "False", "(0, 1152921504606846976)"), 0),
		"many dimensions":      file(dict("<f8", "False", "("+strings.Repeat("1,", 30_000)+")"), 8),
		"a header of 4 GB":     append([]byte(magic), 2, 0, 0xff, 0xff, 0xff, 0xff),
		"a long name":          file("{'"+strings.Repeat("x", 60_000)+"': 1}", 0),
	} {
		if err := os.WriteFile(path, b, 0o666); err != nil {
			t.Fatal(err)
		}
		used := alloctest.Bytes(func() {
			r, err := Open(path)
			if err == nil {
				r.Close()
			}
			if (err == nil) != (what == "2^60 columns of none") || err != nil && len(err.Error()) > 400 {
				t.Errorf("%s: %.300v", what, err)
			}
		})
		if used > 1<<20 {
			t.Errorf("%s: %d bytes of memory for %d of a file", what, used, len(b))
		}
	}
}
