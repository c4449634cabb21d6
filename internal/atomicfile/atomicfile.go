// Package atomicfile makes a file appear under its name only when it is complete.
//
// The bytes go to a hidden file in the same directory, and Commit renames it over the target: a reader sees the old file
// or the whole new one, never a part, and so does one after a power cut. Several ranks may write one file: one Creates it, the
// others Open it under the same token (after Create returned), all write and Close, and then the one that created it Commits.
//
//	dir/.field.npy.1f03a97c.tmp      while it is written, and locked
//	dir/.field.npy.1f03a97c.whole    once its bytes are on disk: nobody removes it any more
//	dir/field.npy
//
// Create never writes to a file that is there, and neither follows links: to guess a name that another user could prepare, he
// would have to guess the token.
package atomicfile

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"hybrid/internal/disk"
	"hybrid/internal/plain"
)

// maxName is the longest file name that file systems commonly take, in bytes.
const maxName = 255

// The endings of hidden files.
const (
	unfinished = ".tmp"
	finished   = ".whole"
)

// NewToken returns 8 random hexadecimal digits: draw one per file, and give it to every rank.
func NewToken() string {
	var b [4]byte
	rand.Read(b[:])
	return hex.EncodeToString(b[:])
}

// TempName returns the hidden name beside path under which the file is written. It depends on path and token only, so
// all ranks find the same one; whoever catches a signal removes it.
func TempName(path, token string) string { return hiddenName(path, token, unfinished) }

// WholeName returns the hidden name of a file that is complete; see TempName.
func WholeName(path, token string) string { return hiddenName(path, token, finished) }

func hiddenName(path, token, ending string) string {
	dir, base := filepath.Split(path)
	name := "." + base + "." + token + ending
	if len(name) > maxName {
		h := fnv.New64a()
		io.WriteString(h, base)
		name = fmt.Sprintf(".%016x.%s%s", h.Sum64(), token, ending)
	}
	return dir + name
}

// File is a file being written under its temporary name.
type File struct {
	path  string // the name the caller gave
	goal  string // path with symbolic links followed: what Commit replaces
	temp  string // while it is written
	token string
	f     disk.File

	size, reserved int64
	synced         bool
	done           bool // committed, or kept under its temporary name
}

// A TakenError is Create's where its token has begun that very file already, by this path or by another that leads there: a
// link, a directory mounted twice, capital letters on a file system that does not tell them apart. The file system says so,
// and nobody else could.
type TakenError struct {
	Path string // that could not be created
	Temp string // the temporary name that is taken
}

func (e *TakenError) Error() string {
	return fmt.Sprintf("cannot create %q: this run already writes that file under another name (as %s)", e.Path, e.Temp)
}

// A KeptError is Commit's where the file is complete and on disk, but cannot have its name. It is kept.
type KeptError struct {
	Kept string // the name that it has
	Goal string // that it should have
	Err  error
}

func (e *KeptError) Error() string {
	return fmt.Sprintf("cannot rename %s to %s: %v: the first is the complete file, which is kept; to move it: mv -- %s %[5]s",
		e.Kept, e.Goal, e.Err, plain.Quote(e.Kept), plain.Quote(e.Goal))
}

func (e *KeptError) Unwrap() error { return e.Err }

// Create starts the file. The directory must exist; path must name a regular file, or nothing yet. Where path is a symbolic
// link, the file that it points to is replaced and the link stays.
func Create(path, token string) (*File, error) { return create(path, token, nil) }

func create(path, token string, r *Reservation) (*File, error) {
	goal, err := target(path)
	if err != nil {
		return nil, err
	}
	temp := TempName(goal, token)
	f, reserved := r.take(temp)
	if f == nil {
		f, err = createLocked(temp)
	}
	switch {
	case errors.Is(err, fs.ErrNotExist) && !isDir(filepath.Dir(goal)):
		return nil, fmt.Errorf("cannot create %s: the directory %s does not exist: create it first", path, filepath.Dir(goal))
	case errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("cannot create %s: the directory %s takes no new files: name another one", path, filepath.Dir(goal))
	case errors.Is(err, fs.ErrExist):
		return nil, &TakenError{Path: path, Temp: temp}
	case err != nil:
		return nil, fmt.Errorf("cannot create %s: %w (it is written as %s first)", path, cause(err), temp)
	}
	if old, err := os.Stat(goal); err == nil {
		// A file that is replaced keeps its permissions, where the file system has some.
		_ = f.Chmod(old.Mode().Perm())
	}
	return &File{path: path, goal: goal, temp: temp, token: token, f: f, reserved: reserved}, nil
}

// createLocked creates a file and locks it, for a later run to know whether this one is alive. Where there are no locks, it
// cannot. Between the two, another run may have taken it for a dead one's: then that has the lock, and removes it.
func createLocked(path string) (disk.File, error) {
	const patience = 1000 // milliseconds; longer, the lock is not such a run's
	f, err := disk.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL|disk.NoFollow, 0o666)
	for wait := 0; err == nil && wait < patience; wait++ {
		switch locked := disk.Lock(f); {
		case errors.Is(locked, disk.ErrLocked):
			time.Sleep(time.Millisecond)
		case errors.Is(locked, fs.ErrNotExist):
			f.Close()
			f, err = disk.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL|disk.NoFollow, 0o666)
		default:
			return f, nil
		}
	}
	return f, err
}

func isDir(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

// Open opens, for writing, the file that another rank has Created with the same token and in which nothing is written yet.
func Open(path, token string) (*File, error) {
	goal, err := target(path)
	if err != nil {
		return nil, err
	}
	temp := TempName(goal, token)
	f, err := disk.OpenFile(temp, os.O_WRONLY|disk.NoFollow, 0)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("cannot write %s: the file %s that another rank created is not seen here: "+
			"write to a directory that all nodes share", path, temp)
	}
	if err == nil {
		// Another user who may change the directory could have put a file of this one's in its place, to have it written over.
		if info, wrong := f.OS().Stat(); wrong != nil || !info.Mode().IsRegular() || info.Size() > 0 {
			err = errors.Join(errors.New("another file stands in its place"), wrong)
			f.Close()
		}
	}
	if err != nil {
		return nil, fmt.Errorf("cannot write %s: %w (it is written as %s first)", path, cause(err), temp)
	}
	return &File{path: path, goal: goal, temp: temp, token: token, f: f}, nil
}

// Name returns the temporary name.
func (f *File) Name() string { return f.temp }

// Goal returns the name that Commit gives the file.
func (f *File) Goal() string { return f.goal }

// Write appends p at the file's position.
func (f *File) Write(p []byte) (int, error) {
	n, err := f.f.Write(p)
	return n, f.explain("write", err)
}

// WriteAt writes p at byte offset off; disjoint parts may be written at once, by any rank.
func (f *File) WriteAt(p []byte, off int64) (int, error) {
	n, err := f.f.WriteAt(p, off)
	return n, f.explain("write", err)
}

// Truncate sets the file's size in bytes.
func (f *File) Truncate(size int64) error {
	f.size = size
	return f.explain("set the size of", f.f.Truncate(size))
}

// Close ends this rank's writing; a second Close does nothing. The file stays under its temporary name.
func (f *File) Close() error { return f.explain("write", f.f.Close()) }

// Sync puts the bytes on disk. Commit does it too, where nobody has. Cost: one fsync.
func (f *File) Sync() error {
	if f.synced {
		return nil
	}
	if 0 < f.size && f.size < f.reserved {
		// What was reserved and is not needed is given back, by the size that the file has.
		if err := f.Truncate(f.size); err != nil {
			return err
		}
	}
	if err := f.f.Sync(); err != nil {
		return f.explain("write", err)
	}
	f.synced = true
	return nil
}

// Commit puts the bytes on disk, closes the file and gives it its name. Every other rank must have Closed it. Where that fails
// before all is on disk, the temporary file is removed and what stood under the name before is untouched; behind that, the
// error is a KeptError. Cost: an fsync of the file, if it was not synced, and one of the directory.
func (f *File) Commit() error {
	kept, err := f.Keep()
	if err != nil {
		return err
	}
	if err := disk.Rename(kept, f.goal); err != nil {
		if _, gone := os.Lstat(kept); errors.Is(gone, fs.ErrNotExist) {
			return fmt.Errorf("cannot write %s: %w: it was removed while it was written, as %s", f.path, cause(err), kept)
		}
		return &KeptError{Kept: kept, Goal: f.goal, Err: cause(err)}
	}
	if err := disk.SyncDir(filepath.Dir(f.goal)); err != nil {
		return fmt.Errorf("%s is written, but a power cut may lose it: its directory: %w", f.path, cause(err))
	}
	return nil
}

// Keep does what Commit does, but leaves the file under another hidden name, where no run removes it, and returns that.
func (f *File) Keep() (name string, err error) {
	if err := f.Sync(); err != nil {
		return "", errors.Join(err, f.Abort())
	}
	// Under the lock, lest a later run takes it for what a dead one has left.
	name = WholeName(f.goal, f.token)
	if err := disk.Rename(f.temp, name); err != nil {
		name = f.temp
	}
	f.done = true
	f.f.Close() // all is on disk, whatever closing says
	return name, nil
}

// Abort closes the file and removes it; the name keeps what it had. Behind Commit it does nothing.
func (f *File) Abort() error {
	if f.done {
		return nil
	}
	// Under the lock: behind it, a later run could take the file for a dead one's, and remove what has its name by then.
	err := disk.Remove(f.temp)
	f.f.Close()
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		err = disk.Remove(f.temp) // a system that keeps open files
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("cannot remove %s: %w", f.temp, cause(err))
	}
	return nil
}

// Write makes one whole file from one process: write fills it, and an error leaves nothing behind.
func Write(path, token string, write func(io.Writer) error) error {
	f, err := Create(path, token)
	if err != nil {
		return err
	}
	if err := write(f); err != nil {
		return errors.Join(err, f.Abort())
	}
	return f.Commit()
}

// target follows symbolic links and refuses what a rename cannot replace.
func target(path string) (string, error) {
	if path == "" || strings.HasSuffix(path, string(filepath.Separator)) {
		return "", fmt.Errorf("cannot create %q: it names no file", path)
	}
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		if there, err := os.Readlink(path); err == nil {
			return "", fmt.Errorf("cannot create %s: it is a symbolic link to %s, which does not exist: remove the link or name that file", path, there)
		}
		return path, nil
	case err != nil:
		return "", fmt.Errorf("cannot create %s: %w", path, cause(err))
	case info.IsDir():
		return "", fmt.Errorf("cannot create %s: it is a directory: name a file in it", path)
	case !info.Mode().IsRegular():
		return "", fmt.Errorf("cannot create %s: it is not a regular file", path)
	}
	goal, err := filepath.EvalSymlinks(path)
	if err != nil {
		return "", fmt.Errorf("cannot create %s: %w", path, cause(err))
	}
	return goal, nil
}

func (f *File) explain(verb string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("cannot %s %s: %w", verb, f.path, cause(err))
}

// cause strips the temporary name, which means nothing to the user, from an error of package os.
func cause(err error) error {
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Err
	}
	var l *os.LinkError
	if errors.As(err, &l) {
		return l.Err
	}
	return err
}
