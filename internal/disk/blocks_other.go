//go:build !linux

package disk

import (
	"errors"
	"os"
)

const unnamed = 0

// Direct has OpenFile write past the system's cache, on other systems.
const Direct = 0

func setDirect(*os.File, bool) bool { return false }
func reserve(*os.File, int64) error { return nil }
func link(*os.File, string) error   { return errors.ErrUnsupported }
func writeBack(*os.File)            {}
func mounted(string) bool           { return false }

// Local tells whether a folder is known to lie on this machine alone, so that a lock on a file in it is one against everybody.
func Local(string) bool { return false }
