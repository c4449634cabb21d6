package checkpoint

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"syscall"

	"hybrid/internal/inputfile"
	"hybrid/internal/series"
	"hybrid/mpi"
	"hybrid/npy"
)

// Version is that of the format that is written, and the only one that is read.
const Version = 1

const (
	format       = "hybrid checkpoint"
	manifestName = "manifest.json"
	prefix       = "checkpoint"
)

// mostManifest is more than that of any number of ranks takes, in bytes.
const mostManifest = 256 << 20

// A Header says what a checkpoint is of.
type Header struct {
	Command string          `json:"command"`
	Program string          `json:"program"` // the version that wrote it
	Run     string          `json:"run"`     // the same in all checkpoints of a run and of those that go on with it
	Written string          `json:"written"` // when, RFC 3339
	Ranks   int             `json:"ranks"`   // that wrote it
	Params  json.RawMessage `json:"params"`  // what the run was told
	Unit    string          `json:"unit"`    // what is counted: "steps"
	Done    int             `json:"done"`    // of All units
	All     int             `json:"all"`
}

// A Manifest is all that a checkpoint says beside its arrays.
type Manifest struct {
	Sum     string `json:"crc32c"` // of all but the first line
	Format  string `json:"format"`
	Version int    `json:"version"`
	Header
	State  json.RawMessage `json:"state"` // of the problem: what is no array
	Arrays []Array         `json:"arrays"`
}

// An Array is one of numbers in rows and columns, which lies in parts.
type Array struct {
	Name  string    `json:"name"`
	DType npy.DType `json:"dtype"`
	Shape [2]int    `json:"shape"` // rows, columns
	Parts []Stored  `json:"parts"`
}

// A Stored part is a block of an array in a file of its own.
type Stored struct {
	File    string `json:"file"`    // a name in the checkpoint's folder
	Rows    [2]int `json:"rows"`    // from the first up to, not including, the second
	Columns [2]int `json:"columns"` // so too
	Bytes   int64  `json:"bytes"`   // of the file
	Sum     string `json:"crc32c"`  // of the file
}

func (s Stored) block() npy.Block {
	return npy.Block{Row0: s.Rows[0], Row1: s.Rows[1], Col0: s.Columns[0], Col1: s.Columns[1]}
}

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

func sumText(sum uint32) string { return fmt.Sprintf("%08x", sum) }

// encode is the text of a manifest.
func (m *Manifest) encode() ([]byte, error) {
	m.Sum, m.Format, m.Version = "", format, Version
	text, err := json.MarshalIndent(m, "", " ")
	if err != nil {
		return nil, err
	}
	_, rest, _ := bytes.Cut(text, []byte("\n \"crc32c\": \"\",\n"))
	rest = append(rest, '\n')
	first := fmt.Sprintf("{\"crc32c\": \"%s\",\n", sumText(crc32.Checksum(rest, castagnoli)))
	return append([]byte(first), rest...), nil
}

// decode reads a manifest, and refuses one that is damaged or claims what cannot be.
func decode(text []byte) (*Manifest, error) {
	first, rest, _ := bytes.Cut(text, []byte("\n"))
	want, ok := bytes.CutPrefix(first, []byte(`{"crc32c": "`))
	want, ends := bytes.CutSuffix(want, []byte(`",`))
	if !ok || !ends || len(want) != 8 {
		return nil, errors.New("it is damaged: its first line is not {\"crc32c\": \"xxxxxxxx\",")
	}
	if got := sumText(crc32.Checksum(rest, castagnoli)); got != string(want) {
		return nil, fmt.Errorf("it is damaged: its CRC-32C is %s, but its first line says %s", got, plainHex(want))
	}
	if err := bounded(text); err != nil {
		return nil, err
	}
	m := &Manifest{}
	if err := json.Unmarshal(text, m); err != nil {
		return nil, fmt.Errorf("it cannot be read: %w", err)
	}
	switch {
	case m.Format != format:
		return nil, fmt.Errorf("its format is %q, not %q", m.Format, format)
	case m.Version != Version:
		return nil, &heldError{fmt.Errorf("its format has version %d, but this program reads version %d: use the program that wrote it (%s)", m.Version, Version, m.Program)}
	case m.Done < 0 || m.All < m.Done:
		return nil, fmt.Errorf("it has done %d of %d %s", m.Done, m.All, m.Unit)
	}
	for i, a := range m.Arrays {
		if err := a.check(); err != nil {
			return nil, fmt.Errorf("array %q: %w", a.Name, err)
		}
		if slices.ContainsFunc(m.Arrays[:i], func(b Array) bool { return b.Name == a.Name }) {
			return nil, fmt.Errorf("it has two arrays %q", a.Name)
		}
	}
	return m, nil
}

// bounded reports arrays or parts that a manifest claims with fewer characters than they take, before
// any memory is taken for them: elements without fields take none.
func bounded(text []byte) error {
	const least, mostArrays = 60, 1000 // characters of a part
	var arrays struct{ Arrays []struct{} }
	if err := json.Unmarshal(text, &arrays); err != nil {
		return fmt.Errorf("it cannot be read: %w", err)
	}
	if n := len(arrays.Arrays); n > mostArrays {
		return fmt.Errorf("it has %d arrays, more than %d", n, mostArrays)
	}
	var parts struct{ Arrays []struct{ Parts []struct{} } }
	if err := json.Unmarshal(text, &parts); err != nil {
		return fmt.Errorf("it cannot be read: %w", err)
	}
	n := 0
	for _, a := range parts.Arrays {
		n += len(a.Parts)
	}
	if n > len(text)/least {
		return fmt.Errorf("it has %d parts in %d bytes", n, len(text))
	}
	return nil
}

// plainHex is what a damaged file has in the place of a checksum.
func plainHex(b []byte) string {
	if _, err := strconv.ParseUint(string(b), 16, 32); err != nil {
		return fmt.Sprintf("%q", b)
	}
	return string(b)
}

// check reports what no array can be: a shape that overflows, a file elsewhere, or parts
// that do not cover it, each place once.
func (a Array) check() error {
	switch a.DType {
	case npy.Int8, npy.Int16, npy.Int32, npy.Int64, npy.Uint8, npy.Uint16, npy.Uint32, npy.Uint64, npy.Float32, npy.Float64:
	default:
		return fmt.Errorf("dtype %q is none that is known", a.DType)
	}
	if a.Shape[0] < 0 || a.Shape[1] < 0 {
		return fmt.Errorf("shape %v is negative", a.Shape)
	}
	if _, err := npy.NewHeader(a.DType, a.Shape[0], a.Shape[1]); err != nil {
		return err
	}
	for _, p := range a.Parts {
		if p.File == "" || filepath.Base(p.File) != p.File || p.File == "." || p.File == ".." || p.File == manifestName {
			return fmt.Errorf("part %q is no name of a file in the checkpoint's folder", p.File)
		}
		b := p.block()
		if b.Row0 < 0 || b.Row1 <= b.Row0 || b.Row1 > a.Shape[0] || b.Col0 < 0 || b.Col1 <= b.Col0 || b.Col1 > a.Shape[1] {
			return fmt.Errorf("part %q has rows %v and columns %v of an array of %d x %d", p.File, p.Rows, p.Columns, a.Shape[0], a.Shape[1])
		}
		h, err := npy.NewHeader(a.DType, b.Row1-b.Row0, b.Col1-b.Col0)
		if err != nil || h.FileSize() != p.Bytes {
			return fmt.Errorf("part %q has %d bytes, but its rows and columns take %d", p.File, p.Bytes, h.FileSize())
		}
	}
	return a.covered()
}

// covered reports whether the parts do not cover the array, each place once. Walking down
// the rows, the columns of the parts that are there may not overlap, and the parts' sizes
// must add up to that of the array: n parts cost n log n comparisons.
func (a Array) covered() error {
	type edge struct {
		row   int
		ends  bool
		block npy.Block
	}
	var edges []edge
	left := a.Shape[0] * a.Shape[1]
	for _, p := range a.Parts {
		b := p.block()
		edges = append(edges, edge{b.Row0, false, b}, edge{b.Row1, true, b})
		if left -= b.Len(); left < 0 {
			return errors.New("its parts overlap")
		}
	}
	if left > 0 {
		return fmt.Errorf("its parts leave out %d numbers", left)
	}
	slices.SortFunc(edges, func(x, y edge) int {
		switch {
		case x.row != y.row:
			return x.row - y.row
		case x.ends == y.ends:
			return 0
		case x.ends:
			return -1
		}
		return 1
	})
	var there []npy.Block // by their columns
	for _, e := range edges {
		i, found := slices.BinarySearchFunc(there, e.block.Col0, func(b npy.Block, col int) int { return b.Col0 - col })
		switch {
		case e.ends:
			there = slices.Delete(there, i, i+1)
		case found, i > 0 && there[i-1].Col1 > e.block.Col0, i < len(there) && there[i].Col0 < e.block.Col1:
			return errors.New("its parts overlap")
		default:
			there = slices.Insert(there, i, e.block)
		}
	}
	return nil
}

// A heldError is of a checkpoint that may well be whole, but not for this process.
type heldError struct{ error }

func (e *heldError) Unwrap() error { return e.error }

// ExitCode is that of bad input, by which other ranks know such an error too.
func (e *heldError) ExitCode() int { return badInput }

const badInput = 2

// held makes an error of opening a file a *heldError, if it is this process that may not.
func held(err error) error {
	for _, why := range []error{fs.ErrPermission, syscall.EMFILE, syscall.ENFILE, syscall.ENOMEM} {
		if errors.Is(err, why) {
			return &heldError{err}
		}
	}
	return err
}

// Damaged tells whether an error of Read, Newest or Open is one of what is on the disk, so that the run goes on from
// an older checkpoint at best. Of another one, which this program or this user cannot read, somebody else may make use.
func Damaged(err error) bool {
	var own *heldError
	var remote *mpi.RemoteError
	switch {
	case errors.As(err, &own):
		return false
	case errors.As(err, &remote):
		return remote.Code != badInput
	}
	return err != nil
}

// Read reads the manifest of the checkpoint in a folder. An error that is fs.ErrNotExist
// says that there is none: it was not finished, or is none.
func Read(path string) (*Manifest, error) {
	name := filepath.Join(path, manifestName)
	text, err := readFile(name)
	if err != nil {
		return nil, held(err)
	}
	m, err := decode(text)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return m, nil
}

// readFile reads a regular file that is no larger than a manifest can be.
func readFile(name string) ([]byte, error) {
	f, err := inputfile.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if info.Size() > mostManifest {
		return nil, fmt.Errorf("%s: it has %d bytes, more than a manifest can have", name, info.Size())
	}
	return io.ReadAll(io.LimitReader(f, mostManifest))
}

// Newest is the path of the newest checkpoint of a folder, the one of which most is done,
// and its manifest; the folder may be a checkpoint itself. Those that were not finished do
// not count. An error that is fs.ErrNotExist says that there is none.
func Newest(dir string) (path string, m *Manifest, err error) {
	if m, err = Read(dir); !errors.Is(err, fs.ErrNotExist) {
		return dir, m, err
	}
	names, err := folder(dir).Names(0)
	if err != nil {
		return "", nil, err
	}
	for _, name := range slices.Backward(names) {
		path = filepath.Join(dir, name)
		if m, err = Read(path); !errors.Is(err, fs.ErrNotExist) {
			return path, m, err
		}
	}
	return "", nil, fmt.Errorf("%s: it has no whole checkpoint: %w", dir, fs.ErrNotExist)
}

// Unfinished is the path of the newest checkpoint of the same folder that was begun behind the
// one at path, and not finished; "" where there is none. Of path "" it is the newest in dir.
func Unfinished(dir, path string) string {
	behind := -1
	if path != "" {
		path = filepath.Clean(path)
		dir = filepath.Dir(path)
		behind, _ = folder(dir).Number(filepath.Base(path))
	}
	names, err := folder(dir).Names(0)
	if err != nil {
		return ""
	}
	for _, name := range slices.Backward(names) {
		if n, _ := folder(dir).Number(name); n <= behind {
			return ""
		}
		other := filepath.Join(dir, name)
		if _, err := Read(other); errors.Is(err, fs.ErrNotExist) {
			return other
		}
	}
	return ""
}

// Older is the path of the newest checkpoint older than the one at path, in the same
// folder, of which every part has been read and is whole; "" where there is none.
func Older(path string) string {
	path = filepath.Clean(path)
	f := folder(filepath.Dir(path))
	below, _ := f.Number(filepath.Base(path))
	names, err := f.Names(0)
	if err != nil {
		return ""
	}
	for _, name := range slices.Backward(names) {
		other := filepath.Join(filepath.Dir(path), name)
		if n, _ := f.Number(name); n >= below {
			continue
		}
		if m, err := Read(other); err == nil && m.verify(other, 0, 1) == nil {
			return other
		}
	}
	return ""
}

// folder is the checkpoints of a folder as a series.
func folder(dir string) *series.Folder { return series.New(dir, prefix, "") }
