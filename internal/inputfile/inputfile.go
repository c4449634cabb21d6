// Package inputfile opens files that are read, whatever may lie at their path: no device
// is touched, and no pipe waited for that nobody writes to. Errors name the path.
package inputfile

import (
	"fmt"
	"io/fs"
	"os"
	"syscall"
)

// Open opens a regular file.
func Open(path string) (*os.File, error) { return open(path, 0) }

// OpenStream opens a regular file or a pipe, such as one that a shell makes of <(command).
// A pipe that nobody writes to is empty.
func OpenStream(path string) (*os.File, error) {
	f, err := open(path, fs.ModeNamedPipe)
	if err == nil {
		err = syscall.SetNonblock(int(f.Fd()), false) // to wait for what is being written
	}
	return f, err
}

func open(path string, also fs.FileMode) (*os.File, error) {
	check := func(info fs.FileInfo) error {
		if kind := info.Mode().Type(); kind != 0 && kind != also {
			return fmt.Errorf("%s: it is not a regular file", path)
		}
		return nil
	}
	// Before it is opened, for to open a device may do something, and behind it, for the path may lead
	// elsewhere by then.
	if info, err := os.Stat(path); err == nil {
		if err := check(info); err != nil {
			return nil, err
		}
	}
	f, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err == nil {
		err = check(info)
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}
