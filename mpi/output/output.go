// Package output writes files that belong to all ranks of a communicator. A file
// gets its name when it is complete and every rank has done its part; until then
// it has a temporary name beside it, and what was at the path before stays.
//
//	files.Shared(path, write)     one file, every rank writes its part
//	files.Gathered(path, write)   one file, rank 0 writes what the others send it
//	files.Alone(path, write)      one file, rank 0 writes
//	files.Each(path, part, write) one file for each rank
//
// Errors name the path and what to do. Beside what is written a file costs two or three
// Agrees and, at the end, one fsync on the rank that has begun it.
package output

import (
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"sync"

	"hybrid/internal/atomicfile"
	"hybrid/mpi"
)

// Files are the output files of a run. The methods that write are collective, and
// an error of one rank is one of all.
type Files struct {
	comm  *mpi.Comm
	token string // of the temporary names, the same on every rank

	mu        sync.Mutex
	underWay  map[string]bool // temporary files that this rank may have to remove
	abandoned bool

	holding bool
	held    []held
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

// New prepares to write files of the ranks of c. It is collective: a broadcast of four
// bytes.
func New(c *mpi.Comm) (*Files, error) {
	token := make([]byte, 4)
	if c.Rank() == 0 {
		// A token is eight hexadecimal digits.
		token, _ = hex.DecodeString(atomicfile.NewToken())
	}
	if err := mpi.Bcast(c, token, 0); err != nil {
		return nil, err
	}
	return &Files{comm: c, token: hex.EncodeToString(token), underWay: map[string]bool{}}, nil
}

// First tells whether this is rank 0.
func (o *Files) First() bool { return o.comm.Rank() == 0 }

// Abandon removes the temporary files and lets no new one begin: for a program
// that is about to be ended. Any goroutine may call it.
func (o *Files) Abandon() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.abandoned = true
	for name := range o.underWay {
		os.Remove(name)
	}
}

// Shared makes one file at path to which every rank writes its part, at places of
// its own. With a nil write it only reports whether that could be done, by
// beginning such a file under its temporary name and removing it again; all ranks
// take part, so that a directory that some of them do not see is found too. write is
// called on all ranks or on none, so that they may pass each other what they write.
func (o *Files) Shared(path string, write func(f File) error) error {
	var f *atomicfile.File
	var err error
	first := o.comm.Rank() == 0
	if first {
		f, err = o.begin(atomicfile.Create, path)
	}
	if err = o.comm.Agree(err); err != nil {
		return o.end(f, first, err)
	}
	if !first {
		f, err = o.begin(atomicfile.Open, path)
	}
	if write != nil {
		if err = o.comm.Agree(err); err == nil {
			err = write(f)
		}
	}
	if !first && f != nil {
		err = errors.Join(err, f.Close())
	}
	if err = o.comm.Agree(err); err == nil && write == nil && o.holding {
		o.hold(path, f, first)
		return nil
	}
	if err != nil {
		return o.end(f, first, err)
	}
	if first {
		err = finish(f, write != nil)
	}
	return o.end(f, first, o.comm.Agree(err))
}

// Alone makes a file that rank 0 writes; with a nil write it only reports whether
// that could be done.
func (o *Files) Alone(path string, write func(w io.Writer) error) error {
	if write == nil {
		return o.Each(path, o.comm.Rank() == 0, nil)
	}
	return o.Each(path, o.comm.Rank() == 0, func(f File) error {
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
	var f *atomicfile.File
	var err error
	first := o.comm.Rank() == 0
	if first {
		f, err = o.begin(atomicfile.Create, path)
	}
	if err = o.comm.Agree(err); err != nil {
		return o.end(f, first, err)
	}
	var w io.Writer
	if first {
		w = f
	}
	if err = o.comm.Agree(write(w)); err == nil && first {
		err = finish(f, true)
	}
	return o.end(f, first, o.comm.Agree(err))
}

// Each makes a file of each rank that takes part, at its own path; no rank's gets
// its name before all have written theirs. write is called on all ranks or on none, with
// a nil File where a rank takes no part. With a nil write on every rank it only reports
// whether that could be done.
func (o *Files) Each(path string, part bool, write func(f File) error) error {
	var f *atomicfile.File
	var err error
	if part {
		f, err = o.begin(atomicfile.Create, path)
	}
	if write != nil {
		if err = o.comm.Agree(err); err == nil && part {
			err = write(f)
		} else if err == nil {
			err = write(nil)
		}
	}
	if err = o.comm.Agree(err); err == nil && write == nil && o.holding {
		o.hold(path, f, true)
		return nil
	}
	if err == nil && part {
		err = finish(f, write != nil)
	}
	return o.end(f, true, o.comm.Agree(err))
}

// Hold runs try, in which files are tried (a nil write), and keeps each under its
// temporary name until try returns. So two paths that lead to one file are an
// error, whichever way they do: links, directories mounted twice, capital letters
// where the file system does not tell them apart.
func (o *Files) Hold(try func() error) error {
	o.holding = true
	defer func() {
		for _, h := range o.held {
			if h.own {
				h.file.Abort()
			}
			o.end(h.file, false, nil)
		}
		o.holding, o.held = false, nil
	}()
	return try()
}

func (o *Files) hold(path string, f *atomicfile.File, own bool) {
	if f != nil {
		f.Close()
		o.held = append(o.held, held{path, f, own})
	}
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

// finish gives a file its name or, if it was only tried, removes it.
func finish(f *atomicfile.File, keep bool) error {
	if keep {
		return f.Commit()
	}
	return f.Abort()
}

func (o *Files) begin(open func(path, token string) (*atomicfile.File, error), path string) (*atomicfile.File, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.abandoned {
		return nil, fmt.Errorf("output to %s was abandoned", path)
	}
	f, err := open(path, o.token)
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
