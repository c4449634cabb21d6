package cores

import (
	"path"
	"strconv"
	"strings"
)

// memory returns the smaller of what the machine has available and what each control group leaves.
func (t tree) memory() (bytes uint64, ok bool) {
	if kib, found := t.field("proc/meminfo", "MemAvailable:"); found {
		bytes, ok = kib*1024, true
	}
	for _, g := range t.groups("memory") {
		if left, found := t.left(g); found && (!ok || left < bytes) {
			bytes, ok = left, true
		}
	}
	return bytes, ok
}

// left returns what a control group has left: its limit without what is in use, where the page cache that nobody used
// lately does not count, because the kernel drops it first.
func (t tree) left(g group) (uint64, bool) {
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
