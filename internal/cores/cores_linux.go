package cores

import (
	"math/bits"
	"os"
	"runtime"
	"unsafe"

	"golang.org/x/sys/unix"
)

func system() tree { return tree{os.DirFS("/")} }

func nodeMemory() (Limit, bool) { return system().nodeMemory() }

func totalMemory() (uint64, bool) { return system().totalMemory() }

// allowed asks for the mask of the main thread, doubling the room until the kernel's mask fits.
func allowed() []int {
	const most = 1 << 16 // cores; the kernel is built for 8192 at most today
	for words := 16; words*64 <= most; words *= 2 {
		mask := make([]uint64, words)
		n, _, errno := unix.RawSyscall(unix.SYS_SCHED_GETAFFINITY, uintptr(os.Getpid()),
			uintptr(8*words), uintptr(unsafe.Pointer(&mask[0])))
		if errno == unix.EINVAL {
			continue
		}
		if cores := members(mask[:min(words, int(n)/8)]); errno == 0 && len(cores) > 0 {
			return cores
		}
		break
	}
	return firstCores(runtime.NumCPU())
}

// members returns the numbers of the bits that are set, ascending. The kernel's words are longs.
func members(mask []uint64) []int {
	var cores []int
	for i, word := range mask {
		for ; word != 0; word &= word - 1 {
			cores = append(cores, 64*i+bits.TrailingZeros64(word))
		}
	}
	return cores
}
