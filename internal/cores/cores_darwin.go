package cores

import (
	"os"
	"runtime"

	"golang.org/x/sys/unix"
)

// system is a tree without control groups: darwin has no /proc.
func system() tree { return tree{os.DirFS("/")} }

func allowed() []int { return firstCores(runtime.NumCPU()) }

func nodeMemory() (Limit, bool) {
	bytes, ok := totalMemory()
	return Limit{Left: bytes}, ok
}

func totalMemory() (uint64, bool) {
	bytes, err := unix.SysctlUint64("hw.memsize")
	return bytes, err == nil
}
