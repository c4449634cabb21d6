//go:build unix

package bootcache

import (
	"fmt"
	"io/fs"
	"os"
	"syscall"
)

// own tells whether a file is the user's, and nobody else may write it.
func own(info fs.FileInfo) bool {
	s, ok := info.Sys().(*syscall.Stat_t)
	return ok && int(s.Uid) == os.Geteuid() && info.Mode().Perm()&0o022 == 0
}

// openOwn opens a regular file that is the user's alone, and no link to one. What it
// checks is what it has open, whatever becomes of the name; a pipe does not hold it up.
func openOwn(path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NOFOLLOW|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err == nil && !(info.Mode().IsRegular() && own(info)) {
		err = fmt.Errorf("bootcache: %s is not a file that the user alone may write", path)
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}
