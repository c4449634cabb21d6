// Package output writes files that belong to all ranks of a communicator. A file
// gets its name when it is complete, on disk, and every rank has done its part; until
// then it has a hidden name beside it, and what was at the path before stays, a power
// cut or not.
//
//	files.Shared(path, write)     one file, every rank writes its part
//	files.Gathered(path, write)   one file, rank 0 writes what the others send it
//	files.Alone(path, write)      one file, rank 0 writes
//	files.Each(path, part, write) one file for each rank
//	files.Set(set, ...)           a file of each rank and an index: all of them, or none
//
// Before the work begins, Try and TrySet report what could not be written behind it,
// and reserve space.
//
// Errors name the path and what to do. Beside what is written a file costs two or three
// Agrees and, at the end, an fsync of it and one of its directory on the rank that has
// begun it.
package output

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"sync"

	"hybrid/internal/atomicfile"
	"hybrid/internal/disk"
	"hybrid/mpi"
)

// Files are the output files of a run. The methods that write are collective, and
// an error of one rank is one of all. Close them in the end.
type Files struct {
	comm   *mpi.Comm
	secret [16]byte // of which tokens are made, the same on every rank
	tokens uint64   // that were made

	mu        sync.Mutex
	underWay  map[string]bool // files that this rank may have to remove
	abandoned bool

	reserved map[string]*atomicfile.Reservation // by the path that was tried
	holding  string                             // the token of all files that are held; "": none is
	held     []held
}

// A File is written under its temporary name. Ranks that share one write disjoint parts
// of it at once, by WriteAt; Write goes on where this rank's Write before ended.
type File interface {
	io.Writer
	io.WriterAt
	Truncate(size int64) error // sets the size, in bytes
}

// A held file is one that was tried in Hold.
type held struct {
	path string // as it was given
	file *atomicfile.File
	own  bool // this rank created it
}

// New prepares to write files of the ranks of c. It is collective: a broadcast of 16
// bytes.
func New(c *mpi.Comm) (*Files, error) {
	o := &Files{comm: c, underWay: map[string]bool{}, reserved: map[string]*atomicfile.Reservation{}}
	if c.Rank() == 0 {
		rand.Read(o.secret[:])
	}
	if err := mpi.Bcast(c, o.secret[:], 0); err != nil {
		return nil, err
	}
	return o, nil
}

// token is that of the next file, eight hexadecimal digits. All ranks make the same;
// who sees one on disk knows nothing of the next.
func (o *Files) token() string {
	o.tokens++
	hash := sha256.Sum256(binary.LittleEndian.AppendUint64(o.secret[:], o.tokens))
	return hex.EncodeToString(hash[:4])
}

// First tells whether this is rank 0.
func (o *Files) First() bool { return o.comm.Rank() == 0 }

// Abandon removes the files that are being written and lets no new one begin: for a
// program that is about to be ended. Any goroutine may call it.
func (o *Files) Abandon() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.abandoned = true
	for name := range o.underWay {
		disk.Remove(name)
	}
}

// Close gives back what was reserved and not written.
func (o *Files) Close() {
	for _, r := range o.reserved {
		r.Close()
	}
	clear(o.reserved)
}

// Shared makes one file at path to which every rank writes its part, at places of
// its own. write is called on all ranks or on none, so that they may pass each other
// what they write.
func (o *Files) Shared(path string, write func(f File) error) error {
	f, err := o.beginShared(path, o.token())
	if err != nil {
		return o.end(f, o.First(), err)
	}
	err = write(f)
	if !o.First() {
		if err == nil && o.comm.Transport() != "local" {
			err = f.Sync() // what another node keeps in memory, rank 0's fsync may not reach
		}
		err = errors.Join(err, f.Close())
	}
	return o.finish(f, o.First(), err)
}

// beginShared begins a file on rank 0 and opens it on the others.
func (o *Files) beginShared(path, token string) (f *atomicfile.File, err error) {
	if o.First() {
		f, err = o.begin(path, token)
	}
	if err = o.comm.Agree(err); err != nil {
		return f, err
	}
	if !o.First() {
		f, err = o.open(path, token)
	}
	return f, o.comm.Agree(err)
}

// finish gives a file that this rank has created its name where no rank has an error,
// and else removes it. It returns the error of the first rank that has one.
func (o *Files) finish(f *atomicfile.File, own bool, err error) error {
	own = own && f != nil
	if err = o.comm.Agree(err); err == nil && own {
		err = f.Commit()
	}
	return o.end(f, own, o.comm.Agree(err))
}

// Alone makes a file that rank 0 writes.
func (o *Files) Alone(path string, write func(w io.Writer) error) error {
	return o.Each(path, o.First(), func(f File) error {
		if f == nil {
			return nil
		}
		return write(f)
	})
}

// Gathered makes a file that rank 0 writes while the others send it what is to be
// in it: every rank calls write, with a nil w on all but rank 0, once the file is
// begun.
func (o *Files) Gathered(path string, write func(w io.Writer) error) error {
	return o.Each(path, o.First(), func(f File) error {
		if f == nil {
			return write(nil)
		}
		return write(f)
	})
}

// Each makes a file of each rank that takes part, at its own path; no rank's gets
// its name before all have written theirs. write is called on all ranks or on none, with
// a nil File where a rank takes no part.
func (o *Files) Each(path string, part bool, write func(f File) error) error {
	var f *atomicfile.File
	var err error
	token := o.token()
	if part {
		f, err = o.begin(path, token)
	}
	if err = o.comm.Agree(err); err != nil {
		return o.end(f, true, err)
	}
	return o.finish(f, true, fill(f, write))
}

// fill writes a file, nil on a rank that takes no part, and puts it on disk.
func fill(f *atomicfile.File, write func(f File) error) error {
	if f == nil {
		return write(nil)
	}
	if err := write(f); err != nil {
		return err
	}
	return f.Sync()
}

// begin creates this rank's file, in what was reserved for it.
func (o *Files) begin(path, token string) (*atomicfile.File, error) {
	return o.beginIn(path, path, token)
}

// beginIn creates a file in what was reserved under another name.
func (o *Files) beginIn(reserved, path, token string) (*atomicfile.File, error) {
	r := o.reserved[reserved]
	delete(o.reserved, reserved)
	defer r.Close()
	return o.note(path, token, r.Create)
}

func (o *Files) open(path, token string) (*atomicfile.File, error) {
	return o.note(path, token, atomicfile.Open)
}

func (o *Files) note(path, token string, open func(path, token string) (*atomicfile.File, error)) (*atomicfile.File, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.abandoned {
		return nil, fmt.Errorf("output to %s was abandoned", path)
	}
	f, err := open(path, token)
	if err != nil {
		return nil, o.explain(err)
	}
	o.underWay[f.Name()] = true
	return f, nil
}

// end closes a file and, if there is an error and the file is this rank's own,
// removes it. It returns err.
func (o *Files) end(f *atomicfile.File, own bool, err error) error {
	if f == nil {
		return err
	}
	if err != nil && own {
		f.Abort()
	}
	f.Close()
	o.mu.Lock()
	defer o.mu.Unlock()
	delete(o.underWay, f.Name())
	return err
}

// explain names the other path of a file that has two.
func (o *Files) explain(err error) error {
	var taken *atomicfile.TakenError
	if !errors.As(err, &taken) {
		return err
	}
	other := "another output of this run"
	for _, h := range o.held {
		if sameFile(taken.Temp, h.file.Name()) {
			other = strconv.Quote(h.path)
		}
	}
	return fmt.Errorf("%q is the same file as %s: give each file a name of its own", taken.Path, other)
}

func sameFile(a, b string) bool {
	x, err1 := os.Stat(a)
	y, err2 := os.Stat(b)
	return err1 == nil && err2 == nil && os.SameFile(x, y)
}
