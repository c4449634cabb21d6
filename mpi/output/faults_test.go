package output

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"hybrid/internal/atomicfile"
	"hybrid/internal/disk"
	"hybrid/internal/disk/faulty"
	"hybrid/mpi"
)

const ranks = 3

// kinds are the ways to write one file.
var kinds = map[string]func(c *mpi.Comm, o *Files, path string) error{
	"shared": func(c *mpi.Comm, o *Files, path string) error {
		return o.Shared(path, func(f File) error {
			_, err := f.WriteAt([]byte("new"), int64(3*c.Rank()))
			return err
		})
	},
	"alone": func(_ *mpi.Comm, o *Files, path string) error {
		return o.Alone(path, func(w io.Writer) error {
			_, err := io.WriteString(w, "newnewnew")
			return err
		})
	},
	"gathered": func(_ *mpi.Comm, o *Files, path string) error {
		return o.Gathered(path, func(w io.Writer) error {
			if w == nil {
				return nil
			}
			_, err := io.WriteString(w, "newnewnew")
			return err
		})
	},
}

// begun are the calls that a file has made when its bytes are on disk.
var begun = map[string]bool{"OpenFile": true, "Write": true, "WriteAt": true, "Sync": true}

// TestEveryFaultIsNamedAndLeavesWholeFiles has each call fail, the first and every further one of its kind, with each error.
// Every rank hears of it, and the path has the old file whole or the new one.
func TestEveryFaultIsNamedAndLeavesWholeFiles(t *testing.T) {
	for kind, write := range kinds {
		for _, call := range []string{"OpenFile", "Write", "WriteAt", "Sync", "Rename", "SyncDir"} {
			for _, errno := range []syscall.Errno{syscall.ENOSPC, syscall.EIO, syscall.EROFS, syscall.EDQUOT, syscall.ESTALE} {
				for nth := 1; ; nth++ {
					path := filepath.Join(t.TempDir(), "a.npy")
					if err := os.WriteFile(path, []byte("old"), 0o666); err != nil {
						t.Fatal(err)
					}
					s := faulty.New(faulty.Fault{Call: call, From: nth, To: nth, Err: errno})
					restore := disk.Use(s)
					seen := run(t, ranks, func(c *mpi.Comm, o *Files) error { return write(c, o, path) })
					restore()
					if s.Calls(call) < nth {
						break
					}
					wantFault(t, fmt.Sprintf("%s, %s number %d, %v", kind, call, nth, errno), path, call, nth, errno, seen)
				}
			}
		}
	}
}

func wantFault(t *testing.T, what, path, call string, nth int, errno error, seen []error) {
	t.Helper()
	content, _ := os.ReadFile(path)
	entries, _ := os.ReadDir(filepath.Dir(path))
	if call == "Rename" && nth == 1 { // that the file is complete, which it says for itself
		wantNoErrors(t, seen)
		if string(content) != "newnewnew" || len(entries) != 1 {
			t.Errorf("%s: the file holds %q, there are %v", what, content, entries)
		}
		return
	}
	for rank, err := range seen {
		if err == nil || !strings.Contains(err.Error(), errno.Error()) || !strings.Contains(err.Error(), path) {
			t.Errorf("%s, rank %d: want the file and the fault, have %v", what, rank, err)
		}
	}
	var kept *atomicfile.KeptError
	switch {
	case call == "SyncDir":
		if string(content) != "newnewnew" || len(entries) != 1 || !strings.Contains(seen[0].Error(), "a power cut may lose it") {
			t.Errorf("%s: the file holds %q, there are %v", what, content, entries)
		}
	case begun[call]:
		if string(content) != "old" || len(entries) != 1 {
			t.Errorf("%s: the file holds %q, there are %v", what, content, entries)
		}
	case !errors.As(seen[0], &kept) || string(content) != "old" || len(entries) != 2:
		t.Errorf("%s: error %v, the file holds %q, there are %v", what, seen[0], content, entries)
	default:
		if content, err := os.ReadFile(kept.Kept); err != nil || string(content) != "newnewnew" || !strings.Contains(seen[0].Error(), "mv -- '"+kept.Kept+"' '"+path+"'") {
			t.Errorf("%s: kept %q, %v, error %v", what, content, err, seen[0])
		}
	}
}

// TestAVanishedDirectoryIsNamed has the directory go while the file is written.
func TestAVanishedDirectoryIsNamed(t *testing.T) {
	for kind, write := range kinds {
		dir := filepath.Join(t.TempDir(), "gone")
		if err := os.Mkdir(dir, 0o777); err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(dir, "a.npy")
		seen := run(t, ranks, func(c *mpi.Comm, o *Files) error {
			if err := o.Try(path, 1<<16, true); err != nil {
				return err
			}
			if c.Rank() == 0 {
				if err := os.RemoveAll(dir); err != nil {
					return err
				}
			}
			return write(c, o, path)
		})
		for rank, err := range seen {
			if err == nil || !strings.Contains(err.Error(), path) || !strings.Contains(err.Error(), "does not exist") {
				t.Errorf("%s, rank %d: %v", kind, rank, err)
			}
		}
	}
}

// TestSetsKeepTheOldOneOrAllOfTheNew has each call of a set fail on one rank or another.
func TestSetsKeepTheOldOneOrAllOfTheNew(t *testing.T) {
	for _, call := range []string{"OpenFile", "Write", "Sync", "Rename", "SyncDir", "Remove"} {
		for nth := 1; ; nth++ {
			dir := t.TempDir()
			l := list(dir)
			wantNoErrors(t, run(t, 2, func(c *mpi.Comm, o *Files) error { return writeList(c, o, l, "old", none) }))
			s := faulty.New(faulty.Fault{Call: call, From: nth, To: nth, Err: syscall.EIO})
			restore := disk.Use(s)
			seen := run(t, ranks, func(c *mpi.Comm, o *Files) error { return writeList(c, o, l, "new", none) })
			restore()
			if s.Calls(call) < nth {
				break
			}
			what := fmt.Sprintf("%s number %d", call, nth)
			for rank, err := range seen {
				if (err == nil) != (seen[0] == nil) || err != nil && !strings.Contains(err.Error(), syscall.EIO.Error()) {
					t.Errorf("%s, rank %d: %v, rank 0: %v", what, rank, err, seen[0])
				}
			}
			switch {
			case begun[call] && seen[0] != nil:
				wantList(t, l, 2, "old")
			case call != "Remove" && seen[0] == nil: // a note for later runs, which no run needs
				wantList(t, l, ranks, "new")
			default:
				wantComplete(t, what, l)
			}
		}
	}
}

// wantComplete has a set there, whole, and every piece of the new one, under whatever names.
func wantComplete(t *testing.T, what string, l Set) {
	t.Helper()
	var found []string
	pieces := map[string]int{}
	entries, _ := os.ReadDir(filepath.Dir(l.Index))
	for _, e := range entries {
		content, err := os.ReadFile(filepath.Join(filepath.Dir(l.Index), e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		found = append(found, e.Name())
		pieces[string(content)]++
	}
	for rank := range ranks {
		if pieces[fmt.Sprintf("new of rank %d", rank)] != 1 {
			t.Errorf("%s: the new set lacks a piece: %v", what, found)
		}
	}
	index, err := os.ReadFile(l.Index)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range strings.Fields(string(index)) {
		if _, err := os.Stat(filepath.Join(filepath.Dir(l.Index), name)); err != nil {
			t.Errorf("%s: the index lists what is not there: %v", what, err)
		}
	}
}

func TestSpaceIsReservedUntilTheFileIsWritten(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.npy")
	s := faulty.New(faulty.Fault{Call: "Reserve", Name: filepath.Dir(path), Err: syscall.ENOSPC})
	restore := disk.Use(s)
	seen := run(t, ranks, func(_ *mpi.Comm, o *Files) error { return o.Try(path, 1<<20, true) })
	restore()
	for rank, err := range seen {
		if err == nil || !strings.Contains(err.Error(), "cannot reserve 1048576 bytes for "+path+": no space left on device: free some") {
			t.Errorf("rank %d: %v", rank, err)
		}
	}
	s = faulty.New()
	restore = disk.Use(s)
	defer restore()
	wantNoErrors(t, run(t, ranks, func(c *mpi.Comm, o *Files) error {
		if err := o.Hold(func() error { return o.Try(path, 1<<20, true) }); err != nil {
			return err
		}
		if c.Rank() == 0 {
			if entries, _ := os.ReadDir(filepath.Dir(path)); len(entries) > 0 {
				t.Errorf("a reservation is seen: %v", entries)
			}
		}
		return kinds["shared"](c, o, path)
	}))
	if content, err := os.ReadFile(path); err != nil || string(content) != "newnewnew" {
		t.Errorf("the file holds %q, %v", content, err)
	}
	if disk.Local(filepath.Dir(path)) && s.Calls("Link") != 1 {
		t.Errorf("what was reserved was not used")
	}
}

func TestAFileThatCannotBeReplacedIsFoundAtTheStart(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.npy")
	if err := os.WriteFile(path, []byte("old"), 0o666); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		path:   "cannot replace " + path + ": operation not permitted: name another file",
		".tmp": "its directory takes new files, but does not let them be renamed: operation not permitted",
	} {
		restore := disk.Use(faulty.New(faulty.Fault{Call: "Replaceable", Name: name, Err: syscall.EPERM}))
		for rank, err := range run(t, 2, func(_ *mpi.Comm, o *Files) error { return o.Try(path, 0, false) }) {
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("rank %d: %v, want %s", rank, err, want)
			}
		}
		restore()
	}
	wantOld(t, path)
}
