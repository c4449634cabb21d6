// Package atomicfile makes a file appear under its name only when it is complete.
//
// The bytes go to a hidden file in the same directory, and Commit renames it over the target: a reader sees the old file
// or the whole new one, never a part. Several ranks may write one file: one Creates it, the others Open it under the same
// token (after Create returned), all write and Close, and then the one that created it Commits.
//
//	dir/.field.npy.1f03a97c.tmp   --Commit-->   dir/field.npy
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
	"syscall"
)

// maxName is the longest file name that file systems commonly take, in bytes.
const maxName = 255

// NewToken returns 8 random hexadecimal digits: draw one per job, and give it to every rank.
func NewToken() string {
	var b [4]byte
	rand.Read(b[:])
	return hex.EncodeToString(b[:])
}

// TempName returns the hidden name beside path under which the file is written. It depends on path and token only, so
// all ranks find the same one; whoever catches a signal removes it.
func TempName(path, token string) string {
	dir, base := filepath.Split(path)
	name := "." + base + "." + token + ".tmp"
	if len(name) > maxName {
		h := fnv.New64a()
		io.WriteString(h, base)
		name = fmt.Sprintf(".%016x.%s.tmp", h.Sum64(), token)
	}
	return dir + name
}

// File is a file being written under its temporary name.
type File struct {
	path string // the name the caller gave
	goal string // path with symbolic links followed: what Commit replaces
	temp string
	f    *os.File
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

// Create starts the file. The directory must exist; path must name a regular file, or nothing yet. Where path is a symbolic
// link, the file that it points to is replaced and the link stays.
func Create(path, token string) (*File, error) {
	goal, err := target(path)
	if err != nil {
		return nil, err
	}
	temp := TempName(goal, token)
	f, err := os.OpenFile(temp, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o666)
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
	return &File{path: path, goal: goal, temp: temp, f: f}, nil
}

func isDir(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

// Open opens, for writing, the file that another rank has Created with the same token.
func Open(path, token string) (*File, error) {
	goal, err := target(path)
	if err != nil {
		return nil, err
	}
	temp := TempName(goal, token)
	f, err := os.OpenFile(temp, os.O_RDWR, 0)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("cannot write %s: the file %s that another rank created is not seen here: "+
			"write to a directory that all nodes share", path, temp)
	}
	if err != nil {
		return nil, fmt.Errorf("cannot write %s: %w (it is written as %s first)", path, cause(err), temp)
	}
	return &File{path: path, goal: goal, temp: temp, f: f}, nil
}

// Name returns the temporary name.
func (f *File) Name() string { return f.temp }

// Write appends p at the file's position.
func (f *File) Write(p []byte) (int, error) {
	n, err := f.f.Write(p)
	return n, f.explain("write", err)
}

// WriteAt writes p at byte offset off; disjoint parts may be written at once, by any rank. What is large goes on to the
// disk while more comes, for Commit to wait for less.
func (f *File) WriteAt(p []byte, off int64) (int, error) {
	n, err := f.f.WriteAt(p, off)
	if n >= large {
		writeBack(f.f, off, n)
	}
	return n, f.explain("write", err)
}

// large is a write that is worth a system call more.
const large = 64 << 10

// Truncate sets the file's size in bytes.
func (f *File) Truncate(size int64) error {
	return f.explain("size", f.f.Truncate(size))
}

// Close ends this rank's writing; a second Close does nothing. The file stays under its temporary name.
func (f *File) Close() error {
	err := f.f.Close()
	if errors.Is(err, os.ErrClosed) {
		return nil
	}
	return f.explain("write", err)
}

// Commit puts the bytes on disk, closes the file and gives it its name. Every other rank must have Closed it. When Commit
// fails the temporary file is removed and what stood under the name before is untouched. Cost: one fsync.
func (f *File) Commit() error {
	err := f.f.Sync()
	if errors.Is(err, syscall.EINVAL) || errors.Is(err, errors.ErrUnsupported) {
		err = nil // a file system without fsync
	}
	err = errors.Join(err, f.f.Close())
	if err == nil {
		err = os.Rename(f.temp, f.goal)
	}
	if err != nil {
		os.Remove(f.temp)
		return f.explain("write", err)
	}
	return nil
}

// Abort closes the file and removes it; the name keeps what it had. After Commit it does nothing.
func (f *File) Abort() error {
	f.f.Close()
	if err := os.Remove(f.temp); err != nil && !errors.Is(err, fs.ErrNotExist) {
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
