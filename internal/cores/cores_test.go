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
		{[][]int{upTo(6), upTo(6), upTo(6)}, 0, []int{2, 2, 2}},
		{[][]int{upTo(49), upTo(49), upTo(49), upTo(49), upTo(49), upTo(49), upTo(49)}, 0, []int{7, 7, 7, 7, 7, 7, 7}},
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
		{[][]int{upTo(8), upTo(8)}, 4, []int{2, 2}},
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
		if got := Seats(c.masks, c.threads); !slices.Equal(got, c.want) {
			t.Errorf("Seats(%v, %v) = %v, want %v", c.masks, c.threads, got, c.want)
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
		if got := usable(upTo(c.cores), limited(c.quota)); got != c.want {
			t.Errorf("%d cores with a quota of %s: %d threads, want %d", c.cores, c.quota, got, c.want)
		}
	}
}

func TestMemory(t *testing.T) {
	const meminfo = "MemTotal:       2000 kB\nMemFree: 100 kB\nMemAvailable:    1000 kB"
	for _, c := range []struct {
		name string
		tree tree
		want string
	}{
		{"nothing", machine(), "0 false"},
		{"no groups", machine("proc/meminfo", meminfo), "1024000 true"},
		{"2: group", machine("proc/meminfo", meminfo, "proc/self/cgroup", "0::/a", "proc/self/mountinfo", mount2,
			"sys/fs/cgroup/a/memory.max", "500000", "sys/fs/cgroup/a/memory.high", "max",
			"sys/fs/cgroup/a/memory.current", "300000",
			"sys/fs/cgroup/a/memory.stat", "file 7\ninactive_file 100000\nactive_file 5"), "300000 true"},
		{"2: high", machine("proc/self/cgroup", "0::/a", "proc/self/mountinfo", mount2,
			"sys/fs/cgroup/a/memory.max", "500000", "sys/fs/cgroup/a/memory.high", "450000",
			"sys/fs/cgroup/a/memory.current", "300000"), "150000 true"},
		{"2: outer group", machine("proc/meminfo", meminfo, "proc/self/cgroup", "0::/a/b", "proc/self/mountinfo", mount2,
			"sys/fs/cgroup/a/b/memory.max", "max", "sys/fs/cgroup/a/b/memory.current", "1",
			"sys/fs/cgroup/a/memory.max", "5000", "sys/fs/cgroup/a/memory.current", "6000"), "0 true"},
		{"2: larger than the machine", machine("proc/meminfo", meminfo, "proc/self/cgroup", "0::/a", "proc/self/mountinfo", mount2,
			"sys/fs/cgroup/a/memory.max", "5000000", "sys/fs/cgroup/a/memory.current", "0"), "1024000 true"},
		{"1: no limit", machine("proc/meminfo", meminfo, "proc/self/cgroup", member1, "proc/self/mountinfo", mount1,
			"cg/memory/a/b/memory.limit_in_bytes", "9223372036854771712", "cg/memory/a/b/memory.usage_in_bytes", "100"), "1024000 true"},
		{"1: limit", machine("proc/meminfo", meminfo, "proc/self/cgroup", member1, "proc/self/mountinfo", mount1,
			"cg/memory/a/b/memory.limit_in_bytes", "9000", "cg/memory/a/b/memory.usage_in_bytes", "4000",
			"cg/memory/a/b/memory.stat", "inactive_file 1\ntotal_inactive_file 3000"), "8000 true"},
	} {
		bytes, ok := c.tree.memory()
		if got := fmt.Sprint(bytes, ok); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}
