package atomicfile

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func content(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func names(t *testing.T, dir string) string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, e := range entries {
		all = append(all, e.Name())
	}
	return strings.Join(all, " ")
}

func TestTheOldFileStaysUntilCommit(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a.npy")
	if err := os.WriteFile(path, []byte("old"), 0o600); err != nil {
		t.Fatal(err)
	}
	f, err := Create(path, "tok")
	if err != nil {
		t.Fatal(err)
	}
	other, err := Open(path, "tok")
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Truncate(4); err != nil {
		t.Fatal(err)
	}
	if _, err := other.WriteAt([]byte("ew"), 2); err != nil {
		t.Fatal(err)
	}
	if err := other.Close(); err != nil {
		t.Fatal(err)
	}
	if err := other.Close(); err != nil {
		t.Errorf("second Close: %v", err)
	}
	if _, err := f.WriteAt([]byte("_n"), 0); err != nil {
		t.Fatal(err)
	}
	if got := content(t, path); got != "old" {
		t.Errorf("before Commit: %q", got)
	}
	if got, want := names(t, dir), ".a.npy.tok.tmp a.npy"; got != want {
		t.Errorf("before Commit: files %q, want %q", got, want)
	}
	if f.Name() != TempName(path, "tok") {
		t.Errorf("Name %q", f.Name())
	}
	if err := f.Commit(); err != nil {
		t.Fatal(err)
	}
	if got := content(t, path); got != "_new" {
		t.Errorf("after Commit: %q", got)
	}
	if err := f.Abort(); err != nil {
		t.Errorf("Abort after Commit: %v", err)
	}
	if got := names(t, dir); got != "a.npy" {
		t.Errorf("after Commit: files %q", got)
	}
}

func TestAbortAndFailedWriteLeaveNothing(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a.png")
	f, err := Create(path, "tok")
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Abort(); err != nil {
		t.Fatal(err)
	}
	wrong := errors.New("wrong")
	err = Write(path, "tok", func(w io.Writer) error {
		io.WriteString(w, "half")
		return wrong
	})
	if !errors.Is(err, wrong) {
		t.Errorf("Write returned %v", err)
	}
	if got := names(t, dir); got != "" {
		t.Errorf("left behind: %q", got)
	}
	err = Write(path, "tok", func(w io.Writer) error {
		_, err := io.WriteString(w, "whole")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if got := content(t, path); got != "whole" {
		t.Errorf("content %q", got)
	}
}

func TestASymbolicLinkIsFollowed(t *testing.T) {
	dir, scratch := t.TempDir(), t.TempDir()
	link, goal := filepath.Join(dir, "link"), filepath.Join(scratch, "goal")
	if err := os.WriteFile(goal, []byte("old"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(goal, link); err != nil {
		t.Fatal(err)
	}
	f, err := Create(link, "t")
	if err != nil {
		t.Fatal(err)
	}
	if filepath.Base(f.Name()) != ".goal.t.tmp" {
		t.Errorf("written as %s, not beside the file that is replaced", f.Name())
	}
	f.Write([]byte("new"))
	if err := f.Commit(); err != nil {
		t.Fatal(err)
	}
	if got := content(t, goal); got != "new" {
		t.Errorf("the link's target holds %q", got)
	}
	if info, err := os.Lstat(link); err != nil || info.Mode()&os.ModeSymlink == 0 {
		t.Errorf("the link was replaced: %v %v", info, err)
	}
}

func TestADanglingLinkIsRefused(t *testing.T) {
	dir := t.TempDir()
	link := filepath.Join(dir, "link")
	if err := os.Symlink("nowhere", link); err != nil {
		t.Fatal(err)
	}
	_, err := Create(link, "t")
	if err == nil || !strings.Contains(err.Error(), "link: it is a symbolic link to nowhere, which does not exist: remove the link or name that file") {
		t.Errorf("%v", err)
	}
}

func TestErrorsNameThePath(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	if err := os.WriteFile("busy", nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(".taken.t.tmp", nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		open func(path, token string) (*File, error)
		path string
		want string
	}{
		{Create, "", `cannot create "": it names no file`},
		{Create, "out/", `cannot create "out/": it names no file`},
		{Create, "no/a.npy", "cannot create no/a.npy: the directory no does not exist: create it first"},
		{Create, dir, "cannot create " + dir + ": it is a directory: name a file in it"},
		{Create, "/dev/null", "cannot create /dev/null: it is not a regular file"},
		{Create, "busy/a.npy", "cannot create busy/a.npy: not a directory"},
		{Create, "taken", `cannot create "taken": this run already writes that file under another name (as .taken.t.tmp)`},
		{Open, "a.npy", "cannot write a.npy: the file .a.npy.t.tmp that another rank created is not seen here: " +
			"write to a directory that all nodes share"},
	} {
		f, err := c.open(c.path, "t")
		if err == nil {
			f.Abort()
			t.Errorf("%q: no error", c.path)
		} else if err.Error() != c.want {
			t.Errorf("%q: error\n%q, want\n%q", c.path, err, c.want)
		}
	}

	f, err := Create("a.npy", "t")
	if err != nil {
		t.Fatal(err)
	}
	f.Close()
	if _, err := f.WriteAt([]byte("x"), 0); err == nil || err.Error() != "cannot write a.npy: file already closed" {
		t.Errorf("write after Close: %v", err)
	}
	if err := f.Commit(); err == nil {
		t.Error("Commit of a closed file: no error")
	}
	if _, err := os.Stat(f.Name()); err == nil {
		t.Error("a failed Commit left its temporary file")
	}
}

func TestTempName(t *testing.T) {
	long := strings.Repeat("x", 250)
	for _, c := range []struct{ path, want string }{
		{"a.npy", ".a.npy.tok.tmp"},
		{"/d/e/a.npy", "/d/e/.a.npy.tok.tmp"},
		{"../a", "../.a.tok.tmp"},
	} {
		if got := TempName(c.path, "tok"); got != c.want {
			t.Errorf("TempName(%q) = %q, want %q", c.path, got, c.want)
		}
	}
	one, two := TempName("d/"+long+"1", "tok"), TempName("d/"+long+"2", "tok")
	if one == two || len(filepath.Base(one)) > maxName || filepath.Dir(one) != "d" {
		t.Errorf("long names: %q and %q", one, two)
	}
	if a, b := NewToken(), NewToken(); a == b || len(a) != 8 {
		t.Errorf("tokens %q and %q", a, b)
	}
}

func TestAReplacedFileKeepsItsPermissions(t *testing.T) {
	path := filepath.Join(t.TempDir(), "private")
	if err := os.WriteFile(path, []byte("old"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := Write(path, NewToken(), func(w io.Writer) error { _, err := w.Write([]byte("new")); return err }); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if got := info.Mode().Perm(); got != 0o600 {
		t.Errorf("permissions %o, want 600", got)
	}
}
