package npy

import (
	"bytes"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
)

func open(t testing.TB, path string) *Reader {
	t.Helper()
	r, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close() })
	return r
}

func TestDTypeOf(t *testing.T) {
	type temperature float32
	for _, c := range []struct{ got, want DType }{
		{DTypeOf[int8](), Int8}, {DTypeOf[int16](), Int16}, {DTypeOf[int32](), Int32}, {DTypeOf[int64](), Int64},
		{DTypeOf[uint8](), Uint8}, {DTypeOf[uint16](), Uint16}, {DTypeOf[uint32](), Uint32}, {DTypeOf[uint64](), Uint64},
		{DTypeOf[float32](), Float32}, {DTypeOf[float64](), Float64}, {DTypeOf[temperature](), Float32},
	} {
		if c.got != c.want {
			t.Errorf("%s, want %s", c.got, c.want)
		}
	}
}

// TestAllows compares with what numpy.can_cast says: casting='safe' for Exact, except that NumPy also calls 64-bit
// integers into float64 safe, which are not exact.
func TestAllows(t *testing.T) {
	types := []DType{Int8, Int16, Int32, Int64, Uint8, Uint16, Uint32, Uint64, Float32, Float64}
	exact := []string{ // rows: from; columns: to, both in the order of types
		"yyyynnnnyy", "nyyynnnnyy", "nnyynnnnny", "nnnynnnnnn",
		"nyyyyyyyyy", "nnyynyyyyy", "nnnynnyyny", "nnnnnnnynn",
		"nnnnnnnnyy", "nnnnnnnnny",
	}
	for i, from := range types {
		for j, to := range types {
			if got, want := Exact.Allows(from, to), exact[i][j] == 'y'; got != want {
				t.Errorf("Exact.Allows(%s, %s) = %v", from, to, got)
			}
			if got, want := Round.Allows(from, to), exact[i][j] == 'y' || j >= 8; got != want {
				t.Errorf("Round.Allows(%s, %s) = %v", from, to, got)
			}
		}
	}
}

func testRead[T Number](t *testing.T, name string, conv Conversion, last T) {
	r := open(t, filepath.Join("testdata", name))
	want := make([]T, 12)
	for i := range want {
		want[i] = T(i)
	}
	want[11] = last
	got := make([]T, 12)
	if err := ReadBlock(r, r.RowRange(0, 3), got, conv); err != nil {
		t.Error(err)
	} else if !slices.Equal(got, want) {
		t.Errorf("%s into %T: %v, want %v", name, got, got, want)
	}
	if err := ReadBlock(r, Block{1, 3, 1, 4}, got[:6], conv); err != nil {
		t.Error(err)
	} else if part := append(slices.Clone(want[5:8]), want[9:]...); !slices.Equal(got[:6], part) {
		t.Errorf("%s into %T, a block: %v, want %v", name, got, got[:6], part)
	}
}

func TestReadBlockOfNumPysFiles(t *testing.T) {
	third32 := float32(-1.0 / 3)
	testRead(t, "f8.npy", Exact, -1.0/3)
	testRead(t, "f4.npy", Exact, third32)
	testRead(t, "i1.npy", Exact, int8(math.MinInt8))
	testRead(t, "i2.npy", Exact, int16(math.MinInt16))
	testRead(t, "i4.npy", Exact, int32(math.MinInt32))
	testRead(t, "i8.npy", Exact, int64(math.MinInt64))
	testRead(t, "u1.npy", Exact, uint8(0))
	testRead(t, "u2.npy", Exact, uint16(0))
	testRead(t, "u4.npy", Exact, uint32(0))
	testRead(t, "u8.npy", Exact, uint64(0))
	testRead(t, "version2.npy", Exact, -1.0/3)
	testRead(t, "version3.npy", Exact, -1.0/3)
	testRead(t, "f4.npy", Exact, float64(third32))
	testRead(t, "f8.npy", Round, third32)
	testRead(t, "i8.npy", Round, float64(math.MinInt64))
	testRead(t, "i8.npy", Round, float32(math.MinInt64))
	testRead(t, "i2.npy", Exact, float32(math.MinInt16))
	testRead(t, "u1.npy", Exact, int64(0))
	testRead(t, "u4.npy", Exact, 0.0)
}

func TestReadBlockRefuses(t *testing.T) {
	f8, i8 := open(t, "testdata/f8.npy"), open(t, "testdata/i8.npy")
	for _, c := range []struct {
		name string
		err  error
		want string
	}{
		{"float64 into float32", ReadBlock(f8, f8.RowRange(0, 1), make([]float32, 4), Exact),
			"testdata/f8.npy: elements of dtype <f8 do not fit in <f4: save a.astype('<f4')"},
		{"float into integer", ReadBlock(f8, f8.RowRange(0, 1), make([]int64, 4), Round),
			"testdata/f8.npy: elements of dtype <f8 do not fit in <i8: save a.astype('<i8')"},
		{"integer into float", ReadBlock(i8, i8.RowRange(0, 1), make([]float64, 4), Exact),
			"testdata/i8.npy: elements of dtype <i8 do not fit in <f8: save a.astype('<f8')"},
		{"rows", ReadBlock(f8, Block{2, 4, 0, 4}, make([]float64, 8), Exact),
			"npy: block of rows [2, 4) and columns [0, 4) of an array with 3 rows and 4 columns"},
		{"columns", ReadBlock(f8, Block{2, 3, -1, 4}, make([]float64, 5), Exact),
			"npy: block of rows [2, 3) and columns [-1, 4) of an array with 3 rows and 4 columns"},
		{"memory", ReadBlock(f8, Block{2, 3, 0, 4}, make([]float64, 5), Exact),
			"npy: memory for 5 elements, the block has 4"},
	} {
		if c.err == nil || c.err.Error() != c.want {
			t.Errorf("%s: error\n%v, want\n%s", c.name, c.err, c.want)
		}
	}
	for _, c := range []struct{ path, want string }{
		{"testdata/none.npy", "open testdata/none.npy: no such file or directory"},
		{"testdata", "testdata: it is not a regular file"},
		{"testdata/fortran.npy", "testdata/fortran.npy: its order is Fortran's (columns first): save numpy.ascontiguousarray(a)"},
	} {
		if _, err := Open(c.path); err == nil || err.Error() != c.want {
			t.Errorf("Open: error\n%v, want\n%s", err, c.want)
		}
	}
}

func TestAFileThatShrinksWhileItIsRead(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.npy")
	if err := os.WriteFile(path, golden(t, "f8.npy"), 0o600); err != nil {
		t.Fatal(err)
	}
	r := open(t, path)
	if err := os.Truncate(path, 200); err != nil {
		t.Fatal(err)
	}
	err := ReadBlock(r, r.RowRange(0, 3), make([]float64, 12), Exact)
	if err == nil || !strings.HasSuffix(err.Error(), "a.npy: it became shorter while it was read") {
		t.Errorf("error %v", err)
	}
}

// TestWritersGiveTheSameBytesForAnySplit writes numpy's golden, and a larger grid, by rows and by blocks from several
// goroutines at once.
func TestWritersGiveTheSameBytesForAnySplit(t *testing.T) {
	testWrite(t, golden(t, "f8.npy"), 3, 4, append(slices.Clone([]float64{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10}), -1.0/3))

	const rows, cols = 211, 1009 // more than one buffer
	values := make([]float64, rows*cols)
	h, err := NewHeader(Float64, rows, cols)
	if err != nil {
		t.Fatal(err)
	}
	var want bytes.Buffer
	want.Write(h.Bytes())
	rng := rand.New(rand.NewPCG(1, 2))
	for i := range values {
		values[i] = rng.NormFloat64()
		b := math.Float64bits(values[i])
		for range 8 {
			want.WriteByte(byte(b))
			b >>= 8
		}
	}
	testWrite(t, want.Bytes(), rows, cols, values)
}

func testWrite(t *testing.T, want []byte, rows, cols int, values []float64) {
	h, err := NewHeader(Float64, rows, cols)
	if err != nil {
		t.Fatal(err)
	}
	for _, ranks := range []int{1, 2, 3, 7} {
		for _, way := range []string{"rows", "blocks"} {
			path := filepath.Join(t.TempDir(), "a.npy")
			f, err := os.Create(path)
			if err != nil {
				t.Fatal(err)
			}
			if err := h.Start(f); err != nil {
				t.Fatal(err)
			}
			var group sync.WaitGroup
			errs := make([]error, ranks)
			for rank := range ranks {
				group.Go(func() {
					if way == "rows" {
						errs[rank] = writeRows(f, h, values, rank*rows/ranks, (rank+1)*rows/ranks)
					} else {
						errs[rank] = writeColumns(f, h, values, rank*cols/ranks, (rank+1)*cols/ranks)
					}
				})
			}
			group.Wait()
			f.Close()
			got, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(got, want) {
				t.Errorf("%d ranks by %s: bytes differ (errors %v)", ranks, way, errs)
			}
		}
	}
}

func writeRows(f *os.File, h Header, values []float64, lo, hi int) error {
	w, err := NewRowWriter[float64](f, h, lo)
	if err != nil {
		return err
	}
	for i := lo; i < hi; i++ {
		if err := w.Write(values[i*h.Cols() : (i+1)*h.Cols()]); err != nil {
			return err
		}
	}
	return w.Flush()
}

func writeColumns(f *os.File, h Header, values []float64, lo, hi int) error {
	var part []float64
	for i := range h.Rows() {
		part = append(part, values[i*h.Cols()+lo:i*h.Cols()+hi]...)
	}
	return WriteBlock(f, h, Block{0, h.Rows(), lo, hi}, part)
}

func TestWritersRefuse(t *testing.T) {
	h, err := NewHeader(Float64, 3, 4)
	if err != nil {
		t.Fatal(err)
	}
	_, dtype := NewRowWriter[float32](nil, h, 0)
	_, row := NewRowWriter[float64](nil, h, 4)
	for _, c := range []struct {
		err  error
		want string
	}{
		{dtype, "npy: rows of dtype <f4 for a file of dtype <f8"},
		{row, "npy: first row 4 of an array with 3 rows"},
		{WriteBlock(nil, h, h.RowRange(0, 1), []int64{1}), "npy: a block of dtype <i8 for a file of dtype <f8"},
		{WriteBlock(nil, h, h.RowRange(0, 1), []float64{1}), "npy: memory for 1 elements, the block has 4"},
	} {
		if c.err == nil || c.err.Error() != c.want {
			t.Errorf("error %v, want %s", c.err, c.want)
		}
	}
}

func BenchmarkReadWrite(b *testing.B) {
	const rows, cols = 2048, 2048 // 32 MiB, in the page cache
	values := make([]float64, rows*cols)
	for i := range values {
		values[i] = float64(i)
	}
	h, err := NewHeader(Float64, rows, cols)
	if err != nil {
		b.Fatal(err)
	}
	path := filepath.Join(b.TempDir(), "a.npy")
	f, err := os.Create(path)
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	if err := h.Start(f); err != nil {
		b.Fatal(err)
	}
	run := func(name string, bytes int, step func() error) {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if err := step(); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(bytes)*float64(b.N)/b.Elapsed().Seconds()/1e9, "GB/s")
		})
	}
	run("write", 8*len(values), func() error { return writeRows(f, h, values, 0, rows) })
	r := open(b, path)
	back := make([]float64, len(values))
	run("read", 8*len(values), func() error { return ReadBlock(r, r.RowRange(0, rows), back, Exact) })
	if !slices.Equal(values, back) {
		b.Fatal("read other values than were written")
	}
	half := make([]float32, len(values))
	run("read as float32", 8*len(values), func() error { return ReadBlock(r, r.RowRange(0, rows), half, Round) })
	if fmt.Sprint(half[5:8]) != "[5 6 7]" {
		b.Fatal("read other values than were written")
	}
}
