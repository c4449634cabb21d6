package output

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"hybrid/mpi"
)

// list is a set whose index has a name in each line.
func list(dir string) Set {
	return Set{Index: filepath.Join(dir, "a.list"), Ending: ".part", Listed: func(r io.Reader) []string {
		text, _ := io.ReadAll(r)
		return strings.Fields(string(text))
	}}
}

// writeList has ranks write text into a set; what fault returns fails.
func writeList(c *mpi.Comm, o *Files, s Set, text string, fault func() error) error {
	return o.Set(s, true, func(f File) error {
		if _, err := fmt.Fprintf(f, "%s of rank %d", text, c.Rank()); err != nil {
			return err
		}
		return fault()
	}, func(w io.Writer, token string) error {
		for rank := range c.Size() {
			if _, err := fmt.Fprintln(w, filepath.Base(s.Piece(token, rank))); err != nil {
				return err
			}
		}
		return nil
	})
}

func none() error { return nil }

// wantList has the set there, and nothing else.
func wantList(t *testing.T, s Set, ranks int, text string) {
	t.Helper()
	f, err := os.Open(s.Index)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	pieces := s.Listed(f)
	if len(pieces) != ranks {
		t.Errorf("%d pieces, want %d", len(pieces), ranks)
	}
	for rank, name := range pieces {
		content, err := os.ReadFile(filepath.Join(filepath.Dir(s.Index), name))
		if want := fmt.Sprintf("%s of rank %d", text, rank); err != nil || string(content) != want {
			t.Errorf("%s holds %q, %v, want %q", name, content, err, want)
		}
	}
	entries, _ := os.ReadDir(filepath.Dir(s.Index))
	if len(entries) != 1+ranks {
		t.Errorf("want the index and %d pieces, there are %v", ranks, entries)
	}
}

// run has ranks write files, and returns what each got.
func run(t *testing.T, ranks int, f func(c *mpi.Comm, o *Files) error) []error {
	t.Helper()
	seen := make([]error, ranks)
	err := mpi.Run(ranks, func(c *mpi.Comm) error {
		o, err := New(c)
		if err != nil {
			return err
		}
		defer o.Close()
		seen[c.Rank()] = f(c, o)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return seen
}

func wantNoErrors(t *testing.T, seen []error) {
	t.Helper()
	for rank, err := range seen {
		if err != nil {
			t.Errorf("rank %d: %v", rank, err)
		}
	}
}

func TestASetReplacesTheOneBefore(t *testing.T) {
	s := list(t.TempDir())
	for _, ranks := range []int{3, 5, 2} {
		text := fmt.Sprintf("set of %d", ranks)
		wantNoErrors(t, run(t, ranks, func(c *mpi.Comm, o *Files) error {
			if err := o.Hold(func() error { return o.TrySet(s, 100) }); err != nil {
				return err
			}
			return writeList(c, o, s, text, none)
		}))
		wantList(t, s, ranks, text)
	}
	// Twice in one run.
	wantNoErrors(t, run(t, 2, func(c *mpi.Comm, o *Files) error {
		return errors.Join(writeList(c, o, s, "one", none), writeList(c, o, s, "two", none))
	}))
	wantList(t, s, 2, "two")
}

func TestAFaultOfOneRankLeavesTheOldSet(t *testing.T) {
	s := list(t.TempDir())
	wantNoErrors(t, run(t, 3, func(c *mpi.Comm, o *Files) error { return writeList(c, o, s, "old", none) }))
	fault := errors.New("no space on rank 1")
	for rank, err := range run(t, 2, func(c *mpi.Comm, o *Files) error {
		return writeList(c, o, s, "new", func() error {
			if c.Rank() == 1 {
				return fault
			}
			return nil
		})
	}) {
		if err == nil || !strings.Contains(err.Error(), fault.Error()) {
			t.Errorf("rank %d: %v", rank, err)
		}
	}
	wantList(t, s, 3, "old")
}

// TestRunsThatReplaceOneSetLeaveOne has several do it at once, again and again.
func TestRunsThatReplaceOneSetLeaveOne(t *testing.T) {
	s := list(t.TempDir())
	wantNoErrors(t, run(t, 2, func(c *mpi.Comm, o *Files) error { return writeList(c, o, s, "old", none) }))
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			for range 10 {
				wantNoErrors(t, run(t, 2, func(c *mpi.Comm, o *Files) error { return writeList(c, o, s, "new", none) }))
			}
		})
	}
	all.Wait()
	wantList(t, s, 2, "new")
}

func TestAbandonLeavesTheOldSet(t *testing.T) {
	s := list(t.TempDir())
	wantNoErrors(t, run(t, 2, func(c *mpi.Comm, o *Files) error { return writeList(c, o, s, "old", none) }))
	for rank, err := range run(t, 3, func(c *mpi.Comm, o *Files) error {
		return writeList(c, o, s, "new", func() error {
			if c.Rank() == 1 {
				o.Abandon()
			}
			return nil
		})
	}) {
		if err == nil || !strings.Contains(err.Error(), "abandoned") {
			t.Errorf("rank %d: %v", rank, err)
		}
	}
	wantList(t, s, 2, "old")
}

func TestOnlyPiecesOfTheSetAreRemoved(t *testing.T) {
	dir := t.TempDir()
	s := list(dir)
	if err := os.Mkdir(filepath.Join(dir, "a_deadbeef_7"), 0o777); err != nil {
		t.Fatal(err)
	}
	names := []string{"a_deadbeef_0.part", "precious.txt", "a_0.part", "a_deadbeef_1.vti", "a_deadbeefs_0.part", "a_deadbeef_01.part", "a_deadbeef_7/0.part", "a_badc0de5_2.part"}
	for _, name := range names {
		if err := os.WriteFile(filepath.Join(dir, name), nil, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	listed := strings.Join(names[:len(names)-1], "\n") + "\n../" + filepath.Base(dir) + "/a_badc0de5_2.part\n"
	if err := os.WriteFile(s.Index, []byte(listed), 0o666); err != nil {
		t.Fatal(err)
	}
	wantNoErrors(t, run(t, 1, func(c *mpi.Comm, o *Files) error { return writeList(c, o, s, "new", none) }))
	for _, name := range names[1:] {
		if _, err := os.Stat(filepath.Join(dir, name)); err != nil {
			t.Errorf("%s is gone", name)
		}
	}
	if _, err := os.Stat(filepath.Join(dir, names[0])); err == nil {
		t.Errorf("%s is still there", names[0])
	}
}

// TestWhatADeadRunLeftOfASetGoes has an index under its temporary name, without a lock, as a
// killed run leaves it.
func TestWhatADeadRunLeftOfASetGoes(t *testing.T) {
	dir := t.TempDir()
	s := list(dir)
	wantNoErrors(t, run(t, 2, func(c *mpi.Comm, o *Files) error { return writeList(c, o, s, "old", none) }))
	old, err := os.ReadFile(s.Index)
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		".a.list.deadbeef.tmp":            "a_deadbeef_0.part\na_deadbeef_1.part\n" + string(old),
		"a_deadbeef_0.part":               "named",
		".a_deadbeef_1.part.deadbeef.tmp": "not named",
		".a_badc0de5_1.part.badc0de5.tmp": "of a set without an index",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	// One that lists what is in use.
	token := strings.Split(string(old), "_")[1]
	if err := os.WriteFile(filepath.Join(dir, ".a.list."+token+".tmp"), old, 0o666); err != nil {
		t.Fatal(err)
	}
	wantNoErrors(t, run(t, 3, func(c *mpi.Comm, o *Files) error { return o.TrySet(s, 0) }))
	wantList(t, s, 2, "old")
}
