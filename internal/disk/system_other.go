//go:build !linux && !darwin

package disk

import (
	"errors"
	"os"
)

// NoFollow has OpenFile refuse a symbolic link, on other systems.
const NoFollow = 0

var (
	errInvalid = errors.New("invalid argument")
	errIsDir   = errors.New("is a directory")
	errNotDir  = errors.New("not a directory")
)

func syncDir(string) error     { return nil }
func replaceable(string) error { return nil }
func lock(*os.File) error      { return errors.ErrUnsupported }
