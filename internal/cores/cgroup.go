package cores

import (
	"bufio"
	"bytes"
	"io"
	"path"
	"slices"
	"strconv"
	"strings"
)

// group is one control group: a directory and the version of its interface.
type group struct {
	dir  string // without the leading slash
	path string // below the mount's root
	v2   bool
}

func (g group) name() string { return "control group " + g.path }

// groups returns the control groups around this process that a controller ("cpu", "memory") could limit, from the innermost
// to the outermost that is visible. A controller is in version 1 or in version 2, never in both.
func (t tree) groups(controller string) []group {
	name, v2, ok := t.membership(controller)
	if !ok {
		return nil
	}
	root, mount, ok := t.mount(controller, v2)
	if !ok {
		return nil
	}
	inside, ok := strings.CutPrefix(name, strings.TrimSuffix(root, "/"))
	if !ok || (inside != "" && inside[0] != '/') {
		inside = "" // the mount shows another subtree: its root is all we can see
	}
	mount = strings.TrimPrefix(path.Clean(mount), "/")
	var all []group
	for inside = path.Clean("/" + inside); ; inside = path.Dir(inside) {
		all = append(all, group{dir: path.Join(mount, inside), path: inside, v2: v2})
		if inside == "/" {
			return all
		}
	}
}

// membership reads lines as 4:memory:/job (version 1) and 0::/job (version 2) of /proc/self/cgroup.
func (t tree) membership(controller string) (name string, v2, ok bool) {
	for line := range t.lines("proc/self/cgroup") {
		f := strings.SplitN(line, ":", 3)
		if len(f) != 3 || !strings.HasPrefix(f[2], "/") {
			continue
		}
		if slices.Contains(strings.Split(f[1], ","), controller) {
			return f[2], false, true
		}
		if f[0] == "0" {
			name, v2, ok = f[2], true, true
		}
	}
	return name, v2, ok
}

// mount finds where the controller's hierarchy is mounted, and which of its directories is that mount's root, in lines as
//
//	36 35 98:0 /root /mount/point rw master:1 - cgroup cgroup rw,cpu
func (t tree) mount(controller string, v2 bool) (root, point string, ok bool) {
	for line := range t.lines("proc/self/mountinfo") {
		head, tail, found := strings.Cut(line, " - ")
		h, f := strings.Fields(head), strings.Fields(tail)
		if !found || len(h) < 5 || len(f) < 3 {
			continue
		}
		if (v2 && f[0] == "cgroup2") || (!v2 && f[0] == "cgroup" && slices.Contains(strings.Split(f[2], ","), controller)) {
			return unescape(h[3]), unescape(h[4]), true
		}
	}
	return "", "", false
}

// unescape turns \040 and the like, which mountinfo writes for blanks, back.
func unescape(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+3 < len(s) {
			if c, err := strconv.ParseUint(s[i+1:i+4], 8, 8); err == nil {
				b.WriteByte(byte(c))
				i += 3
				continue
			}
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

func (t tree) quota() (cores float64, ok bool) {
	for _, g := range t.groups("cpu") {
		var quota, period float64
		if g.v2 {
			f := strings.Fields(t.text(path.Join(g.dir, "cpu.max")) + " x x")
			quota, period = number(f[0]), number(f[1])
		} else {
			quota = number(t.text(path.Join(g.dir, "cpu.cfs_quota_us")))
			period = number(t.text(path.Join(g.dir, "cpu.cfs_period_us")))
		}
		if quota > 0 && period > 0 && (!ok || quota/period < cores) {
			cores, ok = quota/period, true
		}
	}
	return cores, ok
}

// number reads a count; "max", -1 (both: no limit), nothing and nonsense give -1.
func number(s string) float64 {
	v, err := strconv.ParseUint(s, 10, 64)
	if err != nil {
		return -1
	}
	return float64(v)
}

func (t tree) text(name string) string {
	b, err := t.read(name)
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(b))
}

// read reads a file in large pieces: those of /proc/sys say that they have 0 bytes, and give no second piece.
func (t tree) read(name string) ([]byte, error) {
	f, err := t.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(f)
}

func (t tree) lines(name string) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		b, err := t.read(name)
		if err != nil {
			return
		}
		for s := bufio.NewScanner(bytes.NewReader(b)); s.Scan(); {
			if !yield(s.Text()) {
				return
			}
		}
	}
}
