package wordcount

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"hybrid/solvers/task"
)

// note is what a count says about a kind of files.
func note(n *Counts, k Kind) Note {
	for _, note := range n.Notes {
		if note.Kind == k {
			return note
		}
	}
	return Note{Kind: k}
}

// TestDirectory walks one that has everything in it.
func TestDirectory(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "a"), "apple pear")
	write(t, filepath.Join(dir, "sub/b"), "pear")
	write(t, filepath.Join(dir, "sub/empty"), "")
	write(t, filepath.Join(dir, "sub/binary"), "apple\x00pear")
	late := write(t, filepath.Join(dir, "late"), strings.Repeat(" ", 8000)+"apple\x00pear") // a zero that comes late
	for link, to := range map[string]string{"link": "a", "sub/loop": "..", "gone": "nowhere"} {
		if err := os.Symlink(to, filepath.Join(dir, link)); err != nil {
			t.Fatal(err)
		}
	}
	if err := syscall.Mkfifo(filepath.Join(dir, "pipe"), 0o666); err != nil {
		t.Fatal(err)
	}
	for _, ranks := range []int{1, 3} {
		for _, o := range []Options{{}, small} {
			options := func(int) Options { return o }
			n, got, err := run(Problem{Paths: []string{dir}}, ranks, ".tsv", options)
			if err != nil {
				t.Fatal(err)
			}
			if want := "pear\t3\napple\t2\n"; got != want {
				t.Errorf("%q, want %q", got, want)
			}
			for kind, count := range map[Kind]int64{Binary: 1, Symlink: 3, Special: 1, Unreadable: 0, Shrunk: 0, Repeated: 0} {
				if got := note(n, kind); got.Count != count || count == 1 && !strings.Contains(got.String(), got.First) {
					t.Errorf("%v, want %d", got, count)
				}
			}
			_, got, err = run(Problem{Paths: []string{dir}, Binary: true}, ranks, ".tsv", options)
			if want := "pear\t4\napple\t3\n"; err != nil || got != want {
				t.Errorf("with binary files: %q, %v, want %q", got, err, want)
			}
			n, got, err = run(Problem{Paths: []string{filepath.Join(dir, "link"), filepath.Join(dir, "a"), late, dir}}, ranks, ".tsv", options)
			if want := "pear\t6\napple\t5\n"; err != nil || got != want || note(n, Repeated).Count != 3 {
				t.Errorf("named more than once: %q, %v, %v, want %q", got, err, note(n, Repeated), want)
			}
		}
	}
}

// TestLinkToDirectory names a link, which is followed, though none below it is.
func TestLinkToDirectory(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "real/a"), "apple")
	link := filepath.Join(dir, "link")
	if err := os.Symlink("real", link); err != nil {
		t.Fatal(err)
	}
	_, got, err := run(Problem{Paths: []string{link}}, 2, ".tsv", func(int) Options { return Options{} })
	if want := "apple\t1\n"; err != nil || got != want {
		t.Errorf("%q, %v, want %q", got, err, want)
	}
}

func TestPipe(t *testing.T) {
	path := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(path, 0o666); err != nil {
		t.Fatal(err)
	}
	go func() {
		f, err := os.OpenFile(path, os.O_WRONLY, 0)
		if err != nil {
			t.Error(err)
			return
		}
		io.WriteString(f, "from a pipe")
		f.Close()
	}()
	_, got, err := run(Problem{Paths: []string{path}}, 2, ".tsv", func(int) Options { return Options{} })
	if want := "a\t1\nfrom\t1\npipe\t1\n"; err != nil || got != want {
		t.Errorf("%q, %v, want %q", got, err, want)
	}
}

// A fake is a file that has other contents than the one of its name, and fails
// where it is told to.
type fake struct {
	text   string
	failAt int64 // 0: nowhere
}

func (f fake) ReadAt(p []byte, off int64) (int, error) {
	if f.failAt > 0 && off+int64(len(p)) > f.failAt {
		return 0, &os.PathError{Op: "read", Path: "fake", Err: syscall.EIO}
	}
	return strings.NewReader(f.text).ReadAt(p, off)
}

func (fake) Close() error { return nil }

// TestTroubledFiles has files that go wrong after they were listed.
func TestTroubledFiles(t *testing.T) {
	text := strings.Repeat("some words ", 100)
	dir := t.TempDir()
	path := write(t, filepath.Join(dir, "file"), text)
	denied := func(string) (file, error) { return nil, syscall.EACCES }
	on := func(who int, open func(string) (file, error)) func(int) Options {
		return func(rank int) Options {
			o := small
			if rank == who || who < 0 {
				o.open = open
			}
			return o
		}
	}
	for _, test := range []struct {
		name    string
		paths   []string
		ranks   int
		options func(rank int) Options
		err     []string
		note    Kind
		want    string
	}{
		{name: "one rank cannot open a named file", paths: []string{path}, ranks: 3, options: on(1, denied),
			err: []string{path, "rank 1", "permission denied", "every rank"}},
		{name: "one rank cannot open a found file", paths: []string{dir}, ranks: 3, options: on(2, denied),
			err: []string{path, "rank 2", "another part of it was counted"}},
		{name: "no rank can open a named file", paths: []string{path}, ranks: 2, options: on(-1, denied),
			err: []string{path, "rank 0", "permission denied"}},
		{name: "no rank can open a found file", paths: []string{dir}, ranks: 2, options: on(-1, denied), note: Unreadable},
		{name: "read error", paths: []string{dir}, ranks: 2,
			options: on(-1, func(string) (file, error) { return fake{text, 1090}, nil }),
			err:     []string{path, "cannot read at byte", "input/output error"}},
		{name: "shrunk", paths: []string{dir}, ranks: 1, note: Shrunk, want: "some\t2\nwor\t1\nwords\t1\n",
			options: on(-1, func(string) (file, error) { return fake{text: text[:19]}, nil })},
		{name: "shrunk before the parts of many", paths: []string{dir}, ranks: 3, note: Shrunk, want: "some\t2\nwor\t1\nwords\t1\n",
			options: on(-1, func(string) (file, error) { return fake{text: text[:19]}, nil })},
		{name: "grown", paths: []string{dir}, ranks: 2, want: "some\t100\nwords\t100\n",
			options: on(-1, func(string) (file, error) { return fake{text: text + text}, nil })},
		{name: "shrunk to nothing", paths: []string{dir}, ranks: 2, note: Shrunk,
			options: on(-1, func(string) (file, error) { return fake{}, nil })},
	} {
		n, got, err := run(Problem{Paths: test.paths}, test.ranks, ".tsv", test.options)
		if test.err != nil {
			t.Run(test.name, func(t *testing.T) { wantError(t, err, test.err...) })
			continue
		}
		if err != nil || got != test.want || test.note != "" && note(n, test.note) != (Note{test.note, 1, path}) {
			t.Errorf("%s: %q, %v, want %q", test.name, got, err, test.want)
		}
	}
}

// TestChangedFile has a file that is another one when it is counted again.
func TestChangedFile(t *testing.T) {
	text := "some words and others"
	path := write(t, filepath.Join(t.TempDir(), "file"), text)
	opened := 0
	n, _, err := run(Problem{Paths: []string{path}}, 1, ".tsv", func(int) Options {
		return Options{Verify: true, open: func(string) (file, error) {
			opened++
			if opened > 1 {
				text = strings.Replace(text, "and", "xnd", 1)
			}
			return fake{text: text}, nil
		}}
	})
	if err != nil || n.Verdict.Answer != task.No || opened != 2 {
		t.Errorf("opened %d times, %v, %v; want no", opened, n.Verdict, err)
	}
}

func TestMissing(t *testing.T) {
	dir := t.TempDir()
	for path, want := range map[string]string{
		filepath.Join(dir, "nowhere"):                "no such file",
		write(t, filepath.Join(dir, "a"), "") + "/b": "not a directory",
	} {
		_, _, err := run(Problem{Paths: []string{path}}, 2, ".tsv", func(int) Options { return Options{} })
		wantError(t, err, path, want)
		var input *InputError
		if !errors.As(err, &input) || input.ExitCode() != 2 {
			t.Errorf("%T, want an *InputError with status 2", err)
		}
	}
}
