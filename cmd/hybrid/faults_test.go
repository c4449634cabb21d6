package main

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"hybrid/internal/disk"
	power "hybrid/internal/disk/faulty"
)

// TestAFailingFrameCostsThatFrame has frames 2 and 3 of 5 fail, at one call or another.
func TestAFailingFrameCostsThatFrame(t *testing.T) {
	for _, call := range []string{"OpenFile", "Write", "Sync"} {
		dir := t.TempDir()
		args := []string{"heat", "--nx", "20", "--ny", "20", "--gpu", "off", "--steps", "4", "--every", "1", "--ranks", "3",
			"--frames", filepath.Join(dir, "frames"), "--out", filepath.Join(dir, "a.npy")}
		restore := disk.Use(power.New(
			power.Fault{Call: call, Name: "frame_000002", Err: syscall.EDQUOT}, power.Fault{Call: call, Name: "frame_000003", Err: syscall.EIO}))
		status, stdout, stderr := onOneThread(t, args...)
		restore()
		first := "cannot write "
		if call == "OpenFile" {
			first = "cannot create "
		}
		if status != 1 || strings.Count(stderr, "\n") != 2 || !strings.Contains(stderr, first) || !strings.Contains(stderr, "frame_000002.png: disk quota exceeded") ||
			!strings.Contains(stderr, "; going on without that picture (--on-write-error stop would end the run)\n") ||
			!strings.Contains(stderr, "\nhybrid: heat: 2 of 5 pictures could not be written; the first: ") || !strings.Contains(stdout, "3 pictures in ") {
			t.Errorf("%s: status %d, %s%s", call, status, stderr, stdout)
		}
		wantEntries(t, dir, "a.npy", "frames")
		wantEntries(t, filepath.Join(dir, "frames"), ".frame_run.json", "frame_000000.png", "frame_000001.png", "frame_000004.png")

		os.Remove(filepath.Join(dir, "a.npy"))
		restore = disk.Use(power.New(power.Fault{Call: call, Name: "frame_000002", Err: syscall.EDQUOT}))
		status, _, stderr = onOneThread(t, append(args, "--force", "--on-write-error", "stop")...)
		restore()
		if status != 1 || strings.Count(stderr, "\n") != 1 || !strings.Contains(stderr, "frame_000002.png: disk quota exceeded") {
			t.Errorf("%s, stop: status %d, %s", call, status, stderr)
		}
		wantEntries(t, dir, "frames")
		wantEntries(t, filepath.Join(dir, "frames"), ".frame_run.json", "frame_000000.png", "frame_000001.png")
	}
}

// TestEveryFailingOutputIsNamed has two of four fail: the others are written.
func TestEveryFailingOutputIsNamed(t *testing.T) {
	dir := t.TempDir()
	args := []string{"heat", "--nx", "20", "--ny", "20", "--gpu", "off", "--steps", "4", "--ranks", "3", "--quiet"}
	for _, name := range []string{"a.npy", "b.png", "c.pvti", "d.vti"} {
		args = append(args, "--out", filepath.Join(dir, name))
	}
	restore := disk.Use(power.New(power.Fault{Call: "Sync", Name: ".a.npy", Err: syscall.EIO}, power.Fault{Call: "WriteAt", Name: "_2.vti", Err: syscall.ENOSPC}))
	status, _, stderr := onOneThread(t, args...)
	restore()
	if status != 1 || strings.Count(stderr, "\n") != 2 || !strings.Contains(stderr, "a.npy: input/output error\n") || !strings.Contains(stderr, "_2.vti: no space left on device\n") {
		t.Errorf("status %d, %s", status, stderr)
	}
	wantEntries(t, dir, "b.png", "d.vti")
}

// onOneThread runs hybrid in this process, on one thread a rank.
func onOneThread(t *testing.T, args ...string) (status int, stdout, stderr string) {
	t.Helper()
	return call(t, map[string]string{"HYBRID_THREADS": "1"}, args...)
}

func wantEntries(t *testing.T, dir string, want ...string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	must(t, err)
	var got []string
	for _, e := range entries {
		got = append(got, e.Name())
	}
	if strings.Join(got, " ") != strings.Join(want, " ") {
		t.Errorf("there are %q, want %q", got, want)
	}
}

// TestATimeLimitWithoutACheckpoint has a run fail whose time is up before it has saved anything, for one that goes on from
// there would be no further.
func TestATimeLimitWithoutACheckpoint(t *testing.T) {
	dir := t.TempDir()
	ck := filepath.Join(dir, "ck")
	args := []string{"heat", "--nx", "20", "--ny", "20", "--gpu", "off", "--ranks", "2", "--quiet", "--checkpoint", ck}
	limited := append(args[:len(args):len(args)], "--restart", "auto", "--steps", "1e12", "--time-limit", "1ns") // up at once
	for _, call := range []string{"Mkdir", "WriteAt", "Sync", "Rename", "SyncDir"} {
		restore := disk.Use(power.New(power.Fault{Call: call, Name: "checkpoint_0", Err: syscall.ENOSPC}))
		status, _, stderr := onOneThread(t, limited...)
		restore()
		if status != 1 || strings.Count(stderr, "\n") != 1 || !strings.Contains(stderr, "ended by its time limit with ") ||
			!strings.Contains(stderr, " steps done; no checkpoint was written: ") || !strings.Contains(stderr, "no space left on device") {
			t.Errorf("%s: status %d, %s", call, status, stderr)
		}
		wantEntries(t, ck, ".checkpoint_run.json")
	}
	if status, _, stderr := onOneThread(t, append(args, "--steps", "10")...); status != 0 {
		t.Fatal(stderr)
	}
	restore := disk.Use(power.New(power.Fault{Call: "WriteAt", Name: "checkpoint_0", Err: syscall.ENOSPC}))
	status, _, stderr := onOneThread(t, limited...)
	restore()
	if status != 1 || !strings.Contains(stderr, "no checkpoint of that was written: ") || !strings.Contains(stderr, "go on from the one before by hybrid heat --restart ") {
		t.Errorf("behind another: status %d, %s", status, stderr)
	}
	if status, _, stderr = onOneThread(t, limited...); status != 4 || !strings.Contains(stderr, " steps done: go on by hybrid heat --restart ") {
		t.Errorf("without a fault: status %d, %s", status, stderr)
	}
}
