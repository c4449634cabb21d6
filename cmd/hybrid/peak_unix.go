//go:build unix

package main

import (
	"runtime"

	"golang.org/x/sys/unix"
)

// peakBytes is the most memory that this process has had so far.
func peakBytes() int {
	var u unix.Rusage
	if err := unix.Getrusage(unix.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	if runtime.GOOS == "darwin" {
		return int(u.Maxrss)
	}
	return int(u.Maxrss) * 1024 // others count KiB
}
