package npy

import (
	"bytes"
	"encoding/binary"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// golden is a file that numpy wrote; testdata/golden.py says how.
func golden(t testing.TB, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// file makes a file of format 1.0 from a dictionary's text and a number of data bytes.
func file(dict string, data int) []byte {
	b := append([]byte(magic), 1, 0)
	b = binary.LittleEndian.AppendUint16(b, uint16(len(dict)))
	return append(append(b, dict...), make([]byte, data)...)
}

func dict(descr, order, shape string) string {
	return "{'descr': '" + descr + "', 'fortran_order': " + order + ", 'shape': " + shape + ", }\n"
}

func TestHeaderBytesAreNumPys(t *testing.T) {
	for _, c := range []struct {
		name  string
		dtype DType
		shape []int
	}{
		{"f8.npy", Float64, []int{3, 4}},
		{"f4.npy", Float32, []int{3, 4}},
		{"i1.npy", Int8, []int{3, 4}},
		{"u8.npy", Uint64, []int{3, 4}},
		{"line.npy", Float64, []int{11}},
		{"scalar.npy", Float64, nil},
		{"empty.npy", Float32, []int{0, 5}},
		{"cube.npy", Int16, []int{2, 3, 4}},
	} {
		h, err := NewHeader(c.dtype, c.shape...)
		if err != nil {
			t.Fatal(err)
		}
		if want := golden(t, c.name)[:h.DataOffset]; !bytes.Equal(h.Bytes(), want) {
			t.Errorf("%s:\n%q, want\n%q", c.name, h.Bytes(), want)
		}
	}
	// A header whose text already ends on the boundary gets another 64 bytes, as numpy's does.
	for digits := 1; digits < 12; digits++ {
		h, err := NewHeader(Int8, 1, int(math.Pow10(digits)))
		if err != nil {
			t.Fatal(err)
		}
		if b := h.Bytes(); len(b)%align != 0 || !bytes.HasSuffix(b, []byte(" \n")) {
			t.Errorf("%d digits: header of %d bytes ends with %q", digits, len(b), b[len(b)-2:])
		}
	}
}

func TestNewHeaderRefusesWhatNoFileHolds(t *testing.T) {
	_, err := NewHeader(Float64, math.MaxInt, 2)
	if want := "npy: its shape (9223372036854775807, 2), of 8-byte elements, is larger than any file"; err == nil || err.Error() != want {
		t.Errorf("error %v, want %s", err, want)
	}
}

func TestReadHeaderOfNumPysFiles(t *testing.T) {
	for _, c := range []struct {
		name       string
		dtype      DType
		shape      []int
		rows, cols int
	}{
		{"f8.npy", Float64, []int{3, 4}, 3, 4},
		{"f4.npy", Float32, []int{3, 4}, 3, 4},
		{"i1.npy", Int8, []int{3, 4}, 3, 4},
		{"i2.npy", Int16, []int{3, 4}, 3, 4},
		{"i4.npy", Int32, []int{3, 4}, 3, 4},
		{"i8.npy", Int64, []int{3, 4}, 3, 4},
		{"u1.npy", Uint8, []int{3, 4}, 3, 4},
		{"u2.npy", Uint16, []int{3, 4}, 3, 4},
		{"u4.npy", Uint32, []int{3, 4}, 3, 4},
		{"u8.npy", Uint64, []int{3, 4}, 3, 4},
		{"line.npy", Float64, []int{11}, 11, 1},
		{"scalar.npy", Float64, []int{}, 1, 1},
		{"empty.npy", Float32, []int{0, 5}, 0, 5},
		{"cube.npy", Int16, []int{2, 3, 4}, 2, 12},
		{"version2.npy", Float64, []int{3, 4}, 3, 4},
		{"version3.npy", Float64, []int{3, 4}, 3, 4},
	} {
		b := golden(t, c.name)
		h, err := ReadHeader(bytes.NewReader(b), int64(len(b)))
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if h.DType != c.dtype || !slices.Equal(h.Shape, c.shape) || h.Rows() != c.rows || h.Cols() != c.cols {
			t.Errorf("%s: %+v, rows %d, columns %d", c.name, h, h.Rows(), h.Cols())
		}
		if h.FileSize() != int64(len(b)) {
			t.Errorf("%s: size %d, the file has %d", c.name, h.FileSize(), len(b))
		}
	}
}

func TestReadHeaderTakesWhatPythonWouldTake(t *testing.T) {
	for _, text := range []string{
		dict("<f8", "False", "(2, 3)"),
		dict("<f8", "False", "(2L, 3L)"),
		`{"shape":(2,3),"descr":"<f8","fortran_order":False}`,
		"{ 'fortran_order' : False ,\n'descr':'<f8', 'shape': ( 2, 3, ) , }  \n",
	} {
		b := file(text, 48)
		h, err := ReadHeader(bytes.NewReader(b), int64(len(b)))
		if err != nil || !slices.Equal(h.Shape, []int{2, 3}) {
			t.Errorf("%q: %v %v", text, h, err)
		}
	}
	// A line has the same bytes in both orders.
	b := file(dict("<i1", "True", "(1, 3)"), 3)
	if h, err := ReadHeader(bytes.NewReader(b), int64(len(b))); err != nil || h.DType != Int8 {
		t.Errorf("a line in Fortran order: %v %v", h, err)
	}
}

// refused are files that are no good, and what is said about them.
func refused(t testing.TB) []struct {
	name string
	file []byte
	want string
} {
	f8 := golden(t, "f8.npy")
	edit := func(at int, with ...byte) []byte {
		b := slices.Clone(f8)
		copy(b[at:], with)
		return b
	}
	v2 := golden(t, "version2.npy")
	const allowed = ": allowed are f4, f8, i1, i2, i4, i8, u1, u2, u4, u8: save "
	const numbers = allowed + "an array of numbers"
	const syntax = "its header is not the Python dictionary of a .npy file"
	return []struct {
		name string
		file []byte
		want string
	}{
		{"nothing", nil, "it is no .npy file: it has only 0 bytes"},
		{"magic only", f8[:6], "it is no .npy file: it has only 6 bytes"},
		{"short text", []byte("hi"), `it is no .npy file: it begins with "hi", not "\x93NUMPY": save it with numpy.save`},
		{"text", []byte("1.0 2.0 3.0\n"), `it is no .npy file: it begins with "1.0 2.", not "\x93NUMPY": save it with numpy.save`},
		{"npz", golden(t, "archive.npz"), "it is a .npz archive: save one array with numpy.save"},
		{"version 4", edit(6, 4), "its format is version 4.0: known are 1.0, 2.0 and 3.0"},
		{"version 1.1", edit(7, 1), "its format is version 1.1: known are 1.0, 2.0 and 3.0"},
		{"no length", f8[:9], "it is cut off before the length of its header"},
		{"no length 2.0", v2[:11], "it is cut off before the length of its header"},
		{"header beyond the file", edit(8, 0xff, 0xff), "it is cut off: its header claims 65535 bytes, 214 follow"},
		{"header of 4 GB", append(slices.Clone(v2[:8]), 0xff, 0xff, 0xff, 0xff), "it is cut off: its header claims 4294967295 bytes, 0 follow"},
		{"header of 1 MB", append(append(slices.Clone(v2[:8]), 0, 0, 0x10, 0), make([]byte, 1<<20)...), "its header claims 1048576 bytes, allowed are 65536"},
		{"no data", f8[:128], "it is cut off: shape (3, 4) of dtype <f8 needs 96 bytes of data, it has 0"},
		{"last byte missing", f8[:len(f8)-1], "it is cut off: shape (3, 4) of dtype <f8 needs 96 bytes of data, it has 95"},
		{"trailing", append(slices.Clone(f8), 0), "its array (shape (3, 4) of dtype <f8) ends at byte 224, the file at 225: save one array per file"},

		{"big-endian", golden(t, "bigendian.npy"), "its numbers are big-endian (dtype '>f8'): save a.astype('<f8')"},
		{"Fortran", golden(t, "fortran.npy"), "its order is Fortran's (columns first): save numpy.ascontiguousarray(a)"},
		{"bool", golden(t, "bool.npy"), "its elements are booleans (dtype '|b1'), not numbers: save a.astype('|u1')"},
		{"complex", golden(t, "complex.npy"), "its elements have dtype '<c16'" + allowed + "a.real, a.imag or abs(a)"},
		{"half", golden(t, "half.npy"), "its elements have dtype '<f2'" + allowed + "a.astype('<f8')"},
		{"text", golden(t, "text.npy"), "its elements have dtype '<U2'" + numbers},
		{"bytes", golden(t, "bytes.npy"), "its elements have dtype '|S2'" + numbers},
		{"object", golden(t, "object.npy"), "its elements have dtype '|O'" + numbers},
		{"date", golden(t, "date.npy"), "its elements have dtype '<M8[D]'" + numbers},
		{"struct", golden(t, "struct.npy"), errStructured.Error()},
		{"struct, 3.0", golden(t, "structv3.npy"), errStructured.Error()},
		{"empty dtype", file(dict("", "False", "()"), 0), "its elements have dtype ''" + numbers},
		{"native order", file(dict("=f8", "False", "()"), 8), "its elements have dtype '=f8'" + allowed + "a.astype('<f8')"},
		{"strange dtype", file(dict("\x00\xff\"", "False", "()"), 8), `its elements have dtype '\x00\xff"'` + numbers},
		{"long dtype", file(dict(strings.Repeat("x", 50), "False", "()"), 8), "its elements have dtype '" + strings.Repeat("x", 40) + "...'" + numbers},

		{"shape beyond the file", file(dict("<f8", "False", "(1000000000000,)"), 8), "it is cut off: shape (1000000000000,) of dtype <f8 needs 8000000000000 bytes of data, it has 8"},
		{"shape overflows", file(dict("<f8", "False", "(4294967296, 4294967296)"), 8), "its shape (4294967296, 4294967296), of 8-byte elements, is larger than any file"},
		{"shape overflows to 0", file(dict("<f8", "False", "(2305843009213693952, 8)"), 0), "its shape (2305843009213693952, 8), of 8-byte elements, is larger than any file"},
		{"empty shape overflows", file(dict("<f8", "False", "(0, 4294967296, 4294967296)"), 0), "its shape (0, 4294967296, 4294967296), of 8-byte elements, is larger than any file"},
		{"huge dimension", file(dict("<f8", "False", "(99999999999999999999,)"), 8), "its shape has a dimension of 99999999999999999999, beyond the largest, 9223372036854775807"},
		{"negative", file(dict("<f8", "False", "(-1, 3)"), 8), "its shape has a negative dimension, -1"},
		{"65 dimensions", file(dict("<f8", "False", "("+strings.Repeat("1,", 65)+")"), 8), "its shape has more than 64 dimensions"},
		{"shape is a number", file(dict("<f8", "False", "3"), 24), syntax},
		{"shape is no tuple", file(dict("<f8", "False", "(3)"), 24), syntax},
		{"shape of floats", file(dict("<f8", "False", "(3.0,)"), 24), syntax},
		{"shape without commas", file(dict("<f8", "False", "(3 4)"), 96), syntax},
		{"open shape", file("{'descr': '<f8', 'fortran_order': False, 'shape': (3,", 24), syntax},

		{"empty dictionary", file("{}", 0), "its header has no 'descr'"},
		{"no order", file("{'descr': '<f8', 'shape': ()}", 8), "its header has no 'fortran_order'"},
		{"no shape", file("{'descr': '<f8', 'fortran_order': False}", 8), "its header has no 'shape'"},
		{"twice", file("{'descr': '<f8', 'descr': '<f8'}", 8), "its header gives 'descr' twice"},
		{"unknown entry", file("{'order': 'C'}", 8), "its header has an unknown entry 'order'"},
		{"no dictionary", file("[1, 2]", 0), syntax},
		{"nothing in it", file("", 0), syntax},
		{"no value", file("{'descr'}", 0), syntax},
		{"no comma", file("{'descr': '<f8' 'shape': ()}", 0), syntax},
		{"code", file("{'descr': __import__('os'), }", 0), syntax},
		{"escape", file(`{'descr': '\x3cf8'}`, 0), syntax},
		{"open text", file("{'descr': '<f8", 0), syntax},
		{"order is 0", file(dict("<f8", "0", "()"), 8), syntax},
		{"more behind", file(dict("<f8", "False", "()")+"x", 8), syntax},
	}
}

func TestReadHeaderRefuses(t *testing.T) {
	for _, c := range refused(t) {
		h, err := ReadHeader(bytes.NewReader(c.file), int64(len(c.file)))
		if err == nil {
			t.Errorf("%s: accepted as %+v", c.name, h)
		} else if err.Error() != c.want {
			t.Errorf("%s: error\n%s, want\n%s", c.name, err, c.want)
		}
	}
}

func FuzzReadHeader(f *testing.F) {
	for _, c := range refused(f) {
		f.Add(c.file)
	}
	for _, name := range []string{"f8.npy", "i1.npy", "line.npy", "scalar.npy", "empty.npy", "cube.npy", "version2.npy", "version3.npy"} {
		f.Add(golden(f, name))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		h, err := ReadHeader(bytes.NewReader(b), int64(len(b)))
		if err != nil {
			if err.Error() == "" || len(err.Error()) > 400 {
				t.Errorf("error text %q", err)
			}
			return
		}
		if h.FileSize() != int64(len(b)) || h.Rows() < 0 || h.Cols() < 0 {
			t.Errorf("a file of %d bytes: %+v", len(b), h)
		}
		// What is written for the same array reads back the same.
		w, err := NewHeader(h.DType, h.Shape...)
		if err != nil {
			t.Fatal(err)
		}
		again, err := ReadHeader(bytes.NewReader(w.Bytes()), w.FileSize())
		if err != nil || again.DType != h.DType || !slices.Equal(again.Shape, h.Shape) {
			t.Errorf("%+v written and read: %+v, %v", h, again, err)
		}
	})
}
