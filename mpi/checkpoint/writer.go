package checkpoint

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"os"
	"path/filepath"
	"sync/atomic"
	"time"

	"hybrid/internal/disk"
	"hybrid/internal/pages"
	"hybrid/internal/rowio"
	"hybrid/mpi"
	"hybrid/mpi/gather"
	"hybrid/mpi/memcheck"
	"hybrid/npy"
)

// A Writer is a checkpoint under way.
type Writer struct {
	folder *Folder
	header Header
	path   string
	state  json.RawMessage
	arrays []Array
	own    []*pending // this rank's parts

	finished atomic.Bool // what this rank does beside the run
	err      error       // of that; read it behind finished
	sealed   bool        // all ranks' parts are on the disk
}

// A pending part is one that is not on the disk yet.
type pending struct {
	array  int
	stored Stored
	header []byte
	image  []byte    // of the whole file; nil: in the file already
	sums   sums      // of the image
	file   disk.File // nil: not begun
}

// A Part is where a rank puts its block of an array. Several goroutines may put rows at
// once.
type Part[T npy.Number] struct {
	block npy.Block
	p     *pending
}

// State keeps what is no array, as JSON; that of rank 0 counts.
func (w *Writer) State(v any) error {
	var err error
	if w.folder.comm.Rank() == 0 {
		w.state, err = json.Marshal(v)
	}
	return w.folder.comm.Agree(err)
}

// Add adds an array of so many rows and columns, of which mine is this rank's block; it
// may be empty. fill puts the block's rows. Where there is memory for a copy of the block on
// every rank, fill is all that the run waits for. Otherwise the rows go to the disk in fill.
// It is collective, and calls fill on all ranks or on none.
func Add[T npy.Number](w *Writer, name string, rows, columns int, mine npy.Block, fill func(*Part[T]) error) error {
	c := w.folder.comm
	d := npy.DTypeOf[T]()
	w.arrays = append(w.arrays, Array{Name: name, DType: d, Shape: [2]int{rows, columns}})
	part := &Part[T]{block: mine}
	if mine.Row0 >= mine.Row1 || mine.Col0 >= mine.Col1 {
		part.block = npy.Block{}
	}
	h, err := npy.NewHeader(d, part.block.Row1-part.block.Row0, part.block.Col1-part.block.Col0)
	if err = c.Agree(err); err != nil {
		return err
	}
	n := 0 // bytes of the part's file
	if part.block.Len() > 0 {
		n = int(h.FileSize())
	}
	p := &pending{array: len(w.arrays) - 1, header: h.Bytes(), stored: Stored{
		File: fmt.Sprintf("%s_%d.npy", name, c.Rank()), Bytes: h.FileSize(),
		Rows:    [2]int{part.block.Row0, part.block.Row1},
		Columns: [2]int{part.block.Col0, part.block.Col1},
	}}
	part.p = p
	fits, err := w.folder.memory(name, n)
	if err != nil {
		return err
	}
	if n > 0 {
		w.own = append(w.own, p)
	}
	if fits {
		p.image = w.folder.buffers[name][:n]
		copy(p.image, p.header)
		p.sums.add(0, p.header)
		return fill(part)
	}
	if n > 0 {
		if err = p.begin(w.path, 0); err == nil {
			_, err = p.file.WriteAt(p.header, 0)
		}
	}
	if err = c.Agree(err); err != nil {
		return err
	}
	return fill(part)
}

// memory sees to it that every rank has so many bytes for a copy of its part of an array,
// and tells whether it has: what an earlier checkpoint took is taken again. It is
// collective.
func (f *Folder) memory(name string, n int) (bool, error) {
	if f.inPlace {
		return false, nil
	}
	more := max(n-cap(f.buffers[name]), 0)
	err := memcheck.Check(f.comm, memcheck.Need{What: "memory: a copy for a checkpoint needs", Bytes: float64(more)})
	var room *memcheck.Error
	var remote *mpi.RemoteError // with the text of such an error
	switch {
	case err == nil:
	case errors.As(err, &room), errors.As(err, &remote):
		return false, nil
	default:
		return false, err
	}
	if more > 0 {
		f.buffers[name] = pages.Make[byte](n)
	}
	return true, nil
}

// Put takes rows of the block from the array's row on: whole ones of the block's columns.
func (p *Part[T]) Put(row int, values []T) error {
	width := p.block.Col1 - p.block.Col0
	if row < p.block.Row0 || width == 0 || len(values)%width != 0 || row+len(values)/width > p.block.Row1 {
		return fmt.Errorf("checkpoint: %d numbers from row %d on are no rows of the block %v", len(values), row, p.block)
	}
	at := int64(len(p.p.header)) + int64(row-p.block.Row0)*int64(width)*int64(rowio.Size[T]())
	if p.p.image != nil {
		if err := rowio.WriteAt(memory(p.p.image), values, at); err != nil {
			return err
		}
		// These bytes are in the processor's cache.
		p.p.sums.add(at, p.p.image[at:at+int64(len(values)*rowio.Size[T]())])
		return nil
	}
	return rowio.WriteAt(p.p.file, values, at)
}

// memory is a file in memory.
type memory []byte

func (m memory) WriteAt(b []byte, off int64) (int, error) { return copy(m[off:], b), nil }

// begin makes the part's file.
func (p *pending) begin(path string, flag int) (err error) {
	p.file, err = disk.OpenFile(filepath.Join(path, p.stored.File), os.O_RDWR|os.O_CREATE|os.O_EXCL|flag, 0o666)
	return err
}

// pieceBytes are written at a time.
const pieceBytes = 4 << 20

// finish puts the part on the disk and finds its checksum.
func (p *pending) finish(path string) (err error) {
	name := filepath.Join(path, p.stored.File)
	var sum uint32
	if p.image == nil {
		if err = p.file.Sync(); err == nil {
			sum, err = sumOf(name, p.stored.Bytes)
		}
	} else if err = p.write(path); err == nil {
		whole := false
		if sum, whole = p.sums.of(p.stored.Bytes); !whole {
			sum = crc32.Checksum(p.image, castagnoli) // rows came twice
		}
	}
	if err != nil {
		return err
	}
	p.stored.Sum = sumText(sum)
	return p.file.Close()
}

// write puts the part's image on the disk.
func (p *pending) write(path string) error {
	if err := p.begin(path, disk.Direct); err != nil {
		return err
	}
	for at := 0; at < len(p.image); {
		n := min(pieceBytes, len(p.image)-at)
		if n > disk.PageSize {
			n -= n % disk.PageSize // what fills no page goes by itself
		}
		if _, err := p.file.WriteAt(p.image[at:at+n], int64(at)); err != nil {
			return err
		}
		at += n
	}
	return p.file.Sync()
}

// seal has the parts written beside the run.
func (w *Writer) seal() {
	began := time.Now()
	go func() {
		for _, p := range w.own {
			if w.err = p.finish(w.path); w.err != nil {
				break
			}
			w.folder.written.Add(p.stored.Bytes)
		}
		w.folder.writing.Add(int64(time.Since(began)))
		w.finished.Store(true)
	}()
}

// assemble gathers what the ranks have written. On rank 0 it begins to write the manifest
// beside the run. It is collective.
func (w *Writer) assemble() error {
	c := w.folder.comm
	if err := c.Agree(w.err); err != nil {
		return err
	}
	type one struct {
		Array  int
		Stored Stored
	}
	var own []one
	for _, p := range w.own {
		own = append(own, one{p.array, p.stored})
	}
	all, err := gather.ToRoot(c, own)
	if err != nil {
		return err
	}
	w.sealed = true
	if c.Rank() != 0 {
		return nil
	}
	for _, ranks := range all {
		for _, o := range ranks {
			a := &w.arrays[o.Array]
			a.Parts = append(a.Parts, o.Stored)
		}
	}
	m := &Manifest{Header: w.header, State: w.state, Arrays: w.arrays}
	w.finished.Store(false)
	go func() {
		w.err = w.commit(m)
		w.finished.Store(true)
	}()
	return nil
}

// commit gives the manifest its name, which makes the checkpoint one, and removes those
// that are no longer kept.
func (w *Writer) commit(m *Manifest) error {
	text, err := m.encode()
	if err != nil {
		return err
	}
	temp := filepath.Join(w.path, "."+manifestName+".tmp")
	f, err := disk.OpenFile(temp, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return err
	}
	defer f.Close()
	if _, err = bytes.NewReader(text).WriteTo(f); err != nil {
		return err
	}
	if err = f.Sync(); err != nil {
		return err
	}
	if err = f.Close(); err != nil {
		return err
	}
	// The names of the parts are on the disk before that of the manifest.
	if err = disk.SyncDir(w.path); err != nil {
		return err
	}
	if err = disk.Rename(temp, filepath.Join(w.path, manifestName)); err != nil {
		return err
	}
	if err = disk.SyncDir(w.path); err != nil {
		return err
	}
	if err = disk.SyncDir(w.folder.dir); err != nil {
		return err
	}
	w.folder.prune(w.path)
	return nil
}
