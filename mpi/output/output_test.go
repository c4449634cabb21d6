package output

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hybrid/mpi"
)

func TestAFaultOfOneRankLeavesTheOldFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.npy")
	if err := os.WriteFile(path, []byte("old"), 0o666); err != nil {
		t.Fatal(err)
	}
	fault := errors.New("no space on rank 2")
	seen := make([]error, 4)
	err := mpi.Run(4, func(c *mpi.Comm) error {
		o, err := New(c)
		if err != nil {
			return err
		}
		seen[c.Rank()] = o.Shared(path, func(f File) error {
			if c.Rank() == 2 {
				return fault
			}
			_, err := f.WriteAt([]byte("new"), int64(c.Rank()))
			return err
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for rank, err := range seen {
		if err == nil || !strings.Contains(err.Error(), fault.Error()) {
			t.Errorf("rank %d: %v", rank, err)
		}
	}
	wantOld(t, path)
}

func wantOld(t *testing.T, path string) {
	t.Helper()
	if content, err := os.ReadFile(path); err != nil || string(content) != "old" {
		t.Errorf("the file holds %q, %v", content, err)
	}
	if entries, _ := os.ReadDir(filepath.Dir(path)); len(entries) != 1 {
		t.Errorf("left behind: %v", entries)
	}
}

func TestAbandonRemovesWhatIsUnderWay(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.npy")
	if err := os.WriteFile(path, []byte("old"), 0o666); err != nil {
		t.Fatal(err)
	}
	err := mpi.Run(1, func(c *mpi.Comm) error {
		o, err := New(c)
		if err != nil {
			return err
		}
		if err := o.Shared(path, func(File) error {
			o.Abandon()
			return nil
		}); err == nil {
			t.Error("no error after Abandon")
		}
		if err := o.Try(path, 0, true); err == nil {
			t.Error("output began after Abandon")
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	wantOld(t, path)
}

// TestGathered has rank 0 write what the others send, and any rank fail.
func TestGathered(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.tsv")
	if err := os.WriteFile(path, []byte("old"), 0o666); err != nil {
		t.Fatal(err)
	}
	for _, faulty := range []int{2, 0, -1} {
		fault, seen := errors.New("out of words"), make([]error, 3)
		err := mpi.Run(3, func(c *mpi.Comm) error {
			o, err := New(c)
			if err != nil {
				return err
			}
			seen[c.Rank()] = o.Gathered(path, func(w io.Writer) error {
				all := make([]byte, 3)
				if err := mpi.Gather(c, []byte{'a' + byte(c.Rank())}, all, 0); err != nil {
					return err
				}
				if (w != nil) != (c.Rank() == 0) {
					t.Errorf("rank %d writes to %v", c.Rank(), w)
				}
				if w != nil {
					if _, err := w.Write(all); err != nil {
						return err
					}
				}
				if c.Rank() == faulty {
					return fault
				}
				return nil
			})
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		for rank, err := range seen {
			if (err == nil) != (faulty < 0) || err != nil && !strings.Contains(err.Error(), fault.Error()) {
				t.Errorf("rank %d fails, rank %d has %v", faulty, rank, err)
			}
		}
		if faulty >= 0 {
			wantOld(t, path)
		}
	}
	if content, err := os.ReadFile(path); err != nil || string(content) != "abc" {
		t.Errorf("the file holds %q, %v", content, err)
	}
	err := mpi.Run(2, func(c *mpi.Comm) error {
		o, err := New(c)
		if err != nil {
			return err
		}
		if err := o.Gathered(filepath.Join(path, "b"), func(io.Writer) error { return nil }); err == nil {
			t.Error("a file is a directory")
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

// TestOneFileOfTwoNamesIsFound has the file system say that two paths are one
// file: by a link to a file, by one to a directory, and by capital letters where
// it does not tell them apart. Hard links are two files as soon as one is
// replaced, and so no clash.
func TestOneFileOfTwoNamesIsFound(t *testing.T) {
	dir := t.TempDir()
	at := func(name string) string { return filepath.Join(dir, name) }
	for _, name := range []string{"real.npy", "Case"} {
		if err := os.WriteFile(at(name), []byte("old"), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	for _, err := range []error{os.Symlink("real.npy", at("link.png")), os.Symlink(".", at("same")), os.Link(at("real.npy"), at("hard.npy"))} {
		if err != nil {
			t.Fatal(err)
		}
	}
	_, err := os.Stat(at("cASE"))
	folds := err == nil
	type file struct {
		name  string
		alone bool
	}
	for _, c := range []struct {
		first, second file
		clash         bool
	}{
		{file{"real.npy", false}, file{"link.png", true}, true},
		{file{"link.png", true}, file{"real.npy", false}, true},
		{file{"new.npy", false}, file{"same/new.npy", false}, true},
		{file{"a/../new.png", true}, file{"new.png", true}, true},
		{file{"a.csv", true}, file{"A.csv", true}, folds},
		{file{"real.npy", false}, file{"hard.npy", false}, false},
		{file{"real.npy", false}, file{"other.npy", true}, false},
	} {
		if err := os.MkdirAll(at("a"), 0o777); err != nil {
			t.Fatal(err)
		}
		err := mpi.Run(3, func(comm *mpi.Comm) error {
			o, err := New(comm)
			if err != nil {
				return err
			}
			try := func(f file) error {
				if f.alone {
					return o.Try(dir+"/"+f.name, 0, false)
				}
				return o.Try(dir+"/"+f.name, 0, true)
			}
			err = o.Hold(func() error {
				if err := try(c.first); err != nil {
					return err
				}
				return try(c.second)
			})
			if (err != nil) != c.clash || err != nil && !strings.Contains(err.Error(), c.second.name+`" is the same file as "`) {
				t.Errorf("%v and %v on rank %d: %v", c.first, c.second, comm.Rank(), err)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if left, _ := filepath.Glob(at(".*.tmp")); left != nil {
		t.Errorf("left behind: %v", left)
	}
}
