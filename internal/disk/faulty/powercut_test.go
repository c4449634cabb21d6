package faulty

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"hybrid/internal/disk"
)

const seeds = 64

// left are the different trees that power cuts leave behind all calls, each as what a file of a name holds; "-": there is none.
func left(t *testing.T, r *Recorder, name string) map[string]bool {
	t.Helper()
	all := map[string]bool{}
	for seed := range uint64(seeds) {
		dir := t.TempDir()
		must(t, r.LayOut(r.Calls(), seed, dir))
		text, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			text = []byte("-")
		}
		all[string(text)] = true
	}
	return all
}

func recording(t *testing.T) (dir string, r *Recorder) {
	t.Helper()
	dir = t.TempDir()
	must(t, os.WriteFile(filepath.Join(dir, "old"), []byte("old"), 0o666))
	r, err := Record(dir)
	must(t, err)
	t.Cleanup(disk.Use(r))
	return dir, r
}

func written(t *testing.T, path string, data []byte, sync bool) {
	t.Helper()
	f, err := disk.OpenFile(path, os.O_CREATE|os.O_WRONLY, 0o666)
	must(t, err)
	_, err = f.Write(data)
	must(t, err)
	if sync {
		must(t, f.Sync())
	}
	must(t, f.Close())
}

func wantLeft(t *testing.T, got map[string]bool, want ...string) {
	t.Helper()
	for _, w := range want {
		if !got[w] {
			t.Errorf("no power cut leaves %.20q", w)
		}
	}
	if len(got) != len(want) {
		t.Errorf("power cuts leave %d contents, want %d", len(got), len(want))
	}
}

func TestOnlyWhatWasSyncedIsSure(t *testing.T) {
	dir, r := recording(t)
	path := filepath.Join(dir, "new")
	written(t, path, []byte("new"), false)
	wantLeft(t, left(t, r, "new"), "-", "", "new")
	must(t, disk.SyncDir(dir))
	wantLeft(t, left(t, r, "new"), "", "new")
	written(t, path, nil, true)
	wantLeft(t, left(t, r, "new"), "new")
	wantLeft(t, left(t, r, "old"), "old")
}

func TestPagesAreLostOneByOne(t *testing.T) {
	dir, r := recording(t)
	path, data := filepath.Join(dir, "new"), append(bytes.Repeat([]byte("a"), page), bytes.Repeat([]byte("b"), page)...)
	written(t, path, data, false)
	must(t, disk.SyncDir(dir))
	zero := string(make([]byte, page))
	wantLeft(t, left(t, r, "new"), "", string(data[:page]), zero+string(data[page:]), string(data))
}

func TestARenameIsOneStep(t *testing.T) {
	dir, r := recording(t)
	at := func(name string) string { return filepath.Join(dir, name) }
	written(t, at("new"), []byte("new"), true)
	must(t, disk.Rename(at("new"), at("old")))
	wantLeft(t, left(t, r, "old"), "old", "new")
	must(t, disk.SyncDir(dir))
	wantLeft(t, left(t, r, "old"), "new")
	wantLeft(t, left(t, r, "new"), "-")
	must(t, disk.Remove(at("old")))
	wantLeft(t, left(t, r, "old"), "new", "-")
}

func TestAFolderIsLostWithWhatIsInIt(t *testing.T) {
	dir, r := recording(t)
	at := filepath.Join(dir, "folder")
	must(t, disk.Mkdir(at, 0o777))
	written(t, filepath.Join(at, "new"), []byte("new"), true)
	must(t, disk.SyncDir(at))
	wantLeft(t, left(t, r, "folder/new"), "-", "new")
	must(t, disk.SyncDir(dir))
	wantLeft(t, left(t, r, "folder/new"), "new")
}

func TestACutInTheMiddle(t *testing.T) {
	dir, r := recording(t)
	written(t, filepath.Join(dir, "old"), []byte("OLD"), true)
	for k, want := range []string{"old", "", "OLD"} {
		at := t.TempDir()
		must(t, r.LayOut(k, 1, at))
		text, err := os.ReadFile(filepath.Join(at, "old"))
		if k != 1 && (err != nil || string(text) != want) {
			t.Errorf("after call %d: %q, %v", k, text, err)
		}
	}
	if got := r.Call(1); got != "write 3 bytes at 0 of old" {
		t.Errorf("the first call is %q", got)
	}
}
