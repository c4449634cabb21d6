package wordcount

import (
	"encoding/binary"
	"errors"
	"io"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"sort"

	"hybrid/mpi"
)

// An inventory is all that is to be counted, the same on every rank.
type inventory struct {
	files   []entry
	starts  []int64  // of each file among the bytes of all, and the sum of all
	streams []string // paths that rank 0 reads from beginning to end
}

type entry struct {
	path  string
	size  int64
	named bool // by the caller, not found in a directory
}

// take makes the inventory of the paths on rank 0 and gives it to all. Files that
// are left out are noted. It is collective.
func take(c *mpi.Comm, paths []string, notes *notes) (*inventory, error) {
	inv := &inventory{}
	var err error
	if c.Rank() == 0 {
		err = inv.list(paths, notes)
	}
	if err := c.Agree(err); err != nil {
		return nil, err
	}
	text := inv.encode()
	n := []int64{int64(len(text))}
	if err := mpi.Bcast(c, n, 0); err != nil {
		return nil, err
	}
	if c.Rank() != 0 {
		text = make([]byte, n[0])
	}
	if err := mpi.Bcast(c, text, 0); err != nil {
		return nil, err
	}
	if c.Rank() != 0 {
		inv.decode(text)
	}
	inv.starts = make([]int64, len(inv.files)+1)
	for i, f := range inv.files {
		if f.size > math.MaxInt64-inv.starts[i] {
			return nil, &InputError{f.path, errors.New("with the files before it, it has more bytes than can be counted, 2^63-1")}
		}
		inv.starts[i+1] = inv.starts[i] + f.size
	}
	return inv, nil
}

// bytes is the size of all files.
func (inv *inventory) bytes() int64 { return inv.starts[len(inv.files)] }

// at is the index of the file that has byte number i of all.
func (inv *inventory) at(i int64) int {
	return sort.Search(len(inv.files), func(k int) bool { return inv.starts[k+1] > i })
}

func (inv *inventory) list(paths []string, notes *notes) error {
	seen := map[string]bool{}
	add := func(e entry, real string) {
		inv.files = append(inv.files, e)
		if len(paths) == 1 {
			return // nothing can be met twice
		}
		if seen[real] {
			notes.add(Repeated, e.path)
		}
		seen[real] = true
	}
	for _, path := range paths {
		if path == "-" {
			inv.streams = append(inv.streams, path)
			continue
		}
		info, err := os.Stat(path)
		if err != nil {
			return &InputError{path, withoutPath(err)}
		}
		real, err := filepath.EvalSymlinks(path)
		if err == nil {
			real, err = filepath.Abs(real)
		}
		if err != nil {
			return &InputError{path, withoutPath(err)}
		}
		switch {
		case info.IsDir():
			if err := inv.walk(path, real, add, notes); err != nil {
				return err
			}
		case info.Mode().IsRegular():
			f, err := os.Open(path)
			if err != nil {
				return &InputError{path, withoutPath(err)}
			}
			f.Close()
			add(entry{path, info.Size(), true}, real)
		default:
			// Pipes and devices.
			inv.streams = append(inv.streams, path)
		}
	}
	return nil
}

// walk lists the regular files below a directory. One that cannot be listed is an
// error if it was named, and noted if it was found.
func (inv *inventory) walk(root, real string, add func(e entry, real string), notes *notes) error {
	// WalkDir does not follow a link, also not the one that it is given.
	return filepath.WalkDir(real, func(found string, d fs.DirEntry, err error) error {
		rel, relErr := filepath.Rel(real, found)
		if relErr != nil {
			return relErr // both are absolute
		}
		path := filepath.Join(root, rel)
		if err != nil {
			if rel == "." {
				return &InputError{path, withoutPath(err)}
			}
			notes.add(Unreadable, path)
			return nil
		}
		switch {
		case d.IsDir():
		case d.Type()&fs.ModeSymlink != 0:
			notes.add(Symlink, path)
		case !d.Type().IsRegular():
			notes.add(Special, path)
		default:
			info, err := d.Info()
			switch {
			case errors.Is(err, fs.ErrNotExist): // it was removed since
			case err != nil:
				notes.add(Unreadable, path)
			default:
				add(entry{path, info.Size(), false}, found)
			}
		}
		return nil
	})
}

// encode writes the inventory for other ranks.
func (inv *inventory) encode() []byte {
	var b []byte
	text := func(s string) { b = append(binary.AppendUvarint(b, uint64(len(s))), s...) }
	b = binary.AppendUvarint(b, uint64(len(inv.files)))
	for _, f := range inv.files {
		text(f.path)
		named := uint64(0)
		if f.named {
			named = 1
		}
		b = binary.AppendUvarint(b, uint64(f.size)<<1|named)
	}
	for _, s := range inv.streams {
		text(s)
	}
	return b
}

func (inv *inventory) decode(b []byte) {
	number := func() uint64 {
		v, n := binary.Uvarint(b)
		b = b[n:]
		return v
	}
	text := func() string {
		n := number()
		s := string(b[:n])
		b = b[n:]
		return s
	}
	inv.files = make([]entry, number())
	for i := range inv.files {
		path, rest := text(), number()
		inv.files[i] = entry{path, int64(rest >> 1), rest&1 == 1}
	}
	for len(b) > 0 {
		inv.streams = append(inv.streams, text())
	}
}

// A file is what a thread reads.
type file interface {
	io.ReaderAt
	io.Closer
}

func openFile(path string) (file, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, withoutPath(err)
	}
	sequential(f)
	return f, nil
}

// withoutPath is an error of package os without the path, which the caller tells.
func withoutPath(err error) error {
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Err
	}
	return err
}
