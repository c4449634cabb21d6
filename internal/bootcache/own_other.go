//go:build !unix

package bootcache

import (
	"errors"
	"io/fs"
	"os"
)

func own(fs.FileInfo) bool { return false }

func openOwn(string) (*os.File, error) { return nil, errors.ErrUnsupported }
