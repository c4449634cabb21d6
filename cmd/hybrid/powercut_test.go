package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	power "hybrid/internal/disk/faulty"
	"hybrid/internal/vti"
)

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// heatIn runs hybrid heat, on ranks of this process, with files in a folder.
func heatIn(t *testing.T, dir string, args ...string) {
	t.Helper()
	args = append([]string{"heat", "--nx", "20", "--ny", "12", "--gpu", "off", "--threads", "1", "--quiet"}, args...)
	for i, arg := range args {
		args[i] = strings.ReplaceAll(arg, "DIR", dir)
	}
	if status, _, stderr := call(t, nil, args...); status != 0 {
		t.Fatalf("%q: status %d: %s", args, status, stderr)
	}
}

// contents are the files of a folder by their names; of a .pvti, its pieces one after the other.
func contents(dir string) (map[string]string, error) {
	all := map[string]string{}
	entries, err := os.ReadDir(dir)
	for _, e := range entries {
		path := filepath.Join(dir, e.Name())
		text, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		all[e.Name()] = string(text)
		if filepath.Ext(e.Name()) == ".pvti" {
			all[e.Name()] = ""
			for _, name := range vti.Pieces(strings.NewReader(string(text))) {
				piece, err := os.ReadFile(filepath.Join(dir, name))
				if err != nil {
					return nil, err
				}
				all[e.Name()] += string(piece)
			}
		}
	}
	return all, err
}

// TestAPowerCutLeavesOldOrNewResults cuts the power at every call while results are replaced by those of another run on another
// number of ranks.
func TestAPowerCutLeavesOldOrNewResults(t *testing.T) {
	dir, reference := t.TempDir(), t.TempDir()
	files := []string{"--out", "DIR/a.npy", "--out", "DIR/a.vti", "--out", "DIR/a.png", "--out", "DIR/a.pvti"}
	before, after := append(files, "--steps", "3", "--ranks", "3"), append(files, "--steps", "5", "--ranks", "2")
	heatIn(t, dir, before...)
	old, err := contents(dir)
	must(t, err)
	heatIn(t, reference, after...)
	want, err := contents(reference)
	must(t, err)
	power.EveryCut(t, dir, func() { heatIn(t, dir, after...) }, func(dir string, done bool) error {
		got, err := contents(dir)
		for _, name := range []string{"a.npy", "a.vti", "a.png", "a.pvti"} {
			if got[name] != want[name] && (done || got[name] != old[name]) {
				return fmt.Errorf("%s has %d bytes, which are neither those before, %d, nor those behind, %d", name, len(got[name]), len(old[name]), len(want[name]))
			}
		}
		return err
	})
}

// TestAPowerCutLeavesFramesOfOneRun does the same while the frames of another run are removed and new ones drawn.
func TestAPowerCutLeavesFramesOfOneRun(t *testing.T) {
	dir, reference := t.TempDir(), t.TempDir()
	before := []string{"--frames", "DIR/frames", "--every", "1", "--steps", "4"}
	after := []string{"--frames", "DIR/frames", "--every", "2", "--steps", "4", "--alpha", "0.2", "--force", "--ranks", "2"}
	heatIn(t, dir, before...)
	old, err := contents(filepath.Join(dir, "frames"))
	must(t, err)
	heatIn(t, reference, after...)
	want, err := contents(filepath.Join(reference, "frames"))
	must(t, err)
	power.EveryCut(t, dir, func() { heatIn(t, dir, after...) }, func(dir string, done bool) error {
		got, err := contents(filepath.Join(dir, "frames"))
		if err != nil {
			return err
		}
		var mark struct{ Problem struct{ Alpha float64 } }
		if err := json.Unmarshal([]byte(got[".frame_run.json"]), &mark); err != nil {
			return err
		}
		whose := old
		if mark.Problem.Alpha == 0.2 {
			whose = want
		} else if done {
			return fmt.Errorf("the frames are those of the run before")
		}
		for name, text := range got {
			if strings.HasPrefix(name, "frame_") && text != whose[name] {
				return fmt.Errorf("%s, of %d bytes, is not a frame of the run whose they are, alpha %v", name, len(text), mark.Problem.Alpha)
			}
		}
		for name := range want {
			if _, there := got[name]; done && !there {
				return fmt.Errorf("%s is not there", name)
			}
		}
		return nil
	})
}
