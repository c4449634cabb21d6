package faulty

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"hybrid/internal/disk"
)

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// everything makes every call once and returns the errors of each.
func everything(dir string) map[string]error {
	errs := map[string]error{}
	at := func(name string) string { return filepath.Join(dir, name) }
	errs["Mkdir"] = disk.Mkdir(at("folder"), 0o777)
	f, err := disk.OpenFile(at("a"), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o666)
	if errs["OpenFile"] = err; err != nil {
		return errs
	}
	errs["Reserve"] = f.Reserve(4096)
	_, errs["Write"] = io.WriteString(f, "abcdef")
	_, errs["WriteAt"] = f.WriteAt([]byte("uvwxyz"), 6)
	errs["Truncate"] = f.Truncate(12)
	errs["Sync"] = f.Sync()
	errs["Chmod"] = f.Chmod(0o600)
	errs["Close"] = f.Close()
	errs["Replaceable"] = disk.Replaceable(at("a"))
	errs["Rename"] = disk.Rename(at("a"), at("b"))
	errs["SyncDir"] = disk.SyncDir(dir)
	errs["Remove"] = disk.Remove(at("b"))
	return errs
}

func TestEveryCallFailsWhenItIsTold(t *testing.T) {
	for call := range everything(t.TempDir()) {
		for _, name := range []string{"", "elsewhere"} {
			restore := disk.Use(New(Fault{Call: call, Name: name, Err: syscall.EDQUOT}))
			for got, err := range everything(t.TempDir()) {
				if want := got == call && name == ""; errors.Is(err, syscall.EDQUOT) != want {
					t.Errorf("a fault of %s at %q: %s returns %v", call, name, got, err)
				}
			}
			restore()
		}
	}
}

func TestFaultsAreCounted(t *testing.T) {
	dir := t.TempDir()
	s := New(Fault{Call: "WriteAt", From: 2, To: 3, Err: syscall.EIO})
	defer disk.Use(s)()
	path := filepath.Join(dir, "a")
	f, err := disk.OpenFile(path, os.O_CREATE|os.O_WRONLY, 0o666)
	must(t, err)
	defer f.Close()
	for i, want := range []int{4, 2, 2, 4} {
		if n, err := f.WriteAt([]byte("data"), int64(4*i)); n != want || (err == nil) != (want == 4) {
			t.Errorf("write %d: %d bytes, %v", i+1, n, err)
		}
	}
	if n := s.Calls("WriteAt"); n != 4 {
		t.Errorf("%d calls", n)
	}
}
