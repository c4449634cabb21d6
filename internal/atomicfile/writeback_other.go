//go:build !linux

package atomicfile

import "os"

// writeBack is for systems that can be told to begin with what fsync will ask for.
func writeBack(*os.File, int64, int) {}
