//go:build unix

package bootcache

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

type key struct {
	Processor string
	Threads   int
}

// stored is a cache with one value, 5, and its file.
func stored(t *testing.T) (cache, key, string) {
	t.Helper()
	p, k := cache{filepath.Join(t.TempDir(), "cache"), "boot 1"}, key{"a processor", 2}
	if err := p.store("memory", k, 5.0); err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(p.dir, "hybrid", "*"))
	if err != nil || len(files) != 1 {
		t.Fatalf("files %q, %v", files, err)
	}
	return p, k, files[0]
}

func TestAValueIsFoundUnderItsKeyInItsBoot(t *testing.T) {
	p, k, _ := stored(t)
	got := 0.0
	if err := p.load("memory", k, &got); err != nil || got != 5 {
		t.Errorf("%v, %v", got, err)
	}
	for about, find := range map[string]func() error{
		"another key":     func() error { return p.load("memory", key{"a processor", 3}, &got) },
		"another name":    func() error { return p.load("disk", k, &got) },
		"another boot":    func() error { return cache{p.dir, "boot 2"}.load("memory", k, &got) },
		"no cache at all": func() error { return cache{p.dir + "/none", p.boot}.load("memory", k, &got) },
	} {
		if find() == nil {
			t.Errorf("%s: found", about)
		}
	}
	// What another boot stores takes the file of the one before.
	if err := (cache{p.dir, "boot 2"}).store("memory", k, 6.0); err != nil {
		t.Fatal(err)
	}
	if err := p.load("memory", k, &got); err == nil {
		t.Error("the value of an earlier boot is still there")
	}
	if files, _ := filepath.Glob(filepath.Join(p.dir, "hybrid", "*")); len(files) != 1 {
		t.Errorf("files %q", files)
	}
}

func TestWhatIsNotTheUsersAloneIsNotRead(t *testing.T) {
	for about, spoil := range map[string]func(t *testing.T, dir, file string) error{
		"a file that others may write":       func(_ *testing.T, _, file string) error { return os.Chmod(file, 0o666) },
		"a directory that others may write":  func(_ *testing.T, dir, _ string) error { return os.Chmod(filepath.Join(dir, "hybrid"), 0o777) },
		"a cache directory others may write": func(_ *testing.T, dir, _ string) error { return os.Chmod(dir, 0o777) },
		"another user's file":                func(t *testing.T, _, file string) error { return give(t, file) },
		"another user's directory":           func(t *testing.T, dir, _ string) error { return give(t, filepath.Join(dir, "hybrid")) },
		"a link to the file": func(_ *testing.T, _, file string) error {
			return moved(file, func(to string) error { return os.Symlink(to, file) })
		},
		"a pipe": func(_ *testing.T, _, file string) error {
			return moved(file, func(string) error { return syscall.Mkfifo(file, 0o600) })
		},
		"a directory of the file's name": func(_ *testing.T, _, file string) error {
			return moved(file, func(string) error { return os.Mkdir(file, 0o700) })
		},
		"half a file":                          func(_ *testing.T, _, file string) error { return os.Truncate(file, 20) },
		"an empty file":                        func(_ *testing.T, _, file string) error { return os.Truncate(file, 0) },
		"a file of something else":             func(_ *testing.T, _, file string) error { return os.WriteFile(file, []byte(`"5"`), 0o600) },
		"a value that is no number":            func(_ *testing.T, _, file string) error { return replaced(file, ":5}", `:"5"}`) },
		"a key other than the file's name has": func(_ *testing.T, _, file string) error { return replaced(file, "a processor", "one processor") },
	} {
		t.Run(about, func(t *testing.T) {
			p, k, file := stored(t)
			if err := spoil(t, p.dir, file); err != nil {
				t.Fatal(err)
			}
			got := 0.0
			if err := p.load("memory", k, &got); err == nil {
				t.Errorf("read %v", got)
			}
		})
	}
}

// give makes a file another user's, which root alone can.
func give(t *testing.T, path string) error {
	if os.Geteuid() != 0 {
		if info, err := os.Stat("/"); err != nil || own(info) {
			t.Error("the root of the file system is this user's")
		}
		return os.Chmod(path, 0)
	}
	return os.Chown(path, 12345, -1)
}

// moved moves a file aside and puts something in its place.
func moved(file string, put func(to string) error) error {
	to := file + ".aside"
	if err := os.Rename(file, to); err != nil {
		return err
	}
	return put(to)
}

func replaced(file, old, new string) error {
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	return os.WriteFile(file, []byte(strings.Replace(string(text), old, new, 1)), 0o600)
}

// TestNothingIsWrittenWhereOthersMayWrite: they could lead it elsewhere.
func TestNothingIsWrittenWhereOthersMayWrite(t *testing.T) {
	dir := t.TempDir()
	if err := os.Chmod(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	if err := (cache{dir, "boot 1"}).store("memory", key{}, 5.0); err == nil {
		t.Error("stored")
	}
}

// TestHere stores and finds a value where programs do.
func TestHere(t *testing.T) {
	t.Setenv("HOME", t.TempDir()) // Darwin's
	t.Setenv("XDG_CACHE_HOME", filepath.Join(t.TempDir(), "cache"))
	if boot() == "" {
		if err := Store("memory", key{}, 5.0); err == nil {
			t.Error("stored without a boot")
		}
		return
	}
	if err := Store("memory", key{}, 5.0); err != nil {
		t.Fatal(err)
	}
	if got := 0.0; !Load("memory", key{}, &got) || got != 5 {
		t.Errorf("found %v", got)
	}
}
