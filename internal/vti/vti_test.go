package vti

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"encoding/xml"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
)

var example = Field{NX: 7, NY: 5, DX: 0.01, DY: 0.25, Name: "temperature", Time: 1.5}

// value is the number at a point.
func value(i, j int) float64 { return math.Sqrt(float64(1000*i + j)) }

// write writes an image, its rows divided over goroutines at bounds.
func write[T Real](t *testing.T, path string, m Image[T], bounds []int) []byte {
	t.Helper()
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := m.Start(f); err != nil {
		t.Fatal(err)
	}
	var group sync.WaitGroup
	for k := range len(bounds) - 1 {
		group.Go(func() {
			w, err := m.NewRowWriter(f, bounds[k])
			if err != nil {
				t.Error(err)
				return
			}
			for i := bounds[k]; i < bounds[k+1]; i++ {
				row := make([]T, m.NX)
				for j := range row {
					row[j] = T(value(i, j))
				}
				if err := w.Write(row); err != nil {
					t.Error(err)
				}
			}
			var behind []T
			if i := bounds[k+1]; i < bounds[len(bounds)-1] {
				behind = []T{T(value(i, 0))}
			}
			if err := w.Finish(behind); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if int64(len(b)) != m.FileSize() {
		t.Errorf("file of %d bytes, FileSize says %d", len(b), m.FileSize())
	}
	return b
}

type array struct {
	Type   string `xml:"type,attr"`
	Name   string `xml:",attr"`
	Format string `xml:"format,attr"`
	Offset string `xml:"offset,attr"`
	Text   string `xml:",chardata"`
}

type piece struct {
	Extent    string `xml:",attr"`
	Source    string `xml:",attr"`
	PointData struct {
		Scalars   string `xml:",attr"`
		DataArray array
	}
}

type file struct {
	Type       string `xml:"type,attr"`
	ByteOrder  string `xml:"byte_order,attr"`
	HeaderType string `xml:"header_type,attr"`
	ImageData  struct {
		WholeExtent, Origin, Spacing string  `xml:",attr"`
		Time                         array   `xml:"FieldData>DataArray"`
		Piece                        []piece `xml:"Piece"`
	}
	AppendedData struct {
		Encoding string `xml:"encoding,attr"`
		Text     string `xml:",chardata"`
	}
	PImageData struct {
		WholeExtent, Origin, Spacing, GhostLevel string `xml:",attr"`
		Time                                     array  `xml:"FieldData>DataArray"`
		PPointData                               struct {
			Scalars    string `xml:",attr"`
			PDataArray array
		}
		Piece []piece `xml:"Piece"`
	}
}

// parse reads a .vti as any reader of XML does: the data are the count and the bytes, in base64 behind an underscore.
func parse(t *testing.T, b []byte) (file, []byte) {
	t.Helper()
	var f file
	if err := xml.Unmarshal(b, &f); err != nil {
		t.Fatalf("%v in\n%s", err, b)
	}
	text, begins := strings.CutPrefix(strings.TrimSpace(f.AppendedData.Text), "_")
	data, err := base64.StdEncoding.DecodeString(text)
	if err != nil || !begins || f.AppendedData.Encoding != "base64" || len(data) < 8 {
		t.Fatalf("data %+v: %v", f.AppendedData, err)
	}
	if n := binary.LittleEndian.Uint64(data); n != uint64(len(data)-8) {
		t.Fatalf("count of %d bytes, %d follow", n, len(data)-8)
	}
	return f, data[8:]
}

func TestOneFileHasTheSameBytesForAnySplit(t *testing.T) {
	var want []byte
	for _, bounds := range [][]int{{0, 5}, {0, 1, 2, 3, 4, 5}, {0, 0, 3, 3, 5}, {0, 4, 5, 5}} {
		b := write(t, filepath.Join(t.TempDir(), "a.vti"), Whole[float64](example), bounds)
		if want == nil {
			want = b
		}
		if !bytes.Equal(b, want) {
			t.Errorf("bounds %v: bytes differ", bounds)
		}
	}
	f, data := parse(t, want)
	if f.Type != "ImageData" || f.ByteOrder != "LittleEndian" || f.HeaderType != "UInt64" {
		t.Errorf("%+v", f)
	}
	d := f.ImageData
	if d.WholeExtent != "0 6 0 4 0 0" || d.Origin != "0 0 0" || d.Spacing != "0.01 0.25 1" || len(d.Piece) != 1 || d.Piece[0].Extent != d.WholeExtent {
		t.Errorf("image %+v", d)
	}
	if d.Time.Name != "TimeValue" || d.Time.Text != "1.5" {
		t.Errorf("time %+v", d.Time)
	}
	p := d.Piece[0].PointData
	if p.Scalars != "temperature" || p.DataArray != (array{"Float64", "temperature", "appended", "0", ""}) {
		t.Errorf("point data %+v", p)
	}
	if len(data) != 7*5*8 {
		t.Fatalf("%d data bytes", len(data))
	}
	for i := range 5 {
		for j := range 7 {
			if got := math.Float64frombits(binary.LittleEndian.Uint64(data[8*(7*i+j):])); got != value(i, j) {
				t.Errorf("row %d, column %d: %g, want %g", i, j, got, value(i, j))
			}
		}
	}
}

// TestGroupsOfAnyLength has rows that end in each of the three places of a group of base64, and divides them in all ways.
func TestGroupsOfAnyLength(t *testing.T) {
	for nx := 3; nx <= 8; nx++ {
		f := example
		f.NX = nx
		want := write(t, filepath.Join(t.TempDir(), "a.vti"), Whole[float32](f), []int{0, 5})
		_, data := parse(t, want)
		for k := range 5 * nx {
			if got := math.Float32frombits(binary.LittleEndian.Uint32(data[4*k:])); got != float32(value(k/nx, k%nx)) {
				t.Errorf("%d columns: number %d is %g", nx, k, got)
			}
		}
		for _, bounds := range [][]int{{0, 1, 2, 3, 4, 5}, {0, 0, 2, 2, 5}, {0, 4, 5, 5}, {0, 1, 5}} {
			if got := write(t, filepath.Join(t.TempDir(), "a.vti"), Whole[float32](f), bounds); !bytes.Equal(got, want) {
				t.Errorf("%d columns, bounds %v: bytes differ", nx, bounds)
			}
		}
	}
}

// TestALargeFieldIsRaw looks at the size and what stands before the data, without the data.
func TestALargeFieldIsRaw(t *testing.T) {
	f := example
	f.NX, f.NY = 1<<13, 1<<12
	if head := Whole[float64](f).Header(); !bytes.Contains(head, []byte(`encoding="base64"`)) {
		t.Errorf("%d bytes: %s", MaxBase64, head)
	}
	f.NY++
	m := Whole[float64](f)
	const data = 8 * (1 << 13) * (1<<12 + 1)
	head := m.Header()
	if !bytes.Contains(head, []byte("<AppendedData encoding=\"raw\">\n   _")) || binary.LittleEndian.Uint64(head[len(head)-8:]) != data {
		t.Errorf("%d bytes: %q", data, head)
	}
	if got, want := m.FileSize(), int64(len(head)+data+len(footer)); got != want {
		t.Errorf("file of %d bytes, want %d", got, want)
	}
	var place placed
	w, err := m.NewRowWriter(&place, 3)
	if err == nil {
		err = w.Write(make([]float64, f.NX))
	}
	if err == nil {
		err = w.Finish(nil)
	}
	if want := int64(len(head) + 3*8*f.NX); err != nil || int64(place) != want {
		t.Errorf("row 3 lands at %d, want %d: %v", place, want, err)
	}
}

// placed is where something was written.
type placed int64

func (p *placed) WriteAt(b []byte, off int64) (int, error) {
	*p = placed(off)
	return len(b), nil
}

func TestFloat32AndANameThatXMLMustEscape(t *testing.T) {
	f := example
	f.Name = `T<"&`
	x, data := parse(t, write(t, filepath.Join(t.TempDir(), "a.vti"), Whole[float32](f), []int{0, 5}))
	if a := x.ImageData.Piece[0].PointData.DataArray; a.Type != "Float32" || a.Name != f.Name {
		t.Errorf("array %+v", a)
	}
	if got := math.Float32frombits(binary.LittleEndian.Uint32(data[4*(7*4+6):])); len(data) != 7*5*4 || got != float32(value(4, 6)) {
		t.Errorf("last value %g of %d bytes", got, len(data))
	}
}

// TestPiecesCoverEveryCellOnce goes through uneven divisions, empty ranks among them.
func TestPiecesCoverEveryCellOnce(t *testing.T) {
	for _, c := range []struct {
		ny     int
		bounds []int
		want   string // extents in y and files
	}{
		{5, []int{0, 5}, "0-4:0"},
		{5, []int{0, 2, 5}, "0-2:0 2-4:1"},
		{5, []int{0, 1, 2, 3, 4, 5}, "0-1:0 1-2:1 2-3:2 3-4:3"},
		{5, []int{0, 0, 3, 3, 5, 5}, "0-3:1 3-4:3"},
		{5, []int{0, 4, 5}, "0-4:0"},
		{1, []int{0, 1}, "0-0:0"},
		{1, []int{0, 0, 1, 1}, "0-0:1"},
	} {
		f := example
		f.NY = c.ny
		got := ""
		var x file
		if err := xml.Unmarshal(Index[float64](f, c.bounds, func(k int) string { return fmt.Sprintf("dir/o&t_%d.vti", k) }), &x); err != nil {
			t.Fatal(err)
		}
		d := x.PImageData
		if x.Type != "PImageData" || d.WholeExtent != fmt.Sprintf("0 6 0 %d 0 0", c.ny-1) || d.GhostLevel != "0" ||
			d.Spacing != "0.01 0.25 1" || d.Origin != "0 0 0" || d.Time.Text != "1.5" ||
			d.PPointData.Scalars != "temperature" || d.PPointData.PDataArray != (array{Type: "Float64", Name: "temperature"}) {
			t.Errorf("index %+v", x)
		}
		for _, p := range d.Piece {
			var x, lo, hi, k int
			if _, err := fmt.Sscanf(p.Extent+" "+p.Source, "0 %d %d %d 0 0 o&t_%d.vti", &x, &lo, &hi, &k); err != nil || x != 6 {
				t.Errorf("piece %+v: %v", p, err)
			}
			got += fmt.Sprintf(" %d-%d:%d", lo, hi, k)
		}
		if got != " "+c.want {
			t.Errorf("%d rows at %v: pieces%s, want %s", c.ny, c.bounds, got, c.want)
		}
	}
}

func TestAPieceHoldsTheNextRanksFirstRow(t *testing.T) {
	p, ok := Piece[float64](example, 1, 3)
	if !ok {
		t.Fatal("no piece")
	}
	b := write(t, filepath.Join(t.TempDir(), "a_1.vti"), p, []int{1, 3, 4})
	f, data := parse(t, b)
	if f.ImageData.WholeExtent != "0 6 1 3 0 0" || f.ImageData.Piece[0].Extent != "0 6 1 3 0 0" {
		t.Errorf("extents %+v", f.ImageData)
	}
	if got := math.Float64frombits(binary.LittleEndian.Uint64(data[8*7*2:])); got != value(3, 0) {
		t.Errorf("the shared row begins with %g, want %g", got, value(3, 0))
	}
	for _, lo := range []int{0, 5} {
		want := fmt.Sprintf("vti: first row %d of an image of the rows [1, 4)", lo)
		if _, err := p.NewRowWriter(nil, lo); err == nil || err.Error() != want {
			t.Errorf("row %d: error %v, want %s", lo, err, want)
		}
	}
}

func TestPiecesAreThoseOfAnIndexAsFarAsItIsRead(t *testing.T) {
	index := Index[float32](example, []int{0, 2, 3, example.NY}, func(k int) string { return fmt.Sprintf("o&\"t_%d.vti", k) })
	want := []string{`o&"t_0.vti`, `o&"t_1.vti`, `o&"t_2.vti`}
	if got := Pieces(bytes.NewReader(index)); !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	if got := Pieces(bytes.NewReader(index[:len(index)-60])); len(got) == 0 || len(got) > 3 || !slices.Equal(got, want[:len(got)]) {
		t.Errorf("cut off: %q", got)
	}
	if got := Pieces(strings.NewReader("no XML <<")); got != nil {
		t.Errorf("no index: %q", got)
	}
}
