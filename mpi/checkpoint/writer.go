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
	"syscall"
	"time"
	"unsafe"

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
	last     bool        // see Last
}

// A pending part is one that is not on the disk yet.
type pending struct {
	array  int
	stored Stored
	header []byte
	image  []byte    // of the whole file; nil: in the file already
	sums   sums      // of what was put
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

// Last says that the run ends with this checkpoint: memory for copies is not taken for it.
// It is called before Add, on all ranks or on none.
func (w *Writer) Last() { w.last = true }

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
	fits, err := w.folder.memory(name, n, w.last)
	if err != nil {
		return err
	}
	if n > 0 {
		w.own = append(w.own, p)
	}
	if fits {
		p.image = w.folder.buffers[name][:n]
	} else if n > 0 {
		err = p.begin(w.path, 0)
	}
	if n > 0 && err == nil {
		_, err = p.WriteAt(p.header, 0)
	}
	if err = c.Agree(err); err != nil {
		return err
	}
	return fill(part)
}

// memory sees to it that every rank has so many bytes for a copy of its part of an array,
// and tells whether it has: what an earlier checkpoint took is taken again, and the last one
// takes no other. It is collective.
func (f *Folder) memory(name string, n int, last bool) (bool, error) {
	if f.inPlace || last && !f.copied[name] {
		return false, nil
	}
	more := 0
	if n > len(f.buffers[name]) {
		pages.Unmap(f.buffers[name])
		delete(f.buffers, name)
		more = n
	}
	err := memcheck.Check(f.comm, memcheck.Need{What: "memory: a copy for a checkpoint needs", Bytes: float64(more)})
	if err != nil {
		return false, unlessNoRoom(err)
	}
	if more > 0 {
		f.buffers[name], err = pages.Map(n) // which a limit of addresses may refuse
	}
	err = f.comm.Agree(err)
	f.copied[name] = err == nil
	return err == nil, unlessNoRoom(err)
}

// unlessNoRoom is an error that is not one rank's want of memory.
func unlessNoRoom(err error) error {
	var room *memcheck.Error
	var remote *mpi.RemoteError // with the text of such an error
	if errors.As(err, &room) || errors.As(err, &remote) || errors.Is(err, syscall.ENOMEM) {
		return nil
	}
	return err
}

// Rows is where the values of whole rows [lo, hi) of the block may be made for Put, so that it
// need not copy them; nil where the caller has to have memory of its own.
func (p *Part[T]) Rows(lo, hi int) []T {
	width := p.block.Col1 - p.block.Col0
	if p.p.image == nil || lo < p.block.Row0 || hi > p.block.Row1 || lo >= hi || width == 0 {
		return nil
	}
	first := unsafe.Pointer(&p.p.image[p.at(lo)]) // a header of .npy is a multiple of 64 bytes
	return unsafe.Slice((*T)(first), (hi-lo)*width)
}

// at is the byte of the file at which a row begins.
func (p *Part[T]) at(row int) int64 {
	return int64(len(p.p.header)) + int64(row-p.block.Row0)*int64(p.block.Col1-p.block.Col0)*int64(rowio.Size[T]())
}

// Put takes rows of the block from the array's row on: whole ones of the block's columns.
// Those that were made where Rows says are not copied.
func (p *Part[T]) Put(row int, values []T) error {
	width := p.block.Col1 - p.block.Col0
	if row < p.block.Row0 || width == 0 || len(values)%width != 0 || row+len(values)/width > p.block.Row1 {
		return fmt.Errorf("checkpoint: %d numbers from row %d on are no rows of the block %v", len(values), row, p.block)
	}
	at := p.at(row)
	return rowio.WriteAt(p.p, values, at)
}

// WriteAt puts bytes into the image or the file, and makes their checksum while they are in
// the processor's cache.
func (p *pending) WriteAt(b []byte, off int64) (n int, err error) {
	switch {
	case p.image == nil:
		n, err = p.file.WriteAt(b, off)
	case len(b) > 0 && &b[0] == &p.image[off]: // see Rows
		n = len(b)
	default:
		n = copy(p.image[off:], b)
	}
	p.sums.add(off, b[:n])
	return n, err
}

// begin makes the part's file.
func (p *pending) begin(path string, flag int) (err error) {
	p.file, err = disk.OpenFile(filepath.Join(path, p.stored.File), os.O_RDWR|os.O_CREATE|os.O_EXCL|flag, 0o666)
	return err
}

// pieceBytes are written at a time. Between two pieces the goroutine that writes waits for a
// turn beside those that compute, which are as many as there are processors, and one of them
// waits for it: so pieces are few. A process that is killed ends behind its piece.
const pieceBytes = 64 << 20

// finish puts the part on the disk and finds its checksum.
func (p *pending) finish(path string) (err error) {
	if p.image != nil {
		err = p.begin(path, disk.Direct)
	}
	if err != nil {
		return err
	}
	defer p.file.Close()
	if p.image != nil {
		err = p.write()
	}
	if err == nil {
		err = p.file.Sync()
	}
	sum, whole := p.sums.of(p.stored.Bytes)
	switch {
	case err != nil || whole:
	case p.image != nil:
		sum = crc32.Checksum(p.image, castagnoli) // rows came twice
	default:
		sum, err = sumOf(p.file.Name(), p.stored.Bytes)
	}
	if err != nil {
		return err
	}
	p.stored.Sum = sumText(sum)
	return p.file.Close()
}

// write writes the part's image.
func (p *pending) write() error {
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
	return nil
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
