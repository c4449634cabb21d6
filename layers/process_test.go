//go:build layers

package layers

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// processes returns the live processes whose command line names program:
// ranks are those whose own program it is, the others launched them. It reads
// /proc and skips the test on systems that have none.
func processes(t *testing.T, program string) (ranks, others []int) {
	t.Helper()
	if _, err := os.Stat("/proc/self/stat"); err != nil {
		t.Skip("this test finds processes in /proc, which is not here")
	}
	dirs, err := filepath.Glob("/proc/[0-9]*")
	if err != nil {
		t.Fatal(err)
	}
	for _, dir := range dirs {
		pid, _ := strconv.Atoi(filepath.Base(dir))
		line, err := os.ReadFile(filepath.Join(dir, "cmdline"))
		if err != nil || pid == os.Getpid() || zombie(dir) {
			continue
		}
		args := strings.Split(string(bytes.TrimRight(line, "\x00")), "\x00")
		switch {
		case args[0] == program:
			ranks = append(ranks, pid)
		case slices.Contains(args, program):
			others = append(others, pid)
		}
	}
	return ranks, others
}

// zombie reports whether the process has ended and waits to be reaped.
func zombie(dir string) bool {
	stat, err := os.ReadFile(filepath.Join(dir, "stat"))
	if err != nil {
		return true
	}
	_, rest, ok := bytes.Cut(stat, []byte(") "))
	return ok && len(rest) > 0 && rest[0] == 'Z'
}

// ownCopy copies program to a name of this test's own, so that its
// processes are told from everybody else's, and kills what is left of them
// when the test ends.
func ownCopy(t *testing.T, program string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), filepath.Base(program))
	data, err := os.ReadFile(program)
	if err == nil {
		err = os.WriteFile(path, data, 0o755)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ranks, _ := processes(t, path)
		for _, pid := range ranks {
			if p, err := os.FindProcess(pid); err == nil {
				_ = p.Kill()
			}
		}
	})
	return path
}

// startEndless starts an endless heat run of n ranks and waits until it is in
// the middle of it. The command c launches program, a copy of this test's
// own.
func startEndless(t *testing.T, c command, program string, n int) (r *running, ranks []int) {
	t.Helper()
	frames := filepath.Join(t.TempDir(), "frames")
	c.args = append(c.args, endlessHeat(frames)...)
	r = start(t, c)
	await(t, "all ranks to compute", func() bool {
		if r.ended() {
			t.Fatalf("want a run that goes on\n%s", r.wait())
		}
		pictures, _ := filepath.Glob(filepath.Join(frames, "*.png"))
		ranks, _ = processes(t, program)
		return len(pictures) > 0 && len(ranks) == n
	})
	return r, ranks
}

// wantNobodyLeft waits until no process of program is there any more.
func wantNobodyLeft(t *testing.T, program string) {
	t.Helper()
	await(t, "all of "+program+" to end", func() bool {
		ranks, others := processes(t, program)
		return len(ranks)+len(others) == 0
	})
}
