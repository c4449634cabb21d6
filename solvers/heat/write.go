package heat

import (
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"hybrid/internal/atomicfile"
	"hybrid/internal/rowio"
	"hybrid/internal/vti"
	"hybrid/mpi"
)

// Endings are the endings of the files that Solver.Write can write.
var Endings = []string{".npy", ".png", ".vti", ".pvti"}

// CheckEnding reports whether the ending of path is none of Endings.
func CheckEnding(path string) error {
	if slices.Contains(Endings, filepath.Ext(path)) {
		return nil
	}
	return fmt.Errorf("heat: output file %q ends in none of %s", path, strings.Join(Endings, ", "))
}

// An Output writes files that belong to all ranks of a communicator. A file gets
// its name when it is complete and every rank has done its part; until then it
// has a temporary name beside it.
//
// The bytes of a file do not depend on the number of ranks or threads.
type Output struct {
	comm  *mpi.Comm
	token string // of the temporary names, the same on every rank

	mu        sync.Mutex
	underWay  map[string]bool // temporary files that this rank may have to remove
	abandoned bool
}

// NewOutput is collective.
func NewOutput(c *mpi.Comm) (*Output, error) {
	token := make([]byte, 4)
	if c.Rank() == 0 {
		// A token is eight hexadecimal digits.
		token, _ = hex.DecodeString(atomicfile.NewToken())
	}
	if err := mpi.Bcast(c, token, 0); err != nil {
		return nil, err
	}
	return &Output{comm: c, token: hex.EncodeToString(token), underWay: map[string]bool{}}, nil
}

// Abandon removes the temporary files and lets no new one begin: for a program
// that is about to be ended. Any goroutine may call it.
func (o *Output) Abandon() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.abandoned = true
	for name := range o.underWay {
		os.Remove(name)
	}
}

// Check reports whether a file could be written at path, by beginning one under
// its temporary name and removing it again. It is collective, so that a directory
// that some ranks do not see is found too.
func (o *Output) Check(path string) error {
	switch filepath.Ext(path) {
	case ".png":
		return o.alone(path, (*atomicfile.File).Abort, func(io.Writer) error { return nil })
	case ".pvti":
		err := o.each(vti.PieceName(path, o.comm.Rank()), true, (*atomicfile.File).Abort, func(*atomicfile.File) error { return nil })
		if err != nil {
			return err
		}
		return o.alone(path, (*atomicfile.File).Abort, func(io.Writer) error { return nil })
	}
	if err := CheckEnding(path); err != nil {
		return err
	}
	return o.parallel(path, (*atomicfile.File).Abort, func(*atomicfile.File) error { return nil })
}

// parallel makes one file to which every rank writes its part, and which rank 0
// then finishes. It is collective; an error of one rank is one of all, and leaves
// what was at path before.
func (o *Output) parallel(path string, finish, write func(f *atomicfile.File) error) error {
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
	if err == nil {
		err = write(f)
	}
	if !first && f != nil {
		err = errors.Join(err, f.Close())
	}
	if err = o.comm.Agree(err); err != nil {
		return o.end(f, first, err)
	}
	if first {
		err = finish(f)
	}
	return o.end(f, first, o.comm.Agree(err))
}

// alone makes a file that rank 0 writes. It is collective.
func (o *Output) alone(path string, finish func(f *atomicfile.File) error, write func(w io.Writer) error) error {
	return o.each(path, o.comm.Rank() == 0, finish, func(f *atomicfile.File) error { return write(f) })
}

// each makes a file of each rank that takes part, at its own path. It is
// collective: no rank finishes its file before all have written theirs.
func (o *Output) each(path string, part bool, finish, write func(f *atomicfile.File) error) error {
	var f *atomicfile.File
	var err error
	if part {
		if f, err = o.begin(atomicfile.Create, path); err == nil {
			err = write(f)
		}
	}
	if err = o.comm.Agree(err); err == nil && part {
		err = finish(f)
	}
	return o.end(f, true, o.comm.Agree(err))
}

func (o *Output) begin(open func(path, token string) (*atomicfile.File, error), path string) (*atomicfile.File, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.abandoned {
		return nil, fmt.Errorf("heat: output to %s was abandoned", path)
	}
	f, err := open(path, o.token)
	if err != nil {
		return nil, err
	}
	o.underWay[f.Name()] = true
	return f, nil
}

// end closes a file and, if there is an error and the file is this rank's own,
// removes it. It returns err.
func (o *Output) end(f *atomicfile.File, own bool, err error) error {
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

// Write writes the field to path, in the format that its ending names. It is
// collective, and its error is every rank's. No rank holds the grid.
//
//	.npy   NumPy's format, each rank writing its own rows
//	.png   a heat map, see WritePNG
//	.vti   VTK image data, which ParaView opens; each rank writes its own rows
//	.pvti  the same as a piece of each rank, and a file that names the pieces
func (s *Solver[T]) Write(o *Output, path string) error {
	switch filepath.Ext(path) {
	case ".npy":
		return s.writeNPY(o, path)
	case ".png":
		return s.WritePNG(o, path, 0, 0)
	case ".vti":
		return s.writeVTI(o, path)
	case ".pvti":
		return s.writePVTI(o, path)
	}
	return CheckEnding(path)
}

// writeRows writes this rank's rows, one after the other.
func (s *Solver[T]) writeRows(w *rowio.Writer[T]) error {
	lo, hi := s.Rows()
	row := make([]T, s.Problem.NX)
	for i := lo; i < hi; i++ {
		s.Row(i, row)
		if err := w.Write(row); err != nil {
			return err
		}
	}
	return nil
}
