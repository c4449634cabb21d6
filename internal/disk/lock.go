package disk

import (
	"errors"
	"io/fs"
	"os"
)

// ErrLocked is Lock's where somebody else has the lock.
var ErrLocked = errors.New("locked by another process")

// Lock takes the lock of the file that f has open, for f: it ends when f is closed, however the process ends. It fails at once
// with ErrLocked where somebody else has it, with fs.ErrNotExist where f's file does not have f's name any more, and otherwise
// where the file system has no locks.
func Lock(f File) error {
	if err := lock(f.OS()); err != nil {
		return pathError("lock", f.Name(), err)
	}
	own, err := f.OS().Stat()
	if err != nil {
		return err
	}
	if there, err := os.Lstat(f.Name()); err != nil || !os.SameFile(own, there) {
		return &fs.PathError{Op: "lock", Path: f.Name(), Err: fs.ErrNotExist}
	}
	return nil
}
