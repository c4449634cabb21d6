package output

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hybrid/internal/atomicfile"
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
		seen[c.Rank()] = o.Shared(path, func(f *atomicfile.File) error {
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
		if err := o.Shared(path, func(*atomicfile.File) error {
			o.Abandon()
			return nil
		}); err == nil {
			t.Error("no error after Abandon")
		}
		if err := o.Shared(path, nil); err == nil {
			t.Error("output began after Abandon")
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	wantOld(t, path)
}
