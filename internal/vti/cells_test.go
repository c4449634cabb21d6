package vti

import (
	"encoding/xml"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hybrid/internal/rowio"
)

// A reader that goes by the offsets in the text finds each field's count and numbers.
func TestCells(t *testing.T) {
	c := Cells[float32]{Size: [3]int{3, 2, 2}, Origin: [3]float64{-1, 0, 2}, Spacing: [3]float64{0.5, 1, 1}, Names: []string{"u", "a<b"}, Time: 0.25}
	path := filepath.Join(t.TempDir(), "c.vti")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := c.Start(f); err != nil {
		t.Fatal(err)
	}
	for field := range c.Names {
		for z := range 2 {
			for y := range 2 {
				row := []float32{float32(100*field + 10*z + y), 1, 2}
				if err := rowio.WriteAt(f, row, c.At(field, 0, y, z)); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	text, data, found := strings.Cut(string(b), "<AppendedData encoding=\"raw\">\n   _")
	if !found || int64(len(b)) != c.FileSize() {
		t.Fatalf("%d bytes, want %d, with appended data: %v", len(b), c.FileSize(), found)
	}
	var file struct {
		Image struct {
			WholeExtent, Origin, Spacing string `xml:",attr"`
			Piece                        struct {
				CellData struct {
					DataArray []struct {
						Name   string `xml:",attr"`
						Offset int    `xml:"offset,attr"`
					}
				}
			}
		} `xml:"ImageData"`
	}
	if err := xml.Unmarshal([]byte(text+"</VTKFile>"), &file); err != nil {
		t.Fatal(err)
	}
	m := file.Image
	arrays := m.Piece.CellData.DataArray
	if m.WholeExtent != "0 3 0 2 0 2" || m.Origin != "-1 0 2" || m.Spacing != "0.5 1 1" || len(arrays) != 2 || arrays[1].Name != "a<b" {
		t.Fatalf("%+v", m)
	}
	for i, a := range arrays {
		var count [1]uint64
		var numbers [12]float32
		r := strings.NewReader(data[a.Offset:])
		if err := rowio.ReadAt(r, count[:], 0); err != nil || count[0] != 48 {
			t.Errorf("field %d: count %d, %v", i, count[0], err)
		}
		if err := rowio.ReadAt(r, numbers[:], 8); err != nil || numbers[9] != float32(100*i+11) || numbers[11] != 2 {
			t.Errorf("field %d: %v, %v", i, numbers, err)
		}
	}
	if !strings.HasSuffix(data, footer) {
		t.Error("no end")
	}
}

func TestCollection(t *testing.T) {
	got := Collection([]Moment{{"a_0.vti", 0}, {"a_1.vti", 0.5}})
	var file struct {
		DataSet []struct {
			Timestep string `xml:"timestep,attr"`
			File     string `xml:"file,attr"`
		} `xml:"Collection>DataSet"`
	}
	if err := xml.Unmarshal([]byte(got), &file); err != nil || len(file.DataSet) != 2 || file.DataSet[1].Timestep != "0.5" || file.DataSet[1].File != "a_1.vti" {
		t.Errorf("%v: %s", err, got)
	}
}
