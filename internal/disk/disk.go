// Package disk has the calls by which results come to be on disk, of everything that writes some: one place where a test has
// them fail, records them, or cuts the power after one of them (see package faulty).
//
// What a call returns without an error is done as the rest of the machine sees it. What a power cut leaves of it is sure only
// behind File.Sync, for the bytes of a file, and SyncDir, for the names in a folder.
package disk

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sync/atomic"
	"unsafe"
)

// A File is open for writing. Its errors are *fs.PathErrors.
type File interface {
	io.Writer
	io.WriterAt // much goes on to the disk while more comes, for Sync to wait for less

	// Truncate sets the size that is read, in bytes.
	Truncate(size int64) error
	// Reserve takes blocks on disk for a file of so many bytes, and changes nothing of what is read. Where the file system
	// cannot, it only looks whether this process may write as many.
	Reserve(size int64) error
	// Sync waits until the bytes are on disk. It does nothing where the file system has no fsync.
	Sync() error
	// Close gives the file back; a second one does nothing.
	Close() error
	Name() string
	Chmod(fs.FileMode) error
	// Link gives a file without a name one; see OpenUnnamed.
	Link(name string) error
	// OS is the file itself, for what writes nothing.
	OS() *os.File
}

// A System has the calls of a file system. Those of the same names in this package call the one in use.
type System interface {
	OpenFile(name string, flag int, perm fs.FileMode) (File, error)
	Rename(from, to string) error
	Remove(name string) error
	Mkdir(name string, perm fs.FileMode) error
	SyncDir(name string) error
	Replaceable(name string) error
}

var inUse atomic.Pointer[System] // nil: the operating system's

// Use has all calls go to s until restore is called: for tests, and for one at a time.
func Use(s System) (restore func()) {
	before := inUse.Swap(&s)
	return func() { inUse.Store(before) }
}

func system() System {
	if s := inUse.Load(); s != nil {
		return *s
	}
	return OS{}
}

// OpenFile is os.OpenFile. A file that is written for others to see is opened with NoFollow. With Direct, what is Aligned goes
// from memory to the disk, and takes neither the processor's time nor memory for a copy in the cache; from the first write on that
// is not, or that the file system does not take, all goes through the cache.
func OpenFile(name string, flag int, perm fs.FileMode) (File, error) {
	return system().OpenFile(name, flag, perm)
}

// PageSize is what Aligned counts in.
const PageSize = 4096

// Aligned tells whether p, which is to be written at off, begins and ends on whole pages in memory and in the file.
func Aligned(p []byte, off int64) bool {
	return len(p) > 0 && uintptr(unsafe.Pointer(&p[0]))%PageSize == 0 && len(p)%PageSize == 0 && off%PageSize == 0
}

// OpenUnnamed makes a file on the file system of a folder, without a name: it goes when it is closed, however the process
// ends. File.Link gives it a name. errors.ErrUnsupported: the file system has no such files.
func OpenUnnamed(dir string, perm fs.FileMode) (File, error) {
	if unnamed == 0 {
		return nil, errors.ErrUnsupported
	}
	f, err := OpenFile(dir, os.O_WRONLY|unnamed, perm)
	// Before Linux 3.11 the flag is that of a folder, which is not for writing.
	if errors.Is(err, errIsDir) || errors.Is(err, fs.ErrNotExist) {
		err = errors.Join(errors.ErrUnsupported, err)
	}
	return f, err
}

// Rename gives a file another name, and replaces what had that.
func Rename(from, to string) error { return system().Rename(from, to) }

// Remove removes a file.
func Remove(name string) error { return system().Remove(name) }

// Mkdir makes a folder.
func Mkdir(name string, perm fs.FileMode) error { return system().Mkdir(name, perm) }

// MkdirAll makes a folder and those above it that are not there, and has their names on disk.
func MkdirAll(name string, perm fs.FileMode) error {
	if info, err := os.Stat(name); err == nil {
		if info.IsDir() {
			return nil
		}
		return &fs.PathError{Op: "mkdir", Path: name, Err: errNotDir}
	}
	parent := filepath.Dir(name)
	if parent != name {
		if err := MkdirAll(parent, perm); err != nil {
			return err
		}
	}
	err := Mkdir(name, perm)
	if info, there := os.Stat(name); errors.Is(err, fs.ErrExist) && there == nil && info.IsDir() {
		err = nil // another process was faster
	}
	if err != nil {
		return err
	}
	return SyncDir(parent)
}

// SyncDir waits until the names in a folder are on disk. It does nothing where that cannot be done.
func SyncDir(name string) error { return system().SyncDir(name) }

// Replaceable tells, as an error, why the file of that name cannot be removed or replaced by Rename, which it does not do. It
// finds a file that is immutable or mounted, another user's in a sticky folder, and a folder that cannot be written; nil is no
// promise.
func Replaceable(name string) error { return system().Replaceable(name) }

// OS is the System of the operating system.
type OS struct{}

func (OS) OpenFile(name string, flag int, perm fs.FileMode) (File, error) {
	f, err := os.OpenFile(name, flag&^Direct, perm)
	if err != nil {
		return nil, err
	}
	opened := &file{f: f, name: name, past: f.WriteAt}
	if flag&Direct != 0 {
		opened.direct.Store(setDirect(f, true)) // open itself would leave a file behind where it refuses the flag
	}
	return opened, nil
}

func (OS) Rename(from, to string) error              { return os.Rename(from, to) }
func (OS) Remove(name string) error                  { return os.Remove(name) }
func (OS) Mkdir(name string, perm fs.FileMode) error { return os.Mkdir(name, perm) }
func (OS) SyncDir(name string) error                 { return pathError("sync", name, syncDir(name)) }
func (OS) Replaceable(name string) error             { return pathError("rename", name, replaceable(name)) }

type file struct {
	f      *os.File
	name   string
	direct atomic.Bool                            // past the cache
	past   func(p []byte, off int64) (int, error) // writes so
	fresh  atomic.Int64                           // bytes since the last writeBack
}

func (f *file) Name() string                { return f.name }
func (f *file) OS() *os.File                { return f.f }
func (f *file) Write(p []byte) (int, error) { return f.f.Write(p) }
func (f *file) Truncate(size int64) error   { return f.f.Truncate(size) }
func (f *file) Chmod(m fs.FileMode) error   { return f.f.Chmod(m) }

// much is worth a call to have it written: of less the disk is slower.
const much = 64 << 20

func (f *file) WriteAt(p []byte, off int64) (int, error) {
	if f.direct.Load() {
		if Aligned(p, off) {
			n, err := f.past(p, off)
			if !errors.Is(err, errInvalid) {
				return n, err
			}
		}
		// The end of a file, or a file system that wants more than whole pages.
		setDirect(f.f, false)
		f.direct.Store(false)
	}
	n, err := f.f.WriteAt(p, off)
	if f.fresh.Add(int64(n)) >= much {
		f.fresh.Store(0)
		writeBack(f.f)
	}
	return n, err
}

func (f *file) Reserve(size int64) error {
	return pathError("reserve", f.name, reserve(f.f, size))
}

func (f *file) Sync() error {
	err := f.f.Sync()
	if errors.Is(err, errInvalid) || errors.Is(err, errors.ErrUnsupported) {
		return nil // a file system without fsync
	}
	return err
}

func (f *file) Close() error {
	if err := f.f.Close(); !errors.Is(err, os.ErrClosed) {
		return err
	}
	return nil
}

func (f *file) Link(name string) error {
	if err := link(f.f, name); err != nil {
		return pathError("link", name, err)
	}
	f.name = name
	return nil
}

func pathError(op, name string, err error) error {
	var p *fs.PathError
	if err == nil || errors.As(err, &p) {
		return err
	}
	return &fs.PathError{Op: op, Path: name, Err: err}
}
