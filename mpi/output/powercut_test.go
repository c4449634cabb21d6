package output

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"hybrid/internal/disk/faulty"
	"hybrid/mpi"
)

// TestAPowerCutLeavesTheOldFileOrTheNew cuts the power at every call.
func TestAPowerCutLeavesTheOldFileOrTheNew(t *testing.T) {
	for kind, write := range kinds {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, "a.npy"), []byte("old"), 0o666); err != nil {
			t.Fatal(err)
		}
		faulty.EveryCut(t, dir, func() {
			wantNoErrors(t, run(t, ranks, func(c *mpi.Comm, o *Files) error {
				path := filepath.Join(dir, "a.npy")
				if err := o.Hold(func() error { return o.Try(path, 9, true) }); err != nil {
					return err
				}
				return write(c, o, path)
			}))
		}, func(dir string, done bool) error {
			content, err := os.ReadFile(filepath.Join(dir, "a.npy"))
			if got := string(content); err != nil || got != "newnewnew" && (done || got != "old") {
				return fmt.Errorf("%s: the file holds %q, %v", kind, got, err)
			}
			return nil
		})
	}
}

func TestAPowerCutLeavesTheOldSetOrTheNew(t *testing.T) {
	dir := t.TempDir()
	wantNoErrors(t, run(t, 2, func(c *mpi.Comm, o *Files) error { return writeList(c, o, list(dir), "old", none) }))
	faulty.EveryCut(t, dir, func() {
		wantNoErrors(t, run(t, ranks, func(c *mpi.Comm, o *Files) error { return writeList(c, o, list(dir), "new", none) }))
	}, func(dir string, done bool) error {
		f, err := os.Open(filepath.Join(dir, "a.list"))
		if err != nil {
			return err
		}
		defer f.Close()
		texts := map[string]bool{}
		pieces := list(dir).Listed(f)
		for rank, name := range pieces {
			content, err := os.ReadFile(filepath.Join(dir, name))
			if err != nil {
				return err
			}
			var text string
			var of int
			if n, _ := fmt.Sscanf(string(content), "%s of rank %d", &text, &of); n != 2 || of != rank {
				return fmt.Errorf("%s holds %q", name, content)
			}
			texts[text] = true
		}
		if old := len(pieces) == 2 && texts["old"]; len(texts) != 1 || !old && !(len(pieces) == ranks && texts["new"]) || old && done {
			return fmt.Errorf("%d pieces of %v", len(pieces), texts)
		}
		return nil
	})
}
