//go:build linux || darwin

package disk

import (
	"errors"
	"io/fs"
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// NoFollow has OpenFile refuse a symbolic link, and not wait for who reads a pipe.
const NoFollow = unix.O_NOFOLLOW | unix.O_NONBLOCK

const (
	errInvalid = syscall.EINVAL
	errIsDir   = syscall.EISDIR
	errNotDir  = syscall.ENOTDIR
)

func syncDir(name string) error {
	f, err := os.Open(name)
	if errors.Is(err, fs.ErrPermission) {
		return nil // a folder that can be written, but not read
	}
	if err != nil {
		return err
	}
	err = f.Sync()
	if errors.Is(err, errInvalid) || errors.Is(err, errors.ErrUnsupported) || errors.Is(err, unix.EBADF) {
		err = nil // a file system that has no fsync of folders
	}
	return errors.Join(err, f.Close())
}

// replaceable asks to remove a folder of that name. There is a file, so that it is refused in any case: with ENOTDIR if not for
// a reason that removing or replacing the file would have too.
func replaceable(name string) error {
	if mounted(name) {
		return unix.EBUSY
	}
	switch err := unix.Rmdir(name); err {
	case unix.EPERM, unix.EACCES, unix.EROFS:
		return err
	}
	return nil
}

func lock(f *os.File) error {
	err := unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB)
	if err == unix.EWOULDBLOCK {
		return ErrLocked
	}
	return err
}
