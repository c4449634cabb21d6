//go:build linux || darwin

package series

import (
	"errors"
	"os"
	"syscall"
)

// lock takes the lock of a file, which ends with the process at the latest. A file system that has no locks gives another
// error than errLocked: there the folder is shared unguarded.
func lock(f *os.File) error {
	err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return errLocked
	}
	return err
}
