package checkpoint

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"path/filepath"
	"sync"

	"hybrid/internal/inputfile"
	"hybrid/internal/rowio"
	"hybrid/mpi"
	"hybrid/npy"
)

// A Reader is a checkpoint that is whole. Several goroutines may read from it at once.
type Reader struct {
	*Manifest
	Path string

	mu    sync.Mutex
	files map[string]*npy.Reader
}

// Open opens the checkpoint in a folder: the ranks read all of it, each as much as the
// others, compare the checksums and refuse what is damaged, with the name of the file. It
// is collective. Close it on every rank.
func Open(c *mpi.Comm, path string) (*Reader, error) {
	m, err := Read(path)
	if err == nil {
		err = m.verify(path, c.Rank(), c.Size())
	}
	if err = c.Agree(err); err != nil {
		return nil, err
	}
	return &Reader{Manifest: m, Path: path, files: map[string]*npy.Reader{}}, nil
}

// verify reads every of-th part from the one of the given number on.
func (m *Manifest) verify(path string, from, of int) error {
	n := 0
	for _, a := range m.Arrays {
		for _, p := range a.Parts {
			if n%of == from {
				if err := p.verify(filepath.Join(path, p.File), a.DType); err != nil {
					return err
				}
			}
			n++
		}
	}
	return nil
}

// verify compares a part's file with what the manifest says of it.
func (s Stored) verify(name string, d npy.DType) error {
	r, err := npy.Open(name)
	if err != nil {
		return held(err)
	}
	defer r.Close()
	if b := s.block(); r.DType != d || len(r.Shape) != 2 || r.Shape[0] != b.Row1-b.Row0 || r.Shape[1] != b.Col1-b.Col0 {
		return fmt.Errorf("%s: it is damaged: it has shape %v of dtype %s, but the manifest says rows %v and columns %v of dtype %s", name, r.Shape, r.DType, s.Rows, s.Columns, d)
	}
	sum, err := sumOf(name, s.Bytes)
	if err == nil && sumText(sum) != s.Sum {
		err = fmt.Errorf("%s: it is damaged: its CRC-32C is %s, but the manifest says %q", name, sumText(sum), s.Sum)
	}
	return err
}

// sumOf is the checksum of a file of so many bytes.
func sumOf(name string, size int64) (uint32, error) {
	f, err := inputfile.Open(name)
	if err != nil {
		return 0, err
	}
	defer f.Close()
	sum := crc32.New(castagnoli)
	n, err := io.Copy(sum, bufio.NewReaderSize(io.LimitReader(f, size+1), 1<<20))
	if err == nil && n != size {
		err = fmt.Errorf("%s: it is damaged: it has %d bytes, but the manifest says %d", name, n, size)
	}
	return sum.Sum32(), err
}

// Close closes this rank's files.
func (r *Reader) Close() error {
	var all []error
	for _, f := range r.files {
		all = append(all, f.Close())
	}
	r.files = nil
	return errors.Join(all...)
}

// Restore reads what the problem has kept beside its arrays into v.
func (r *Reader) Restore(v any) error {
	if err := json.Unmarshal(r.State, v); err != nil {
		return fmt.Errorf("%s: its state is not one of %s: %w", r.Path, r.Command, err)
	}
	return nil
}

// Find is the array of a name, of numbers of type T and that shape.
func Find[T npy.Number](r *Reader, name string, rows, columns int) (*Array, error) {
	for i := range r.Arrays {
		a := &r.Arrays[i]
		if a.Name != name {
			continue
		}
		if want := npy.DTypeOf[T](); a.DType != want || a.Shape != [2]int{rows, columns} {
			return nil, fmt.Errorf("%s: its array %q is %d x %d of dtype %s, not %d x %d of dtype %s", r.Path, name, a.Shape[0], a.Shape[1], a.DType, rows, columns, want)
		}
		return a, nil
	}
	return nil, fmt.Errorf("%s: it has no array %q", r.Path, name)
}

// Block reads a block of an array that Find has found, its rows one after the other,
// from whatever parts have it.
func Block[T npy.Number](r *Reader, a *Array, b npy.Block, dst []T) error {
	if b.Row0 < 0 || b.Row1 > a.Shape[0] || b.Col0 < 0 || b.Col1 > a.Shape[1] || len(dst) != b.Len() {
		return fmt.Errorf("%s: block %v of an array of %d x %d, and memory for %d numbers", r.Path, b, a.Shape[0], a.Shape[1], len(dst))
	}
	width := b.Col1 - b.Col0
	for _, p := range a.Parts {
		q := p.block()
		both := npy.Block{Row0: max(b.Row0, q.Row0), Row1: min(b.Row1, q.Row1), Col0: max(b.Col0, q.Col0), Col1: min(b.Col1, q.Col1)}
		if both.Row0 >= both.Row1 || both.Col0 >= both.Col1 {
			continue
		}
		f, err := r.file(p.File)
		if err != nil {
			return err
		}
		inside := npy.Block{Row0: both.Row0 - q.Row0, Row1: both.Row1 - q.Row0, Col0: both.Col0 - q.Col0, Col1: both.Col1 - q.Col0}
		if to := dst[(both.Row0-b.Row0)*width:]; both.Col0 == b.Col0 && both.Col1 == b.Col1 {
			err = npy.ReadBlock(f, inside, to[:inside.Len()], npy.Exact)
		} else {
			err = readInto(f, inside, to[both.Col0-b.Col0:], width)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// readInto reads a block into rows that are stride numbers apart.
func readInto[T npy.Number](f *npy.Reader, b npy.Block, dst []T, stride int) error {
	for i := range b.Row1 - b.Row0 {
		row := npy.Block{Row0: b.Row0 + i, Row1: b.Row0 + i + 1, Col0: b.Col0, Col1: b.Col1}
		if err := npy.ReadBlock(f, row, dst[i*stride:][:row.Len()], npy.Exact); err != nil {
			return err
		}
	}
	return nil
}

// file opens a part once.
func (r *Reader) file(name string) (*npy.Reader, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if f := r.files[name]; f != nil {
		return f, nil
	}
	f, err := npy.Open(filepath.Join(r.Path, name))
	if err == nil {
		r.files[name] = f
	}
	return f, err
}

var _ = rowio.BufferBytes
