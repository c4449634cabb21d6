//go:build layers

package layers

import (
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"hybrid/internal/mpilib"
	"hybrid/mpi/checkpoint"
)

// testCheckpoints ends a run on three ranks by signals to its launcher, and goes on from
// what it has saved on two ranks, on one without MPI and with NumPy.
func testCheckpoints(t *testing.T, w mpilib.Library, hybrid string) {
	for name, signal := range map[string]syscall.Signal{"TERM": syscall.SIGTERM, "KILL": syscall.SIGKILL} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			ck := filepath.Join(dir, "ck")
			job := launch(w, 3, hybrid, "heat", "--nx", "70", "--ny", "50", "--steps", "1000000000", "--quiet", "--checkpoint", ck, "--checkpoint-every", "300ms", "--out", filepath.Join(dir, "on.npy"))
			// A launcher that is killed leaves its files, and Open MPI's ranks their shared memory.
			job.env = append(slices.Clip(job.env), "TMPDIR="+dir, "OMPI_MCA_btl_vader_backing_directory="+dir)
			r := start(t, job)
			waitForCheckpoint(t, r, ck, "")
			if signal == syscall.SIGTERM { // mpirun passes it on
				before, _, _ := checkpoint.Newest(ck)
				if err := r.cmd.Process.Signal(syscall.SIGUSR1); err != nil {
					t.Fatal(err)
				}
				waitForCheckpoint(t, r, ck, before)
			}
			if err := syscall.Kill(-r.cmd.Process.Pid, signal); err != nil {
				t.Fatal(err)
			}
			if res := r.wait(); res.late || res.code == 0 {
				t.Fatalf("want an end with a status\n%s", res)
			}
			waitUntilGone(t, ck)
			path, m, err := checkpoint.Newest(ck)
			if err != nil {
				t.Fatal(err)
			}
			steps := strconv.Itoa(m.Done + 500)
			want := filepath.Join(dir, "want.npy")
			must(t, command{args: []string{hybrid, "heat", "--nx", "70", "--ny", "50", "--steps", steps, "--quiet", "--out", want}})
			wantOn := func(res result) {
				t.Helper()
				wantSameBytes(t, filepath.Join(dir, "on.npy"), want, res)
				os.Remove(filepath.Join(dir, "on.npy"))
			}
			wantOn(must(t, launch(w, 2, hybrid, "heat", "--restart", path, "--steps", steps, "--quiet", "--keep", "10")))
			wantOn(must(t, command{args: []string{hybrid, "heat", "--restart", path, "--steps", steps, "--quiet", "--ranks", "4", "--grid", "2x2", "--keep", "10"}}))
			last, _, err := checkpoint.Newest(ck)
			if err != nil {
				t.Fatal(err)
			}
			must(t, command{args: []string{"build/venv/bin/python", "-c", numpyOf(t), last, filepath.Join(dir, "numpy.npy")}})
			wantSameBytes(t, filepath.Join(dir, "numpy.npy"), want, result{line: "the ten lines of docs/checkpoints.md"})
		})
	}
}

// testCheckpointsOfTasks goes on from the middle of other problems' runs on three ranks: on
// two, and on one without MPI.
func testCheckpointsOfTasks(t *testing.T, w mpilib.Library, hybrid string) {
	for name, c := range map[string]struct {
		args   []string
		every  int
		middle string
	}{
		"matmul":     {[]string{"matmul", "--n", "300", "--k", "250"}, 100, "checkpoint_000000000200"},
		"mandelbrot": {[]string{"mandelbrot", "--width", "700", "--height", "500"}, 40, "checkpoint_000000000040"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			want, on, ck := filepath.Join(dir, "want.npy"), filepath.Join(dir, "on.npy"), filepath.Join(dir, "ck")
			must(t, command{args: append([]string{hybrid}, append(c.args, "--quiet", "--out", want)...)})
			all := append([]string{hybrid}, append(c.args, "--quiet", "--out", on, "--checkpoint", ck, "--checkpoint-every", strconv.Itoa(c.every), "--keep", "9")...)
			again := []string{hybrid, c.args[0], "--restart", filepath.Join(ck, c.middle), "--quiet", "--keep", "9"}
			for _, run := range []command{launch(w, 3, all...), launch(w, 2, again...), {args: again}} {
				wantSameBytes(t, on, want, must(t, run))
				os.Remove(on)
			}
		})
	}
}

// waitForCheckpoint waits until the newest checkpoint is another one.
func waitForCheckpoint(t *testing.T, r *running, dir, than string) {
	t.Helper()
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		if path, _, err := checkpoint.Newest(dir); err == nil && path != than {
			return
		}
		if r.ended() {
			t.Fatalf("it ended\n%s", r.wait())
		}
	}
	t.Fatalf("no checkpoint but %q in %s", than, dir)
}

// waitUntilGone waits for the ranks to notice that their launcher is gone: the processes
// that were given a word.
func waitUntilGone(t *testing.T, word string) {
	t.Helper()
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		there := false
		lines, _ := filepath.Glob("/proc/[0-9]*/cmdline")
		for _, name := range lines {
			text, _ := os.ReadFile(name)
			there = there || strings.Contains(string(text), word)
		}
		if !there {
			return
		}
	}
	t.Fatalf("processes of %s are still there", word)
}

// numpyOf is the program in the documentation.
func numpyOf(t *testing.T) string {
	t.Helper()
	page, err := os.ReadFile(filepath.Join(root(t), "docs", "checkpoints.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(page), "```python\n")
	program, _, found := strings.Cut(rest, "```\n")
	if !found {
		t.Fatal("docs/checkpoints.md has no program in Python")
	}
	if lines := strings.Count(program, "\n"); lines > 10 {
		t.Errorf("it has %d lines, and says ten", lines)
	}
	return program
}
