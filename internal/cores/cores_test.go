package cores

import (
	"fmt"
	"runtime"
	"slices"
	"testing"
	"testing/fstest"
)

func TestAllowed(t *testing.T) {
	cores := Allowed()
	if len(cores) != runtime.NumCPU() {
		t.Errorf("%d cores allowed, the Go runtime counts %d", len(cores), runtime.NumCPU())
	}
	if !slices.IsSorted(cores) {
		t.Errorf("cores %v are not ascending", cores)
	}
}

func TestAvailableMemory(t *testing.T) {
	bytes, ok := AvailableMemory()
	if runtime.GOOS == "linux" && !ok {
		t.Fatal("nothing known about the memory")
	}
	if ok && (bytes < 1<<20 || bytes > 1<<50) {
		t.Errorf("available memory of %d bytes", bytes)
	}
}

func TestShares(t *testing.T) {
	four := []int{0, 1, 2, 3}
	for _, c := range []struct {
		masks [][]int
		quota float64
		want  []int
	}{
		{[][]int{four}, 0, []int{4}},
		{[][]int{four, four}, 0, []int{2, 2}},
		{[][]int{four, four, four}, 0, []int{1, 1, 1}},
		{[][]int{{0, 1, 2}, {0, 1, 2}, {0, 1, 2}}, 0, []int{1, 1, 1}}, // thirds add up
		{[][]int{firstCores(6), firstCores(6), firstCores(6)}, 0, []int{2, 2, 2}},
		{[][]int{firstCores(49), firstCores(49), firstCores(49), firstCores(49), firstCores(49), firstCores(49), firstCores(49)}, 0, []int{7, 7, 7, 7, 7, 7, 7}},
		{[][]int{{0, 1, 2}, {3}}, 0, []int{3, 1}},
		{[][]int{{0, 1}, {2, 3}}, 0, []int{2, 2}},
		{[][]int{{0, 1, 2, 3}, {2, 3}}, 0, []int{3, 1}},
		{[][]int{{0}, {0}, {0}}, 0, []int{1, 1, 1}}, // more ranks than cores
		{[][]int{{}, {0}}, 0, []int{1, 1}},
		{[][]int{{64, 1000}}, 0, []int{2}},
		{[][]int{four}, 2.5, []int{2}},
		{[][]int{four}, 0.5, []int{1}},
		{[][]int{four}, 3, []int{3}},
		{[][]int{four}, 100, []int{4}},
		{[][]int{firstCores(8), firstCores(8)}, 4, []int{2, 2}},
		{[][]int{{0, 1, 2, 3, 4, 5}, {6, 7}}, 4, []int{3, 1}},
	} {
		if got := Shares(c.masks, c.quota); !slices.Equal(got, c.want) {
			t.Errorf("Shares(%v, %v) = %v, want %v", c.masks, c.quota, got, c.want)
		}
	}
}

func TestSeats(t *testing.T) {
	four := []int{0, 1, 2, 3}
	for _, c := range []struct {
		masks   [][]int
		threads []int
		want    []int
	}{
		{[][]int{four}, []int{4}, []int{4}},
		{[][]int{four}, []int{9}, []int{4}},
		{[][]int{four, four}, []int{2, 2}, []int{2, 2}},
		{[][]int{four, four, four}, []int{2, 3, 1}, []int{2, 2, 0}},
		{[][]int{{0}, {0}}, []int{1, 1}, []int{1, 0}},
		{[][]int{{0, 1}, {2}}, []int{2, 2}, []int{2, 1}},
		{nil, nil, []int{}},
	} {
		if got := Slots(c.masks, c.threads); !slices.Equal(got, c.want) {
			t.Errorf("Slots(%v, %v) = %v, want %v", c.masks, c.threads, got, c.want)
		}
	}
}

// machine makes a file tree from pairs of name and content.
func machine(pairs ...string) tree {
	m := fstest.MapFS{}
	for i := 0; i < len(pairs); i += 2 {
		m[pairs[i]] = &fstest.MapFile{Data: []byte(pairs[i+1] + "\n")}
	}
	return tree{m}
}

const (
	mount2  = "29 1 0:1 / / rw - ext4 /dev/vda rw\n30 29 0:26 / /sys/fs/cgroup rw,nosuid shared:9 - cgroup2 cgroup2 rw,nsdelegate"
	mount1  = "31 1 0:2 / /cg/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct\n32 1 0:3 / /cg/memory rw - cgroup cgroup rw,memory"
	member1 = "4:memory:/a/b\n3:cpuset:/\n2:cpu,cpuacct:/a/b\n0::/elsewhere"
)

func TestQuota(t *testing.T) {
	for _, c := range []struct {
		name string
		tree tree
		want string
	}{
		{"no /proc", machine(), "0 false"},
		{"2: own group", machine("proc/self/cgroup", "0::/a/b", "proc/self/mountinfo", mount2,
			"sys/fs/cgroup/a/b/cpu.max", "250000 100000"), "2.5 true"},
		{"2: none", machine("proc/self/cgroup", "0::/a", "proc/self/mountinfo", mount2,
			"sys/fs/cgroup/a/cpu.max", "max 100000"), "0 false"},
		{"2: the tighter outer group", machine("proc/self/cgroup", "0::/a/b", "proc/self/mountinfo", mount2,
			"sys/fs/cgroup/a/b/cpu.max", "400000 100000", "sys/fs/cgroup/a/cpu.max", "150000 100000"), "1.5 true"},
		{"2: the tighter inner group", machine("proc/self/cgroup", "0::/a/b", "proc/self/mountinfo", mount2,
			"sys/fs/cgroup/a/b/cpu.max", "50000 100000", "sys/fs/cgroup/a/cpu.max", "150000 100000"), "0.5 true"},
		{"2: a container's namespace", machine("proc/self/cgroup", "0::/", "proc/self/mountinfo", mount2,
			"sys/fs/cgroup/cpu.max", "300000 100000"), "3 true"},
		{"2: the mount shows a subtree", machine("proc/self/cgroup", "0::/docker/x/y", "proc/self/mountinfo",
			"30 29 0:26 /docker/x /sys/fs/cgroup rw - cgroup2 cgroup rw",
			"sys/fs/cgroup/y/cpu.max", "700000 100000"), "7 true"},
		{"2: the mount shows another subtree", machine("proc/self/cgroup", "0::/docker/xy", "proc/self/mountinfo",
			"30 29 0:26 /docker/x /sys/fs/cgroup rw - cgroup2 cgroup rw",
			"sys/fs/cgroup/cpu.max", "600000 100000"), "6 true"},
		{"2: nonsense", machine("proc/self/cgroup", "0::/a", "proc/self/mountinfo", mount2,
			"sys/fs/cgroup/a/cpu.max", "much"), "0 false"},
		{"2: period 0", machine("proc/self/cgroup", "0::/a", "proc/self/mountinfo", mount2,
			"sys/fs/cgroup/a/cpu.max", "100 0"), "0 false"},
		{"1: outer group", machine("proc/self/cgroup", member1, "proc/self/mountinfo", mount1,
			"cg/cpu,cpuacct/a/b/cpu.cfs_quota_us", "-1", "cg/cpu,cpuacct/a/b/cpu.cfs_period_us", "100000",
			"cg/cpu,cpuacct/a/cpu.cfs_quota_us", "50000", "cg/cpu,cpuacct/a/cpu.cfs_period_us", "25000"), "2 true"},
		{"1: none", machine("proc/self/cgroup", member1, "proc/self/mountinfo", mount1,
			"cg/cpu,cpuacct/a/b/cpu.cfs_quota_us", "-1", "cg/cpu,cpuacct/a/b/cpu.cfs_period_us", "100000"), "0 false"},
		{"a blank in the mount point", machine("proc/self/cgroup", "0::/", "proc/self/mountinfo",
			`30 29 0:26 / /my\040groups rw - cgroup2 cgroup rw`, "my groups/cpu.max", "100000 100000"), "1 true"},
		{"broken lines", machine("proc/self/cgroup", "x\n0::nowhere\n\n", "proc/self/mountinfo", "- - -\n"), "0 false"},
	} {
		quota, ok := c.tree.quota()
		if got := fmt.Sprint(quota, ok); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

func TestUsable(t *testing.T) {
	limited := func(quota string) tree {
		return machine("proc/self/cgroup", "0::/", "proc/self/mountinfo", mount2, "sys/fs/cgroup/cpu.max", quota)
	}
	for _, c := range []struct {
		cores int
		quota string
		want  int
	}{{4, "max 100000", 4}, {4, "250000 100000", 2}, {4, "50000 100000", 1}, {4, "900000 100000", 4}} {
		if got := usable(firstCores(c.cores), limited(c.quota)); got != c.want {
			t.Errorf("%d cores with a quota of %s: %d threads, want %d", c.cores, c.quota, got, c.want)
		}
	}
}

func TestNodeMemory(t *testing.T) {
	const meminfo = "MemTotal:       2000 kB\nMemFree: 100 kB\nMemAvailable:    1000 kB"
	for _, c := range []struct {
		name string
		tree tree
		want string
	}{
		{"nothing", machine(), "{0 } false"},
		{"no groups", machine("proc/meminfo", meminfo), "{1024000 } true"},
		{"2: group", machine("proc/meminfo", meminfo, "proc/self/cgroup", "0::/a", "proc/self/mountinfo", mount2,
			"sys/fs/cgroup/a/memory.max", "500000", "sys/fs/cgroup/a/memory.high", "max",
			"sys/fs/cgroup/a/memory.current", "300000",
			"sys/fs/cgroup/a/memory.stat", "file 7\ninactive_file 100000\nactive_file 5"), "{300000 control group /a} true"},
		{"2: high", machine("proc/self/cgroup", "0::/a", "proc/self/mountinfo", mount2,
			"sys/fs/cgroup/a/memory.max", "500000", "sys/fs/cgroup/a/memory.high", "450000",
			"sys/fs/cgroup/a/memory.current", "300000"), "{150000 control group /a} true"},
		{"2: outer group", machine("proc/meminfo", meminfo, "proc/self/cgroup", "0::/a/b", "proc/self/mountinfo", mount2,
			"sys/fs/cgroup/a/b/memory.max", "max", "sys/fs/cgroup/a/b/memory.current", "1",
			"sys/fs/cgroup/a/memory.max", "5000", "sys/fs/cgroup/a/memory.current", "6000"), "{0 control group /a} true"},
		{"2: larger than the machine", machine("proc/meminfo", meminfo, "proc/self/cgroup", "0::/a", "proc/self/mountinfo", mount2,
			"sys/fs/cgroup/a/memory.max", "5000000", "sys/fs/cgroup/a/memory.current", "0"), "{1024000 } true"},
		{"1: no limit", machine("proc/meminfo", meminfo, "proc/self/cgroup", member1, "proc/self/mountinfo", mount1,
			"cg/memory/a/b/memory.limit_in_bytes", "9223372036854771712", "cg/memory/a/b/memory.usage_in_bytes", "100"), "{1024000 } true"},
		{"1: limit", machine("proc/meminfo", meminfo, "proc/self/cgroup", member1, "proc/self/mountinfo", mount1,
			"cg/memory/a/b/memory.limit_in_bytes", "9000", "cg/memory/a/b/memory.usage_in_bytes", "4000",
			"cg/memory/a/b/memory.stat", "inactive_file 1\ntotal_inactive_file 3000"), "{8000 control group /a/b} true"},
	} {
		limit, ok := c.tree.nodeMemory()
		if got := fmt.Sprint(limit, ok); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

func TestProcessMemory(t *testing.T) {
	const (
		limits = "Limit                     Soft Limit           Hard Limit           Units     \n" +
			"Max address space         1000000000           unlimited            bytes     "
		data   = "Max data size             400000000            500000000            bytes"
		few    = "Name:\thybrid\nVmSize:\t  200000 kB\nVmRSS:\t   10000 kB\nVmData:\t  100000 kB\nThreads:\t3"
		status = few + "0"
		steps  = 80 << 20
	)
	for _, c := range []struct {
		name    string
		tree    tree
		goLimit uint64
		want    Limit
	}{
		{"nothing", machine(), 0, Limit{}},
		{"nothing known of the process", machine("proc/self/limits", limits), 1000, Limit{}},
		{"no limit", machine("proc/self/limits", "Max data size unlimited unlimited bytes", "proc/self/status", status), 0, Limit{}},
		{"address space", machine("proc/self/limits", limits, "proc/self/status", status), 0, Limit{1e9 - 200000*1024 - steps, "ulimit -v"}},
		{"data", machine("proc/self/limits", data, "proc/self/status", status), 0, Limit{4e8 - 100000*1024 - steps, "ulimit -d"}},
		{"the smaller", machine("proc/self/limits", limits+"\n"+data, "proc/self/status", status), 0, Limit{4e8 - 100000*1024 - steps, "ulimit -d"}},
		{"address space with threads", machine("proc/self/limits", limits, "proc/self/status", few), 0,
			Limit{1e9 - 200000*1024 - steps - 2*(1+2)<<20, "ulimit -v"}},
		{"data with threads", machine("proc/self/limits", data, "proc/self/status", few), 0,
			Limit{4e8 - 100000*1024 - steps - 2*1<<20, "ulimit -d"}},
		{"Go", machine("proc/self/limits", limits, "proc/self/status", status), 20 << 20, Limit{20<<20 - 10000*1024, "GOMEMLIMIT"}},
		{"Go, used up", machine("proc/self/status", status), 1 << 20, Limit{0, "GOMEMLIMIT"}},
	} {
		if got, ok := c.tree.processMemory(c.goLimit, 5, 1<<20, 2<<20); got != c.want || ok != (c.want != Limit{}) {
			t.Errorf("%s: %v %v, want %v", c.name, got, ok, c.want)
		}
	}
}

func TestParseBytes(t *testing.T) {
	for text, want := range map[string]uint64{"": 0, "off": 0, "1000": 1000, "7B": 7, "300MiB": 300 << 20, "2GiB": 2 << 30, "1TiB": 1 << 40,
		"3KiB": 3072, "MiB": 0, "-1": 0, "99999999999TiB": 0, "300MB": 0} {
		if got := parseBytes(text); got != want {
			t.Errorf("%q: %d, want %d", text, got, want)
		}
	}
}

func TestNodeThreads(t *testing.T) {
	const (
		member = "8:pids:/a/b"
		mount  = "31 1 0:2 / /cg/pids rw - cgroup cgroup rw,pids"
		limits = "Max processes             100                  200                  processes"
	)
	user := func(pid, uid, threads string) []string {
		return []string{"proc/" + pid + "/status", "Name:\tx\nUid:\t" + uid + "\t0\t0\t0\nThreads:\t" + threads}
	}
	all := append(append(user("1", "0", "50"), user("20", "1000", "7")...), user("300", "1000", "5")...)
	for _, c := range []struct {
		name string
		tree tree
		uid  int
		want Limit
	}{
		{"nothing", machine(), 0, Limit{}},
		{"group", machine("proc/self/cgroup", member, "proc/self/mountinfo", mount,
			"cg/pids/a/b/pids.max", "max", "cg/pids/a/b/pids.current", "3", "cg/pids/a/pids.max", "40", "cg/pids/a/pids.current", "33"), 0,
			Limit{7, "control group /a"}},
		{"user", machine(append(all, "proc/self/limits", limits)...), 1000, Limit{88, "ulimit -u"}},
		{"root", machine(append(all, "proc/self/limits", limits)...), 0, Limit{}},
		{"kernel", machine("proc/sys/kernel/threads-max", "500", "proc/loadavg", "0.20 0.18 0.12 1/200 4711"), 0, Limit{300, "kernel.threads-max"}},
	} {
		if got, ok := c.tree.threads(c.uid); got != c.want || ok != (c.want != Limit{}) {
			t.Errorf("%s: %v %v, want %v", c.name, got, ok, c.want)
		}
	}
}
