package disk_test

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"unsafe"

	"hybrid/internal/disk"
	"hybrid/internal/disk/faulty"
)

func create(t *testing.T, path string) disk.File {
	t.Helper()
	f, err := disk.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL|disk.NoFollow, 0o666)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

func names(t *testing.T, dir string) (all []string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		all = append(all, e.Name())
	}
	return all
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestReserveChangesNothingThatIsRead(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a")
	f := create(t, path)
	must(t, f.Reserve(1<<20))
	must(t, f.Reserve(0))
	if info, err := os.Stat(path); err != nil || info.Size() != 0 {
		t.Errorf("size %d, %v", info.Size(), err)
	}
	_, err := f.WriteAt([]byte("data"), 2)
	must(t, errors.Join(err, f.Truncate(5), f.Sync(), f.Close(), f.Close()))
	if text, err := os.ReadFile(path); err != nil || string(text) != "\x00\x00dat" {
		t.Errorf("content %q, %v", text, err)
	}
}

func TestAnUnnamedFileIsThereWhenItIsLinked(t *testing.T) {
	dir := t.TempDir()
	f, err := disk.OpenUnnamed(dir, 0o666)
	if errors.Is(err, errors.ErrUnsupported) {
		return // the file system of the test has none
	}
	must(t, err)
	defer f.Close()
	_, err = f.Write([]byte("whole"))
	must(t, err)
	if got := names(t, dir); len(got) != 0 {
		t.Errorf("before Link: %v", got)
	}
	path := filepath.Join(dir, "a")
	must(t, f.Link(path))
	if text, err := os.ReadFile(path); err != nil || string(text) != "whole" || f.Name() != path {
		t.Errorf("content %q, %v, name %q", text, err, f.Name())
	}
	if err := f.Link(path); !errors.Is(err, fs.ErrExist) {
		t.Errorf("a name that is taken: %v", err)
	}
}

func TestReplaceableChangesNothing(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a")
	must(t, create(t, path).Close())
	must(t, disk.Replaceable(path))
	if _, err := os.Stat(path); err != nil {
		t.Error(err)
	}
	must(t, disk.Replaceable(path+"none"))
}

func TestLock(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a")
	first := create(t, path)
	if err := disk.Lock(first); errors.Is(err, errors.ErrUnsupported) {
		return // a system without
	} else if err != nil {
		t.Fatal(err)
	}
	second, err := disk.OpenFile(path, os.O_WRONLY, 0)
	must(t, err)
	defer second.Close()
	if err := disk.Lock(second); !errors.Is(err, disk.ErrLocked) {
		t.Errorf("a second lock: %v", err)
	}
	must(t, first.Close())
	must(t, disk.Lock(second))
	must(t, disk.Remove(path))
	if err := disk.Lock(second); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a file that was removed: %v", err)
	}
}

func TestMkdirAll(t *testing.T) {
	dir := t.TempDir()
	must(t, os.WriteFile(filepath.Join(dir, "file"), nil, 0o666))
	must(t, os.Symlink(".", filepath.Join(dir, "here")))
	s := faulty.New()
	defer disk.Use(s)()
	for range 2 {
		must(t, disk.MkdirAll(filepath.Join(dir, "a/b/c"), 0o777))
	}
	if made, synced := s.Calls("Mkdir"), s.Calls("SyncDir"); made != 3 || synced != 3 {
		t.Errorf("%d folders made, %d synced", made, synced)
	}
	must(t, disk.MkdirAll(filepath.Join(dir, "here/a"), 0o777))
	for _, name := range []string{"file", "file/a"} {
		if err := disk.MkdirAll(filepath.Join(dir, name), 0o777); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	must(t, disk.SyncDir(dir))
	if err := disk.SyncDir(filepath.Join(dir, "none")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("no folder: %v", err)
	}
}

func TestUseIsUndone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a")
	restore := disk.Use(faulty.New(faulty.Fault{Call: "OpenFile", Err: syscall.EROFS}))
	if _, err := disk.OpenFile(path, os.O_CREATE|os.O_WRONLY, 0o666); !errors.Is(err, syscall.EROFS) {
		t.Errorf("%v", err)
	}
	restore()
	create(t, path)
}

// TestWritesPastTheCache writes whole pages and an odd rest, with and without the cache.
func TestWritesPastTheCache(t *testing.T) {
	all := make([]byte, 5*disk.PageSize+100)
	for i := range all {
		all[i] = byte(i * 7 >> 3)
	}
	room := make([]byte, len(all)+disk.PageSize)
	aligned := room[-uintptr(unsafe.Pointer(&room[0]))%disk.PageSize:]
	for skip, want := range map[int]bool{0: true, 1: false, 512: false} {
		b := aligned[skip : skip+4*disk.PageSize]
		if got := disk.Aligned(b, 0); got != want || disk.Aligned(b, 512) || disk.Aligned(b[:512], 0) || disk.Aligned(nil, 0) {
			t.Errorf("memory %d bytes behind a page's beginning: aligned %v", skip, got)
		}
	}
	for skip := range 2 { // 1: memory that does not begin on a page
		path := filepath.Join(t.TempDir(), "a")
		f, err := disk.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL|disk.Direct, 0o666)
		must(t, err)
		b := aligned[skip : skip+len(all)]
		copy(b, all)
		for _, cut := range [][2]int{{0, 2 * disk.PageSize}, {2 * disk.PageSize, 5 * disk.PageSize}, {5 * disk.PageSize, len(all)}} {
			n, err := f.WriteAt(b[cut[0]:cut[1]], int64(cut[0]))
			if must(t, err); n != cut[1]-cut[0] {
				t.Errorf("%d of %v written", n, cut)
			}
		}
		must(t, errors.Join(f.Sync(), f.Close()))
		if text, err := os.ReadFile(path); err != nil || !bytes.Equal(text, all) {
			t.Errorf("memory %d bytes off a page: other content: %v", skip, err)
		}
	}
}
