// Package vti writes a field on a two-dimensional grid in VTK's XML format for image data, which ParaView, VisIt and PyVista
// open: one .vti file written by many ranks at once, or a piece .vti for every rank with a .pvti that lists them.
//
//	<VTKFile type="ImageData" ...>               text, the same length on every rank
//	  ... WholeExtent, Spacing, DataArray ...
//	  <AppendedData encoding="base64">_          then 8 bytes: the number of data bytes
//	row 0, row 1, ...                            little-endian, float32 or float64
//	  </AppendedData></VTKFile>
//
// In base64 the file is XML, which any reader of XML takes. Fields of more than MaxBase64 bytes are raw: VTK reads those too,
// in three quarters of the space and at the speed of the disk, but bytes between tags are no XML.
//
// Point (column j, row i) lies at x = j dx, y = i dy, so row 0 is at the bottom where y points up, as ParaView shows it.
//
// Source: "VTK XML Formats", docs.vtk.org, sections ImageData, PImageData and appended data; read back with VTK 9.7.2.
package vti

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"encoding/xml"
	"fmt"
	"io"
	"path/filepath"
	"strconv"
	"strings"

	"hybrid/internal/rowio"
)

// Real is what a field is made of.
type Real interface{ ~float32 | ~float64 }

// Field describes a field: a grid of NX by NY points and the number at each.
type Field struct {
	NX, NY int     // points: columns and rows
	DX, DY float64 // distance of points
	Name   string  // of the numbers, such as "temperature"
	Time   float64 // of the solution; ParaView shows it as the time of the data
}

// Image is one .vti file: the rows [Row0, Row1) of a field of T.
type Image[T Real] struct {
	Field
	Row0, Row1 int
}

// Whole returns the image of all rows.
func Whole[T Real](f Field) Image[T] { return Image[T]{f, 0, f.NY} }

// Piece returns the image of the rows [lo, hi) that a rank owns and the row behind them, which belongs to the next rank: cells
// lie between points, so neighbouring pieces must share a row of them, or the cells between would be missing. ok is false
// where the rank needs no piece: it has no rows, or only the field's last one, which the rank before includes.
func Piece[T Real](f Field, lo, hi int) (piece Image[T], ok bool) {
	if lo >= hi || (lo > 0 && lo == f.NY-1) {
		return piece, false
	}
	return Image[T]{f, lo, min(hi+1, f.NY)}, true
}

// MaxBase64 is the most bytes of data that are written in base64, not raw.
const MaxBase64 = 256 << 20

func (m Image[T]) base64() bool { return m.dataSize() <= MaxBase64 }

func (m Image[T]) encoding() string {
	if m.base64() {
		return "base64"
	}
	return "raw"
}

// Header returns what stands before the data and depends on no number of the field: the text and, raw, the count of data
// bytes; in base64 the first six bytes of the count, the others sharing a group of characters with the data.
func (m Image[T]) Header() []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, `<?xml version="1.0"?>
<VTKFile type="ImageData" version="1.0" byte_order="LittleEndian" header_type="UInt64">
  <ImageData WholeExtent="%[1]s" Origin="0 0 0" Spacing="%[2]s">
    <FieldData>
      <DataArray type="Float64" Name="TimeValue" NumberOfTuples="1" format="ascii">%[3]s</DataArray>
    </FieldData>
    <Piece Extent="%[1]s">
      <PointData Scalars="%[4]s">
        <DataArray type="%[5]s" Name="%[4]s" format="appended" offset="0"/>
      </PointData>
    </Piece>
  </ImageData>
  <AppendedData encoding="%[6]s">
   _`, m.extent(m.Row0, m.Row1), m.spacing(), number(m.Time), escape(m.Name), vtkType[T](), m.encoding())
	if count := m.count(); m.base64() {
		b.WriteString(base64.StdEncoding.EncodeToString(count[:countGroups]))
	} else {
		b.Write(count)
	}
	return b.Bytes()
}

// count is the number of data bytes as it stands before them.
func (m Image[T]) count() []byte { return binary.LittleEndian.AppendUint64(nil, uint64(m.dataSize())) }

const (
	countBytes  = 8
	countGroups = 6 // of those that are whole groups of base64
)

const footer = "\n  </AppendedData>\n</VTKFile>\n"

func (m Image[T]) dataSize() int64 {
	return int64(m.Row1-m.Row0) * int64(m.NX) * int64(rowio.Size[T]())
}

// FileSize returns the bytes of the whole file.
func (m Image[T]) FileSize() int64 {
	return m.footerAt() + int64(len(footer))
}

func (m Image[T]) footerAt() int64 {
	if m.base64() {
		rest := m.dataSize() + countBytes - countGroups
		return int64(len(m.Header())) + (rest+2)/3*4
	}
	return int64(len(m.Header())) + m.dataSize()
}

// Start gives the file its final size and writes what stands around the data; one rank does it, before any rank writes rows.
func (m Image[T]) Start(f interface {
	io.WriterAt
	Truncate(size int64) error
}) error {
	header := m.Header()
	if err := f.Truncate(m.FileSize()); err != nil {
		return err
	}
	if _, err := f.WriteAt(header, 0); err != nil {
		return err
	}
	_, err := f.WriteAt([]byte(footer), m.footerAt())
	return err
}

// RowWriter writes rows, one after the other. Finish it.
type RowWriter[T Real] struct {
	*rowio.Writer[T]
	chars *groups // nil: raw
}

// Finish writes what is left. behind is the row behind the last one that was written, nil at the end of the image: in base64
// the last characters of a row may hold bytes of the next.
func (w *RowWriter[T]) Finish(behind []T) error {
	if err := w.Flush(); err != nil || w.chars == nil {
		return err
	}
	var next []byte
	if len(behind) > 0 {
		var err error
		if next, err = binary.Append(nil, binary.LittleEndian, behind[0]); err != nil {
			return err
		}
	}
	return w.chars.finish(next)
}

// NewRowWriter returns a writer of rows of NX numbers from the field's row lo on. Every rank makes one for its own rows, so the
// bytes do not depend on how rows are divided.
func (m Image[T]) NewRowWriter(w io.WriterAt, lo int) (*RowWriter[T], error) {
	if lo < m.Row0 || lo > m.Row1 {
		return nil, fmt.Errorf("vti: first row %d of an image of the rows [%d, %d)", lo, m.Row0, m.Row1)
	}
	begin := int64(len(m.Header()))
	at := int64(lo-m.Row0) * int64(m.NX) * int64(rowio.Size[T]())
	if !m.base64() {
		return &RowWriter[T]{Writer: rowio.NewWriter[T](w, begin+at)}, nil
	}
	// Counted from the first group behind the header, where the rest of the count is.
	g := &groups{w: w, begin: begin}
	at += countBytes - countGroups
	if lo == m.Row0 {
		g.rest, g.at = m.count()[countGroups:], 0
	} else {
		g.skip = int(2 - (at+2)%3)
		g.at = at + int64(g.skip)
	}
	return &RowWriter[T]{rowio.NewWriter[T](g, at), g}, nil
}

// Index returns the text of a .pvti file for a field of T. Rank k owns the rows [bounds[k], bounds[k+1]); its piece, where it
// has one, is called name(k), a path of which the folder is the index's.
func Index[T Real](f Field, bounds []int, name func(k int) string) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, `<?xml version="1.0"?>
<VTKFile type="PImageData" version="1.0" byte_order="LittleEndian" header_type="UInt64">
  <PImageData WholeExtent="%s" GhostLevel="0" Origin="0 0 0" Spacing="%s">
    <FieldData>
      <DataArray type="Float64" Name="TimeValue" NumberOfTuples="1" format="ascii">%s</DataArray>
    </FieldData>
    <PPointData Scalars="%[4]s">
      <PDataArray type="%[5]s" Name="%[4]s"/>
    </PPointData>
`, f.extent(0, f.NY), f.spacing(), number(f.Time), escape(f.Name), vtkType[T]())
	for k := range len(bounds) - 1 {
		if p, ok := Piece[T](f, bounds[k], bounds[k+1]); ok {
			fmt.Fprintf(&b, "    <Piece Extent=\"%s\" Source=\"%s\"/>\n", p.extent(p.Row0, p.Row1), escape(filepath.Base(name(k))))
		}
	}
	b.WriteString("  </PImageData>\n</VTKFile>\n")
	return b.Bytes()
}

// Pieces returns the names of the pieces that a .pvti file lists, as far as it can be read.
func Pieces(index io.Reader) []string {
	var names []string
	for d := xml.NewDecoder(index); ; {
		t, err := d.Token()
		if err != nil {
			return names
		}
		if e, ok := t.(xml.StartElement); ok && e.Name.Local == "Piece" {
			for _, a := range e.Attr {
				if a.Name.Local == "Source" {
					names = append(names, a.Value)
				}
			}
		}
	}
}

// extent names the points of the rows [lo, hi) as VTK does: first and last of x, y and z.
func (f Field) extent(lo, hi int) string {
	return fmt.Sprintf("0 %d %d %d 0 0", f.NX-1, lo, hi-1)
}

func (f Field) spacing() string { return number(f.DX) + " " + number(f.DY) + " 1" }

// number writes the shortest decimal that reads back as v.
func number(v float64) string { return strconv.FormatFloat(v, 'g', -1, 64) }

func escape(s string) string {
	var b strings.Builder
	xml.EscapeText(&b, []byte(s)) // a strings.Builder takes everything
	return b.String()
}

func vtkType[T Real]() string {
	if rowio.Size[T]() == 4 {
		return "Float32"
	}
	return "Float64"
}
