package cores

import (
	"math"
	"path"
	"strconv"
	"strings"
)

// A Limit is how much of something is left, and what sets the bound.
type Limit struct {
	Left uint64 // bytes of memory, or a number of threads
	By   string // "" is the machine itself; else such as "control group /job" or "ulimit -v"
}

// least is the smaller of two limits, of which only those that are ok are known.
func least(a Limit, aOK bool, b Limit, bOK bool) (Limit, bool) {
	if bOK && (!aOK || b.Left < a.Left) {
		return b, true
	}
	return a, aOK
}

// nodeMemory returns the smaller of what the machine has available and what each control group leaves.
func (t tree) nodeMemory() (l Limit, ok bool) {
	if kib, found := t.field("proc/meminfo", "MemAvailable:"); found {
		l, ok = Limit{Left: kib * 1024}, true
	}
	for _, g := range t.groups("memory") {
		left, found := t.unused(g)
		l, ok = least(l, ok, Limit{left, g.name()}, found)
	}
	return l, ok
}

// totalMemory returns the size of the machine's memory.
func (t tree) totalMemory() (uint64, bool) {
	kib, ok := t.field("proc/meminfo", "MemTotal:")
	return kib * 1024, ok
}

// processMemory returns what the limits of the process alone leave: of its address space, of its writable memory, and of
// what the Go runtime was told to keep to, 0 for nothing. The process may come to have so many threads, each with a stack
// and what the C library sets aside for it.
func (t tree) processMemory(goLimit, threads, stack, heap uint64) (l Limit, ok bool) {
	const status = "proc/self/status"
	started, _ := t.field(status, "Threads:")
	threads -= min(threads, started)
	for _, bound := range []struct {
		limit, used, name string
		thread            uint64
	}{
		{"Max address space", "VmSize:", "ulimit -v", stack + heap},
		{"Max data size", "VmData:", "ulimit -d", stack},
	} {
		limit, limited := t.rlimit(bound.limit)
		kib, known := t.field(status, bound.used)
		// The runtime takes address space in steps of 64 MiB, and pages of tables for it.
		const steps = 80 << 20
		left := limit - min(limit, kib*1024+steps+threads*bound.thread)
		l, ok = least(l, ok, Limit{left, bound.name}, limited && known)
	}
	kib, known := t.field(status, "VmRSS:")
	return least(l, ok, Limit{goLimit - min(goLimit, kib*1024), "GOMEMLIMIT"}, known && goLimit > 0)
}

// rlimit returns a soft limit from lines as
//
//	Max address space         unlimited            unlimited            bytes
func (t tree) rlimit(name string) (uint64, bool) {
	for line := range t.lines("proc/self/limits") {
		if rest, found := strings.CutPrefix(line, name+" "); found {
			if f := strings.Fields(rest); len(f) > 0 {
				v, err := strconv.ParseUint(f[0], 10, 64)
				return v, err == nil
			}
		}
	}
	return 0, false
}

// parseBytes reads GOMEMLIMIT, such as 300MiB, as the runtime does; 0 is no limit.
func parseBytes(text string) uint64 {
	shift := 0
	for i, unit := range []string{"TiB", "GiB", "MiB", "KiB", "B"} {
		if number, found := strings.CutSuffix(text, unit); found {
			text, shift = number, 40-10*i
			break
		}
	}
	v, err := strconv.ParseUint(text, 10, 63)
	if err != nil || v > math.MaxInt64>>shift {
		return 0
	}
	return v << shift
}

// unused returns what a control group has left: its limit without what is in use, where the page cache that nobody used
// lately does not count, because the kernel drops it first.
func (t tree) unused(g group) (uint64, bool) {
	limits, usage, idle := []string{"memory.limit_in_bytes"}, "memory.usage_in_bytes", "total_inactive_file"
	if g.v2 {
		limits, usage, idle = []string{"memory.max", "memory.high"}, "memory.current", "inactive_file"
	}
	limit, ok := uint64(0), false
	for _, name := range limits {
		if v, err := strconv.ParseUint(t.text(path.Join(g.dir, name)), 10, 64); err == nil && (!ok || v < limit) {
			limit, ok = v, true
		}
	}
	used, err := strconv.ParseUint(t.text(path.Join(g.dir, usage)), 10, 64)
	if !ok || err != nil {
		return 0, false
	}
	cache, _ := t.field(path.Join(g.dir, "memory.stat"), idle)
	used -= min(used, cache)
	return limit - min(limit, used), true
}

// field returns the number behind a name at the beginning of a line.
func (t tree) field(file, name string) (uint64, bool) {
	for line := range t.lines(file) {
		f := strings.Fields(line)
		if len(f) >= 2 && f[0] == name {
			v, err := strconv.ParseUint(f[1], 10, 64)
			return v, err == nil
		}
	}
	return 0, false
}
