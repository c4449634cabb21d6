package cores

import (
	"io/fs"
	"path"
	"strconv"
	"strings"
)

// threads returns how many more threads may start. For user 0 ulimit -u is no limit.
func (t tree) threads(uid int) (l Limit, ok bool) {
	for _, g := range t.groups("pids") {
		limit, limited := t.count(path.Join(g.dir, "pids.max"))
		used, known := t.count(path.Join(g.dir, "pids.current"))
		l, ok = least(l, ok, Limit{limit - min(limit, used), g.name()}, limited && known)
	}
	used, known := t.running()
	if most, limited := t.rlimit("Max processes"); limited && uid != 0 {
		const many = 10000 // more than any run starts: who has how many need not be known
		own := used
		if !known || most < used+many {
			own = t.threadsOf(uid)
		}
		l, ok = least(l, ok, Limit{most - min(most, own), "ulimit -u"}, true)
	}
	most, limited := t.count("proc/sys/kernel/threads-max")
	return least(l, ok, Limit{most - min(most, used), "kernel.threads-max"}, limited && known)
}

func (t tree) count(file string) (uint64, bool) {
	v, err := strconv.ParseUint(t.text(file), 10, 64)
	return v, err == nil
}

// running returns the number of threads on the machine, the 200 in
//
//	0.20 0.18 0.12 1/200 4711
func (t tree) running() (uint64, bool) {
	f := strings.Fields(t.text("proc/loadavg"))
	if len(f) < 4 {
		return 0, false
	}
	_, all, _ := strings.Cut(f[3], "/")
	v, err := strconv.ParseUint(all, 10, 64)
	return v, err == nil
}

// threadsOf counts the threads of a user. It reads two lines for each process of the machine.
func (t tree) threadsOf(uid int) (sum uint64) {
	all, _ := fs.Glob(t, "proc/[0-9]*/status")
	for _, file := range all {
		if owner, ok := t.field(file, "Uid:"); ok && owner == uint64(uid) {
			n, _ := t.field(file, "Threads:")
			sum += n
		}
	}
	return sum
}
