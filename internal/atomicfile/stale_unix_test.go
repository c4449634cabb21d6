//go:build unix

package atomicfile

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"hybrid/internal/disk"
	"hybrid/internal/disk/faulty"
)

// TestOnlyWhatADeadRunLeftIsRemoved has files of a dead run, of one that is alive, complete ones and others of such names.
func TestOnlyWhatADeadRunLeftIsRemoved(t *testing.T) {
	dir := t.TempDir()
	if !disk.Local(dir) {
		t.Skipf("NOT TESTED: %s is on a file system whose locks may be unknown to other machines", dir)
	}
	path := filepath.Join(dir, "a.npy")
	alive, err := Create(path, "0a0b0c0d")
	if err != nil {
		t.Fatal(err)
	}
	defer alive.Abort()
	stay := []string{".a.npy.11111111.whole", ".b.npy.11111111.tmp", "a.npy.11111111.tmp", ".a.npy.1111.tmp", ".a.npy.xxxxxxxx.tmp", ".a.npy.tmp"}
	for _, name := range append(stay, ".a.npy.11111111.tmp", ".a.npy.22222222.tmp", ".c.npy.55555555.tmp") {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(name), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink("a.npy.11111111.tmp", filepath.Join(dir, ".a.npy.33333333.tmp")); err != nil {
		t.Fatal(err)
	}
	own, err := Create(path, "44444444")
	if err != nil {
		t.Fatal(err)
	}
	defer own.Abort()
	seen := map[string]string{}
	own.RemoveStale(func(r io.Reader, token string) error {
		text, err := io.ReadAll(r)
		seen[token] = string(text)
		if token == "22222222" {
			return errors.New("not this one")
		}
		return err
	}, func(name, token string) bool { return name == ".c.npy.55555555.tmp" && token == "55555555" })
	if len(seen) != 2 || seen["11111111"] != ".a.npy.11111111.tmp" {
		t.Errorf("shown: %v", seen)
	}
	left := names(t, dir)
	for _, name := range append(stay, ".a.npy.22222222.tmp", ".a.npy.33333333.tmp", filepath.Base(alive.Name()), filepath.Base(own.Name())) {
		if !strings.Contains(" "+left+" ", " "+name+" ") {
			t.Errorf("%s is gone", name)
		}
	}
	for _, name := range []string{".a.npy.11111111.tmp", ".c.npy.55555555.tmp"} {
		if _, err := os.Stat(filepath.Join(dir, name)); err == nil {
			t.Errorf("%s, of a dead run, is still there", name)
		}
	}
}

// TestARunThatClearsAwayLeavesLivingRunsAlone has one clear away what is there while others begin files.
func TestARunThatClearsAwayLeavesLivingRunsAlone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.npy")
	cleaner, err := Create(path, "11111111")
	if err != nil {
		t.Fatal(err)
	}
	defer cleaner.Abort()
	done := make(chan bool)
	go func() {
		defer close(done)
		for range 500 {
			f, err := Create(path, "22222222")
			if err != nil {
				t.Error(err)
				return
			}
			if _, err := os.Stat(f.Name()); err != nil {
				t.Error(err)
			}
			f.Abort()
		}
	}()
	for {
		select {
		case <-done:
			return
		default:
			cleaner.RemoveStale(nil, nil)
		}
	}
}

// TestAFileThatCannotBeRenamedIsKept has the error name it, and no later run remove it.
func TestAFileThatCannotBeRenamedIsKept(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "it's.npy")
	restore := disk.Use(faulty.New(faulty.Fault{Call: "Rename", From: 2, Err: syscall.EPERM}))
	err := Write(path, "11111111", func(w io.Writer) error { _, err := io.WriteString(w, "whole"); return err })
	restore()
	kept := filepath.Join(dir, ".it's.npy.11111111.whole")
	want := "cannot rename " + kept + " to " + path + ": operation not permitted: the first is the complete file, which is kept; to move it: mv -- '" +
		dir + `/.it'\''s.npy.11111111.whole' '` + dir + `/it'\''s.npy'`
	if err == nil || err.Error() != want {
		t.Errorf("error\n%v, want\n%s", err, want)
	}
	f, err := Create(path, "22222222")
	if err != nil {
		t.Fatal(err)
	}
	f.RemoveStale(nil, nil)
	if err := f.Abort(); err != nil {
		t.Fatal(err)
	}
	if got := content(t, kept); got != "whole" {
		t.Errorf("kept %q", got)
	}
}

// TestAnotherUsersFilesAreNotWrittenThrough has links and files where the hidden one should be.
func TestAnotherUsersFilesAreNotWrittenThrough(t *testing.T) {
	dir := t.TempDir()
	path, precious := filepath.Join(dir, "a.npy"), filepath.Join(dir, "precious")
	if err := os.WriteFile(precious, []byte("precious"), 0o666); err != nil {
		t.Fatal(err)
	}
	for what, plant := range map[string]func(at string) error{
		"a link":               func(at string) error { return os.Symlink("precious", at) },
		"a link to nothing":    func(at string) error { return os.Symlink("nothing", at) },
		"a second name":        func(at string) error { return os.Link(precious, at) },
		"a pipe":               func(at string) error { return syscall.Mkfifo(at, 0o666) },
		"a directory":          func(at string) error { return os.Mkdir(at, 0o777) },
		"a file of other text": func(at string) error { return os.WriteFile(at, []byte("x"), 0o666) },
	} {
		at := TempName(path, "11111111")
		if err := plant(at); err != nil {
			t.Fatal(err)
		}
		if _, err := Create(path, "11111111"); err == nil {
			t.Errorf("%s is written to by who creates", what)
		}
		if f, err := Open(path, "11111111"); err == nil {
			f.Close()
			t.Errorf("%s is written to by who opens", what)
		}
		if err := os.Remove(at); err != nil {
			t.Fatal(err)
		}
	}
	if got := content(t, precious); got != "precious" {
		t.Errorf("precious: %q", got)
	}
	if _, err := os.Stat(filepath.Join(dir, "nothing")); err == nil {
		t.Error("a link was followed")
	}
}

func TestAReservationIsUsedOrGivenBack(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a.npy")
	f, err := Create(path, "11111111")
	if err != nil {
		t.Fatal(err)
	}
	r, err := f.Reserve(1 << 20)
	if err := errors.Join(err, f.Abort()); err != nil {
		t.Fatal(err)
	}
	if got := names(t, dir); got != "" {
		t.Errorf("seen: %s", got)
	}
	if f, err = r.Create(path, "22222222"); err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if err := f.Truncate(3); err != nil {
		t.Fatal(err)
	}
	if _, err := f.WriteAt([]byte("new"), 0); err != nil {
		t.Fatal(err)
	}
	if err := f.Commit(); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil || content(t, path) != "new" {
		t.Fatalf("%q, %v", content(t, path), err)
	}
	if s, ok := info.Sys().(*syscall.Stat_t); ok && s.Blocks*512 > 1<<16 {
		t.Errorf("%d bytes on disk for 3: what was reserved and not needed was not given back", s.Blocks*512)
	}
	if _, err := r.Create(path, "33333333"); err != nil {
		t.Errorf("a second file in a reservation: %v", err)
	}
}
