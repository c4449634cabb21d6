package checkpoint

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hybrid/internal/alloctest"
	"hybrid/mpi"
	"hybrid/npy"
)

// sealed is a manifest with this text behind its first line, whose checksum is right.
func sealed(rest []byte) []byte {
	return append(fmt.Appendf(nil, "{\"crc32c\": \"%s\",\n", sumText(crc32.Checksum(rest, castagnoli))), rest...)
}

// small is a manifest of an array of 6 x 4 in two parts.
func small(f testing.TB) []byte {
	part := func(file string, lo, hi int) Stored {
		h, err := npy.NewHeader(npy.Float64, hi-lo, 4)
		if err != nil {
			f.Fatal(err)
		}
		return Stored{File: file, Rows: [2]int{lo, hi}, Columns: [2]int{0, 4}, Bytes: h.FileSize(), Sum: "00000000"}
	}
	m := &Manifest{Header: Header{Done: 1, All: 2, Params: json.RawMessage("[]")}, State: json.RawMessage("{}"),
		Arrays: []Array{{Name: "a", DType: npy.Float64, Shape: [2]int{6, 4}, Parts: []Stored{part("x.npy", 0, 2), part("y.npy", 2, 6)}}}}
	text, err := m.encode()
	if err != nil {
		f.Fatal(err)
	}
	return text
}

// FuzzManifest reads any text whose checksum is right. The parts of what is taken lie in the
// folder and have each number of each array once, and it is written as it is read.
func FuzzManifest(f *testing.F) {
	_, rest, _ := bytes.Cut(small(f), []byte("\n"))
	f.Add(rest)
	for _, edit := range [][2]string{{`"x.npy"`, `"../x.npy"`}, {`"x.npy"`, `"..\u002fx.npy"`}, {"\n   \"shape\": [\n    6,", "\n   \"shape\": [\n    9223372036854775807,"}, {"<f8", "|u1"}, {`"done": 1`, `"done": -1`},
		{`"parts": [`, `"parts": [null,`}, {`"version": 1`, `"version": 2`}, {`"arrays": [`, `"arrays": [{"name":"b","dtype":"<f8","shape":[0,5]},`}} {
		f.Add(bytes.Replace(rest, []byte(edit[0]), []byte(edit[1]), 1))
	}
	f.Fuzz(func(t *testing.T, rest []byte) {
		text := sealed(rest)
		m, err := decode(text)
		if err != nil {
			return
		}
		if m.Done < 0 || m.Done > m.All {
			t.Errorf("%d of %d are done", m.Done, m.All)
		}
		for _, a := range m.Arrays {
			count := map[[2]int]int{}
			for _, p := range a.Parts {
				if strings.ContainsAny(p.File, "/\x00") || p.File == "" || p.File == "." || p.File == ".." || p.File == manifestName {
					t.Errorf("a part lies in %q", p.File)
				}
				if b := p.block(); b.Len() < 1<<12 {
					for i := b.Row0; i < b.Row1; i++ {
						for j := b.Col0; j < b.Col1; j++ {
							count[[2]int{i, j}]++
						}
					}
				}
			}
			if a.Shape[0] > 64 || a.Shape[1] > 64 {
				continue
			}
			for i := range a.Shape[0] {
				for j := range a.Shape[1] {
					if n := count[[2]int{i, j}]; n != 1 {
						t.Errorf("[%d, %d] of %d x %d is in %d parts: %+v", i, j, a.Shape[0], a.Shape[1], n, a.Parts)
					}
				}
			}
		}
		again, err := m.encode()
		if err != nil {
			t.Fatal(err)
		}
		back, err := decode(again)
		if err != nil {
			t.Fatalf("%s: %v", again, err)
		}
		if third, err := back.encode(); err != nil || !bytes.Equal(third, again) {
			t.Errorf("%s\nwas read and written as\n%s, %v", again, third, err)
		}
	})
}

// FuzzPart has any bytes in the place of a part, and any checksum of them in the manifest: they are
// refused, or read as the numbers of the .npy file that they are.
func FuzzPart(f *testing.F) {
	whole := func() []byte {
		h, err := npy.NewHeader(npy.Float64, 2, 4)
		if err != nil {
			f.Fatal(err)
		}
		return append(h.Bytes(), make([]byte, 2*4*8)...)
	}()
	f.Add(whole, true)
	f.Add(whole[:len(whole)-1], true)
	f.Add(append(bytes.Clone(whole), 0), true)
	f.Add(bytes.Replace(whole, []byte("(2, 4)"), []byte("(4, 2)"), 1), true)
	f.Add(bytes.Replace(whole, []byte("<f8"), []byte("<i8"), 1), true)
	flipped := bytes.Clone(whole)
	flipped[len(flipped)-3] ^= 1
	f.Add(flipped, false)
	dir := f.TempDir()
	name := filepath.Join(dir, "x.npy")
	right := sumText(crc32.Checksum(whole, castagnoli))
	f.Fuzz(func(t *testing.T, file []byte, sumToo bool) {
		if err := os.WriteFile(name, file, 0o666); err != nil {
			t.Fatal(err)
		}
		sum := right
		if sumToo {
			sum = sumText(crc32.Checksum(file, castagnoli))
		}
		p := Stored{File: "x.npy", Rows: [2]int{3, 5}, Columns: [2]int{1, 5}, Bytes: int64(len(whole)), Sum: sum}
		if err := p.verify(name, npy.Float64); err != nil {
			if bytes.Equal(file, whole) || !strings.Contains(err.Error(), name) {
				t.Errorf("%v", err)
			}
			return
		}
		if !sumToo && !bytes.Equal(file, whole) {
			t.Fatalf("%q was taken for %q", file, whole)
		}
		m := &Manifest{Arrays: []Array{{Name: "a", DType: npy.Float64, Shape: [2]int{9, 9}, Parts: []Stored{p}}}}
		r := &Reader{Manifest: m, Path: dir, files: map[string]*npy.Reader{}}
		defer r.Close()
		got, want := make([]float64, 8), make([]float64, 8)
		if err := Block(r, &m.Arrays[0], p.block(), got); err != nil {
			t.Fatal(err)
		}
		one, err := npy.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		defer one.Close()
		if err := npy.ReadBlock(one, one.RowRange(0, 2), want, npy.Exact); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(fmt.Append(nil, got), fmt.Append(nil, want)) {
			t.Errorf("%v, the file alone %v", got, want)
		}
	})
}

// TestAllocationIsBounded reads manifests that claim far more than they have characters for.
func TestAllocationIsBounded(t *testing.T) {
	_, rest, _ := bytes.Cut(small(t), []byte("\n"))
	for what, more := range map[string][2]string{
		"parts":          {`"parts": [`, `"parts": [` + strings.Repeat("{},", 1<<20)},
		"parts of none":  {`"parts": [`, `"parts": [` + strings.Repeat("null,", 1<<20)},
		"arrays":         {`"arrays": [`, `"arrays": [` + strings.Repeat("{},", 1<<20)},
		"a long name":    {`"x.npy"`, `"` + strings.Repeat("x", 1<<20) + `"`},
		"depth":          {`"state": {}`, `"state": ` + strings.Repeat("[", 1<<20)},
		"a large number": {`"done": 1`, `"done": ` + strings.Repeat("9", 1<<20)},
	} {
		text := sealed(bytes.Replace(rest, []byte(more[0]), []byte(more[1]), 1))
		used := alloctest.Bytes(func() {
			if m, err := decode(text); err == nil && what != "a long name" {
				t.Errorf("%s: no error, %d arrays", what, len(m.Arrays))
			}
		})
		if most := uint64(10*len(text) + 1<<20); used > most {
			t.Errorf("%s: %d MiB for %d", what, used>>20, len(text)>>20)
		}
	}
}

// TestWhatIsNoManifest would hang if it opened a pipe, or took a device for a file.
func TestWhatIsNoManifest(t *testing.T) {
	dir := t.TempDir()
	for what, make := range map[string]func(name string) error{
		"a folder":            func(name string) error { return os.Mkdir(name, 0o777) },
		"a device":            func(name string) error { return os.Symlink("/dev/zero", name) },
		"a link to itself":    func(name string) error { return os.Symlink(manifestName, name) },
		"an empty file":       func(name string) error { return os.WriteFile(name, nil, 0o666) },
		"a large sparse file": func(name string) error { return errors.Join(os.WriteFile(name, nil, 0o666), os.Truncate(name, 1<<40)) },
	} {
		path := filepath.Join(dir, strings.ReplaceAll(what, " ", "_"))
		if err := os.Mkdir(path, 0o777); err != nil {
			t.Fatal(err)
		}
		if err := make(filepath.Join(path, manifestName)); err != nil {
			t.Fatal(err)
		}
		err := mpi.Runner{Ranks: 2, Local: true}.Run(func(c *mpi.Comm) error {
			r, err := Open(c, path)
			if err == nil {
				r.Close()
			}
			return err
		})
		if err == nil || errors.Is(err, fs.ErrNotExist) || !strings.Contains(err.Error(), manifestName) {
			t.Errorf("%s: %v", what, err)
		}
	}
}
