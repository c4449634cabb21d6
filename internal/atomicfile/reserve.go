package atomicfile

import (
	"fmt"
	"os"
	"path/filepath"

	"hybrid/internal/disk"
)

// A Reservation is space on disk for a file that is to be written later. It ends with the process, however that ends. A nil one
// is none.
type Reservation struct {
	f    disk.File // without a name; nil: used or given back
	size int64
}

// Reserve tells whether a file that was begun could be given its name, and whether there is space for size bytes of it; 0: it is
// not known how many. What it reserves outlives the file, for a Create of the same path, where the file system can have it
// without a name; else it is given back with the file.
func (f *File) Reserve(size int64) (*Reservation, error) {
	if err := disk.Replaceable(f.temp); err != nil {
		return nil, fmt.Errorf("cannot create %s: its directory takes new files, but does not let them be renamed: %w: name another one", f.path, cause(err))
	}
	if _, err := os.Lstat(f.goal); err == nil {
		if err := disk.Replaceable(f.goal); err != nil {
			return nil, fmt.Errorf("cannot replace %s: %w: name another file", f.path, cause(err))
		}
	}
	if size <= 0 {
		return nil, nil
	}
	unnamed, err := disk.OpenUnnamed(filepath.Dir(f.goal), 0o666)
	if err != nil {
		return nil, f.noSpace(size, f.f.Reserve(size))
	}
	_ = disk.Lock(unnamed) // before it has a name; see createLocked
	if err := unnamed.Reserve(size); err != nil {
		unnamed.Close()
		return nil, f.noSpace(size, err)
	}
	return &Reservation{unnamed, size}, nil
}

func (f *File) noSpace(size int64, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("cannot reserve %d bytes for %s: %w: free some, or name another directory", size, f.path, cause(err))
}

// Create starts a file in what was reserved for it.
func (r *Reservation) Create(path, token string) (*File, error) { return create(path, token, r) }

// take gives what is reserved a name. A nil File: there is nothing, or it cannot have that name.
func (r *Reservation) take(temp string) (f disk.File, size int64) {
	if r == nil || r.f == nil {
		return nil, 0
	}
	f, r.f = r.f, nil
	if err := f.Link(temp); err != nil {
		f.Close()
		return nil, 0
	}
	return f, r.size
}

// Close gives back what is reserved and was not used.
func (r *Reservation) Close() {
	if r != nil && r.f != nil {
		r.f.Close()
		r.f = nil
	}
}
