package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

// TestFaultsOfRealFileSystems has disks that are full, read-only or forbid a rename. They are mounted in a namespace of the
// test's own, of which nothing is left when it ends.
func TestFaultsOfRealFileSystems(t *testing.T) {
	if os.Getenv("HYBRID_TEST_MOUNTS") != "" {
		faultsOfRealFileSystems(t)
		return
	}
	cmd := exec.Command(os.Args[0], "-test.run=^TestFaultsOfRealFileSystems$", "-test.v")
	cmd.Env = append(os.Environ(), "HYBRID_TEST_MOUNTS=1")
	cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWNS}
	if os.Geteuid() != 0 {
		cmd.SysProcAttr.Cloneflags |= syscall.CLONE_NEWUSER
		cmd.SysProcAttr.UidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getuid(), Size: 1}}
		cmd.SysProcAttr.GidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getgid(), Size: 1}}
	}
	out, err := cmd.CombinedOutput()
	if errors.Is(err, syscall.EPERM) || errors.Is(err, syscall.ENOSPC) {
		t.Skipf("NOT TESTED: this user may not mount file systems, not even in a namespace of its own: %v", err)
	}
	if err != nil || !bytes.Contains(out, []byte("--- PASS")) {
		t.Errorf("%v\n%s", err, out)
	}
	t.Logf("%s", out)
}

// TestAReaderThatGoesCostsNoResult has nobody read what is printed, or nothing take it.
func TestAReaderThatGoesCostsNoResult(t *testing.T) {
	r, broken, err := os.Pipe()
	must(t, err)
	must(t, r.Close())
	defer broken.Close()
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	must(t, err)
	defer full.Close()
	for _, c := range []struct {
		stdout, stderr *os.File
		status         int
		said           string
	}{
		{broken, nil, 141, ""}, {full, nil, 1, "hybrid: heat: cannot write standard output: no space left on device\n"},
		{nil, broken, 0, ""}, {nil, full, 0, ""}, {broken, broken, 141, ""},
	} {
		out := filepath.Join(t.TempDir(), "a.npy")
		cmd := exec.Command(os.Args[0], "heat", "--steps", "20", "--ranks", "2", "--threads", "999", "--out", out)
		cmd.Env = append(os.Environ(), "HYBRID_TEST_AS_MAIN=1", "HYBRID_GPU=off")
		var stderr bytes.Buffer
		cmd.Stderr = &stderr
		if c.stdout != nil {
			cmd.Stdout = c.stdout
		}
		if c.stderr != nil {
			cmd.Stderr = c.stderr
		}
		cmd.Run()
		if _, err := os.Stat(out); err != nil || cmd.ProcessState.ExitCode() != c.status || !strings.HasSuffix(stderr.String(), c.said) || strings.Contains(stderr.String(), "cannot") != (c.said != "") {
			t.Errorf("standard output %v, error %v: %v, want %d, said %q, %v", c.stdout, c.stderr, cmd.ProcessState, c.status, stderr.String(), err)
		}
	}
}

// mount mounts a file system at a new directory.
func mount(t *testing.T, kind, from string, flags uintptr, data string) string {
	t.Helper()
	at := filepath.Join(t.TempDir(), "mounted")
	must(t, os.Mkdir(at, 0o777))
	must(t, syscall.Mount(from, at, kind, flags, data))
	t.Cleanup(func() { must(t, syscall.Unmount(at, syscall.MNT_DETACH)) })
	return at
}

// wantRun runs hybrid as a process of its own and holds the exit status and standard error to what is wanted.
func wantRun(t *testing.T, status int, said string, args ...string) {
	t.Helper()
	wantCommand(t, exec.Command(os.Args[0], args...), status, said)
}

func wantCommand(t *testing.T, cmd *exec.Cmd, status int, said string) {
	t.Helper()
	cmd.Env = append(os.Environ(), "HYBRID_TEST_AS_MAIN=1", "HYBRID_GPU=off", "HYBRID_THREADS=1")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	if got := cmd.ProcessState.ExitCode(); got != status || !strings.Contains(stderr.String(), said) {
		t.Errorf("hybrid %s: exit status %d, want %d, and %q in\n%s", strings.Join(cmd.Args[1:], " "), got, status, said, stderr.String())
	}
	t.Logf("%s", stderr.String())
}

func faultsOfRealFileSystems(t *testing.T) {
	must(t, syscall.Mount("", "/", "", syscall.MS_REC|syscall.MS_PRIVATE, ""))
	for name, test := range map[string]func(t *testing.T){
		"a disk without space at the start": fullAtTheStart, "pictures without space": fullOfPictures, "read-only": readOnly,
		"a file that is a mount": mountedFile, "an immutable file": immutableFile, "a sticky directory": stickyDirectory,
	} {
		t.Run(name, test)
	}
}

func fullAtTheStart(t *testing.T) {
	disk := mount(t, "tmpfs", "tmpfs", 0, "size=64k")
	out := filepath.Join(disk, "a")
	must(t, os.WriteFile(out+".npy", []byte("old"), 0o666))
	for _, c := range []struct{ args, file, bytes string }{
		{"heat --nx 200 --ny 200 --steps 1000000000", "a.npy", "320128"},
		{"heat --nx 200 --ny 200 --steps 1000000000", "a.vti", ""},
		{"heat --nx 200 --ny 200 --steps 1000000000", "a.pvti", ""},
		{"sort --n 100000", "a.npy", "800128"},
		{"matmul --m 100 --n 1000", "a.npy", "800128"},
		{"mandelbrot --width 1000 --height 100 --max-iter 1000000000", "a.npy", "400128"},
	} {
		args := append(strings.Fields(c.args), "--ranks", "2", "--out", filepath.Join(disk, c.file))
		wantRun(t, 2, "--out: cannot reserve "+c.bytes, args...)
		wantRun(t, 2, ": no space left on device: free some, or name another directory", args...)
	}
	wantEntries(t, disk, "a.npy")
	if text, err := os.ReadFile(out + ".npy"); err != nil || string(text) != "old" {
		t.Errorf("the old file holds %q, %v", text, err)
	}
}

// fullOfPictures has space for some pictures and the result elsewhere.
func fullOfPictures(t *testing.T) {
	disk := mount(t, "tmpfs", "tmpfs", 0, "size=128k")
	out := filepath.Join(t.TempDir(), "a.npy")
	args := []string{"heat", "--steps", "20", "--every", "1", "--frames", filepath.Join(disk, "frames"), "--ranks", "3", "--out", out}
	wantRun(t, 1, "pictures could not be written; the first: cannot write "+disk, args...)
	must(t, os.Remove(out))
	entries, err := os.ReadDir(filepath.Join(disk, "frames"))
	must(t, err)
	for _, e := range entries {
		info, err := e.Info()
		must(t, err)
		if strings.HasSuffix(e.Name(), ".tmp") || info.Size() == 0 {
			t.Errorf("%s, of %d bytes, is left", e.Name(), info.Size())
		}
	}
	wantRun(t, 1, "no space left on device", append(args, "--force", "--on-write-error", "stop")...)
	if _, err := os.Stat(out); err == nil {
		t.Error("a run that was to stop has written its result")
	}
}

func readOnly(t *testing.T) {
	disk := mount(t, "tmpfs", "tmpfs", 0, "size=1m")
	must(t, os.WriteFile(filepath.Join(disk, "a.npy"), []byte("old"), 0o666))
	must(t, syscall.Mount("", disk, "", syscall.MS_REMOUNT|syscall.MS_RDONLY, ""))
	for _, name := range []string{"a.npy", "b.png", "c.pvti"} {
		wantRun(t, 2, "read-only file system", "heat", "--steps", "1000000000", "--ranks", "2", "--out", filepath.Join(disk, name))
	}
	wantRun(t, 2, "read-only file system", "heat", "--steps", "1000000000", "--frames", filepath.Join(disk, "frames"))
}

// mountedFile is how a container has a single file of outside.
func mountedFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.npy")
	must(t, os.WriteFile(path, []byte("old"), 0o666))
	must(t, syscall.Mount(path, path, "", syscall.MS_BIND, ""))
	defer syscall.Unmount(path, syscall.MNT_DETACH)
	wantRun(t, 2, "cannot replace "+path+": device or resource busy: name another file", "heat", "--steps", "1000000000", "--out", path)
}

func immutableFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.npy")
	must(t, os.WriteFile(path, []byte("old"), 0o666))
	f, err := os.Open(path)
	must(t, err)
	defer f.Close()
	set := func(flags int) error { return unix.IoctlSetPointerInt(int(f.Fd()), unix.FS_IOC_SETFLAGS, flags) }
	if err := set(unix.STATX_ATTR_IMMUTABLE); err != nil {
		t.Skipf("NOT TESTED: no file can be made immutable here: %v", err)
	}
	defer set(0)
	wantRun(t, 2, "cannot replace "+path+": operation not permitted: name another file", "heat", "--steps", "1000000000", "--out", path)
	wantEntries(t, filepath.Dir(path), "a.npy")
}

// stickyDirectory has another user's file in it.
func stickyDirectory(t *testing.T) {
	if os.Getenv("HYBRID_TEST_MOUNTS") == "" || !canBeNobody() {
		t.Skip("NOT TESTED: only root can run as another user")
	}
	disk := mount(t, "tmpfs", "tmpfs", 0, "size=512m,mode=1777")
	for above := filepath.Dir(disk); above != filepath.Clean(os.TempDir()); above = filepath.Dir(above) {
		must(t, os.Chmod(above, 0o755))
	}
	path := filepath.Join(disk, "a.npy")
	must(t, os.WriteFile(path, []byte("old"), 0o666))
	program, err := os.ReadFile(os.Args[0])
	must(t, err)
	must(t, os.WriteFile(filepath.Join(disk, "hybrid"), program, 0o755))
	cmd := exec.Command(filepath.Join(disk, "hybrid"), "heat", "--steps", "1000000000", "--out", path)
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
	cmd.Dir = disk
	wantCommand(t, cmd, 2, "cannot replace "+path+": operation not permitted: name another file")
	wantEntries(t, disk, "a.npy", "hybrid")
}

func canBeNobody() bool {
	text, err := os.ReadFile("/proc/self/uid_map")
	var inside, outside, n uint32
	fmt.Sscan(string(text), &inside, &outside, &n)
	return err == nil && n > 65534
}
