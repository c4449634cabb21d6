package atomicfile

import (
	"os"

	"golang.org/x/sys/unix"
)

// writeBack has the system begin to put bytes on disk, and does not wait. It is a hint: what
// goes wrong with them is fsync's to say.
func writeBack(f *os.File, off int64, n int) {
	if c, err := f.SyscallConn(); err == nil {
		_ = c.Control(func(fd uintptr) { _ = unix.SyncFileRange(int(fd), off, int64(n), unix.SYNC_FILE_RANGE_WRITE) })
	}
}
