package series

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

type owner struct{ Run string }

func open(t *testing.T, dir string) *Folder {
	t.Helper()
	f := New(dir, "frame", ".png")
	if err := f.Take(); err != nil {
		t.Fatal(err)
	}
	return f
}

func write(t *testing.T, paths ...string) {
	t.Helper()
	for _, path := range paths {
		if err := os.WriteFile(path, nil, 0o666); err != nil {
			t.Fatal(err)
		}
	}
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

func TestAFolderBelongsToOne(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a", "b")
	f := open(t, dir)
	if err := New(dir, "frame", ".png").Take(); err == nil || !strings.Contains(err.Error(), "another run is writing into") {
		t.Errorf("a second owner: %v", err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	if got := names(t, dir); got != "" {
		t.Errorf("left behind: %s", got)
	}
	open(t, dir).Close()
}

func TestBeginLeavesNoFileOfAnotherRun(t *testing.T) {
	dir := t.TempDir()
	f := open(t, dir)
	write(t, f.Path(5, 6), f.Path(12, 6), f.Path(7, 3), filepath.Join(dir, "frame_x.png"), filepath.Join(dir, "last.png"))
	if all, err := f.Names(0); err != nil || !slices.Equal(all, []string{"frame_000005.png", "frame_007.png", "frame_000012.png"}) {
		t.Errorf("%v, %v", all, err)
	}
	if err := f.Begin(6, owner{"a rather long name"}); err != nil {
		t.Fatal(err)
	}
	if err := f.Begin(6, owner{"b"}); err != nil {
		t.Fatal(err)
	}
	f.Close()
	if got := names(t, dir); got != ".frame_run.json frame_000005.png frame_x.png last.png" {
		t.Errorf("there are %s", got)
	}
	f = open(t, dir)
	defer f.Close()
	var o owner
	if err := f.Whose(&o); err != nil || o.Run != "b" {
		t.Errorf("%v, %v", o, err)
	}
}

// TestTakeRemovesWhatAKilledRunWasWriting has another folder beside, of a name that a pattern would match.
func TestTakeRemovesWhatAKilledRunWasWriting(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a[b]*")
	f := open(t, dir)
	if err := f.Begin(0, owner{"a"}); err != nil {
		t.Fatal(err)
	}
	write(t, f.Path(5, 6), filepath.Join(dir, ".frame_000010.png.11111111.tmp"), filepath.Join(dir, ".frame_run.11111111.tmp"),
		filepath.Join(dir, ".frame_000010.png.11111111.whole"), filepath.Join(dir, ".other_1.png.11111111.tmp"))
	f.Close()
	open(t, dir).Close()
	if got := names(t, dir); got != ".frame_000010.png.11111111.whole .frame_run.json .other_1.png.11111111.tmp frame_000005.png" {
		t.Errorf("there are %s", got)
	}
}

// TestALinkIsNotWrittenThrough has another user's link where the mark is to be.
func TestALinkIsNotWrittenThrough(t *testing.T) {
	dir := t.TempDir()
	precious := filepath.Join(dir, "precious")
	if err := os.WriteFile(precious, []byte("precious"), 0o666); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("precious", filepath.Join(dir, ".frame_run.json")); err != nil {
		t.Fatal(err)
	}
	f := New(dir, "frame", ".png")
	if err := f.Take(); err == nil {
		f.Begin(0, owner{"a"})
		f.Close()
		t.Error("the folder was taken")
	}
	if text, err := os.ReadFile(precious); err != nil || string(text) != "precious" {
		t.Errorf("precious: %q, %v", text, err)
	}
}

// TestTheLockStaysWithTheMark has a second run come when the mark was replaced, by another path.
func TestTheLockStaysWithTheMark(t *testing.T) {
	dir := t.TempDir()
	f := open(t, filepath.Join(dir, "fr"))
	defer f.Close()
	if err := os.Symlink("fr", filepath.Join(dir, "same")); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := f.Begin(0, owner{"a"}); err != nil {
			t.Fatal(err)
		}
		if err := New(filepath.Join(dir, "same"), "frame", ".png").Take(); err == nil || !strings.Contains(err.Error(), "another run is writing into") {
			t.Errorf("a second owner: %v", err)
		}
	}
}

func TestHasFollowsLinks(t *testing.T) {
	dir := t.TempDir()
	at := func(name string) string { return filepath.Join(dir, name) }
	f := open(t, at("fr"))
	defer f.Close()
	write(t, f.Path(5, 6))
	if err := os.Symlink("fr", at("same")); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("fr/frame_000005.png", at("link.png")); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]bool{
		"fr/frame_000005.png": true, "fr/frame_000010.png": true, "same/frame_000010.png": true, "link.png": true, "fr/../fr/frame_1.png": true,
		"fr/FRAME_000010.png": true, "fr/last.png": false, "frame_000010.png": false, "none/frame_000010.png": false,
	} {
		if got := f.Has(dir + "/" + name); got != want {
			t.Errorf("%s: %v", name, got)
		}
	}
}
