// Package cores says what of this machine the process may use: which cores, how much processor time and how much memory.
//
// The scheduler's affinity mask (set by mpirun's and srun's binding, taskset, cpusets) names the cores. A control group (a
// container, a batch job) may on top of it limit processor time, as a number of cores that may be fractional, and memory.
//
// Sources: sched_setaffinity(2), cgroups(7), proc_pid_mountinfo(5), proc_meminfo(5), the kernel's cgroup-v2.rst and
// cgroup-v1/memory.rst. Go's own default for GOMAXPROCS, in runtime/cgroup_linux.go, follows the same files; it differs in
// that it reads the innermost control group only, rounds the quota up and never goes below 2, which suits servers that
// mostly wait. Threads that compute in step are all held up when the quota stops one of them, so here quotas round down.
package cores

import (
	"io/fs"
	"math"
	"os"
	"runtime"
	"sync"
)

// Allowed returns the numbers of the cores that the process may run on, ascending; at least one.
func Allowed() []int { return allowed() }

// Processor returns the processor's name, or its architecture where the system tells none.
func Processor() string { return processor() }

var processor = sync.OnceValue(processorName)

// Quota returns the limit that the control groups around the process put on its processor time, in cores: 2.5 is two and a
// half cores' worth. All processes of a group share it. ok is false where there is no limit.
func Quota() (quota float64, ok bool) { return system().quota() }

// Usable returns the number of threads that the process can keep busy at once: a core
// for each, and no more than the quota pays for; at least one.
func Usable() int { return usable(allowed(), system()) }

func usable(allowed []int, t tree) int {
	n := len(allowed)
	if quota, limited := t.quota(); limited {
		n = min(n, int(quota))
	}
	return max(n, 1)
}

// NodeMemory returns the bytes that the processes of this node can still allocate without swapping: what the machine has
// available or what the control groups leave, whichever is less. Unused page cache counts as available, swap does not.
// Where only the size of the memory is known (darwin), that is returned. ok is false where nothing is known.
func NodeMemory() (l Limit, ok bool) { return nodeMemory() }

// ProcessMemory returns the bytes that the limits of this process leave it: ulimit -v, ulimit -d and GOMEMLIMIT. ok is
// false where there is none.
func ProcessMemory() (l Limit, ok bool) {
	stack, heap := threadSpace()
	return system().processMemory(parseBytes(os.Getenv("GOMEMLIMIT")), RuntimeThreads(), stack, heap)
}

// RuntimeThreads returns how many threads the Go runtime starts for a program that waits for few files at once: one to
// compute for each core that it uses, and some of its own.
func RuntimeThreads() uint64 { return uint64(runtime.GOMAXPROCS(0)) + 6 }

// AvailableMemory returns the bytes that this process can still allocate: the smaller of NodeMemory and ProcessMemory.
func AvailableMemory() (bytes uint64, ok bool) {
	l, known := NodeMemory()
	own, limited := ProcessMemory()
	l, ok = least(l, known, own, limited)
	return l.Left, ok
}

// TotalMemory returns the size of the machine's memory in bytes. ok is false where it is not known.
func TotalMemory() (bytes uint64, ok bool) { return totalMemory() }

// NodeThreads returns how many threads the processes of this node can still start: what the control groups, the kernel and
// ulimit -u leave. ok is false where nothing is known.
func NodeThreads() (l Limit, ok bool) { return system().threads(os.Getuid()) }

// MaxResident returns the most memory that this process has had so far, in bytes. ok is false where the system does not
// tell it: on Linux alone.
func MaxResident() (bytes uint64, ok bool) {
	kib, ok := system().field("proc/self/status", "VmHWM:")
	return kib * 1024, ok
}

// OwnThreads returns the number of threads that this process has; 0 is not known.
func OwnThreads() uint64 {
	n, _ := system().field("proc/self/status", "Threads:")
	return n
}

// Shares returns the number of threads for each of a node's ranks, of which rank r may run on the cores masks[r]. A core
// that several ranks may use counts for each by its part, 1/2 or 1/3 and so on; a quota > 0 limits the node's ranks
// together, each by its part of all cores. The result is rounded down, because ranks in step wait for the slowest, but at
// least 1. It costs two passes over the masks.
//
//	masks {0 1 2 3} {0 1 2 3}      2 each
//	masks {0 1 2} {3}              3 and 1
//	masks {0 1 2 3}, quota 2.5     2
func Shares(masks [][]int, quota float64) []int {
	ranks := map[int]int{} // core -> ranks that may run on it
	for _, mask := range masks {
		for _, core := range mask {
			ranks[core]++
		}
	}
	shares := make([]int, len(masks))
	for r, mask := range masks {
		share := 0.0
		for _, core := range mask {
			share += 1 / float64(ranks[core])
		}
		if all := float64(len(ranks)); quota > 0 && quota < all {
			share *= quota / all
		}
		const rounding = 1e-9 // three thirds are one
		shares[r] = max(1, int(math.Floor(share+rounding)))
	}
	return shares
}

// tree is the part of the file system that the kernel answers from; its root is "/".
type tree struct{ fs.FS }
