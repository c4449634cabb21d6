package vti

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"strings"

	"hybrid/internal/rowio"
)

// Cells describes fields of which each number belongs to a cell, on a grid of one to three dimensions, all in one .vti
// file:
//
//	text        with the names, and where the numbers of each field begin
//	count       8 bytes: the bytes of the first field's numbers
//	row, row    of cells along x; y counts rows, z planes
//	count ...   of the next field
//
// The numbers are raw: a rank may write any rows at any time.
type Cells[T Real] struct {
	Size            [3]int // cells along x, y and z
	Origin, Spacing [3]float64
	Names           []string // of the fields
	Time            float64
}

// header is all that stands before the first count.
func (c Cells[T]) header() []byte {
	var b bytes.Buffer
	extent := fmt.Sprintf("0 %d 0 %d 0 %d", c.Size[0], c.Size[1], c.Size[2])
	triple := func(v [3]float64) string { return number(v[0]) + " " + number(v[1]) + " " + number(v[2]) }
	fmt.Fprintf(&b, `<?xml version="1.0"?>
<VTKFile type="ImageData" version="1.0" byte_order="LittleEndian" header_type="UInt64">
  <ImageData WholeExtent="%[1]s" Origin="%[2]s" Spacing="%[3]s">
    <FieldData>
      <DataArray type="Float64" Name="TimeValue" NumberOfTuples="1" format="ascii">%[4]s</DataArray>
    </FieldData>
    <Piece Extent="%[1]s">
      <CellData Scalars="%[5]s">
`, extent, triple(c.Origin), triple(c.Spacing), number(c.Time), escape(c.Names[0]))
	for i, name := range c.Names {
		fmt.Fprintf(&b, "        <DataArray type=\"%s\" Name=\"%s\" format=\"appended\" offset=\"%d\"/>\n", vtkType[T](), escape(name), int64(i)*c.fieldSize())
	}
	b.WriteString(`      </CellData>
    </Piece>
  </ImageData>
  <AppendedData encoding="raw">
   _`)
	return b.Bytes()
}

func (c Cells[T]) dataSize() int64 {
	return int64(c.Size[0]) * int64(c.Size[1]) * int64(c.Size[2]) * int64(rowio.Size[T]())
}

// fieldSize is that of a field with its count.
func (c Cells[T]) fieldSize() int64 { return countBytes + c.dataSize() }

// FileSize is the bytes of the whole file.
func (c Cells[T]) FileSize() int64 {
	return int64(len(c.header())) + int64(len(c.Names))*c.fieldSize() + int64(len(footer))
}

// Start gives the file its final size and writes all but the numbers; one rank does it, before any writes rows.
func (c Cells[T]) Start(f interface {
	io.WriterAt
	Truncate(size int64) error
}) error {
	header := c.header()
	if err := f.Truncate(c.FileSize()); err != nil {
		return err
	}
	if _, err := f.WriteAt(header, 0); err != nil {
		return err
	}
	at := int64(len(header))
	for range c.Names {
		if _, err := f.WriteAt(binary.LittleEndian.AppendUint64(nil, uint64(c.dataSize())), at); err != nil {
			return err
		}
		at += c.fieldSize()
	}
	_, err := f.WriteAt([]byte(footer), at)
	return err
}

// At is where the number of a field in cell x, y, z is in the file, in bytes.
func (c Cells[T]) At(field, x, y, z int) int64 {
	cell := (int64(z)*int64(c.Size[1])+int64(y))*int64(c.Size[0]) + int64(x)
	return int64(len(c.header())) + int64(field)*c.fieldSize() + countBytes + cell*int64(rowio.Size[T]())
}

// A Moment is a file of a collection and the time of what it shows.
type Moment struct {
	File string // relative to the collection's folder
	Time float64
}

// Collection is the text of a .pvd file, which ParaView shows as one set of data that changes in time.
func Collection(files []Moment) string {
	var b strings.Builder
	b.WriteString("<?xml version=\"1.0\"?>\n<VTKFile type=\"Collection\" version=\"0.1\" byte_order=\"LittleEndian\">\n  <Collection>\n")
	for _, m := range files {
		fmt.Fprintf(&b, "    <DataSet timestep=\"%s\" part=\"0\" file=\"%s\"/>\n", number(m.Time), escape(m.File))
	}
	b.WriteString("  </Collection>\n</VTKFile>\n")
	return b.String()
}
