//go:build unix

package cli

import (
	"runtime"

	"golang.org/x/sys/unix"

	"hybrid/internal/cores"
)

// PeakBytes is the most memory that this process has had so far.
func PeakBytes() int {
	// What the system counts as used by a process begins on Linux with the peak of the
	// one that has started it.
	if peak, ok := cores.MaxResident(); ok {
		return int(peak)
	}
	var u unix.Rusage
	if err := unix.Getrusage(unix.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	if runtime.GOOS == "darwin" {
		return int(u.Maxrss)
	}
	return int(u.Maxrss) * 1024 // others count KiB
}
