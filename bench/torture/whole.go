//go:build unix

package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"hybrid/mpi"
	"hybrid/mpi/checkpoint"
)

// whole reports what is there behind a session and not whole: an output or a picture with
// other bytes than it shall have, or a checkpoint that is damaged.
func (r *run) whole() error {
	path, _, err := checkpoint.Newest(filepath.Join(r.dir, "work", "ck"))
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return err
	default:
		err := mpi.Runner{Ranks: 1, Local: true}.Run(func(c *mpi.Comm) error {
			whole, err := checkpoint.Open(c, path)
			if err != nil {
				return err
			}
			return whole.Close()
		})
		if err != nil {
			return err
		}
	}
	names, _ := filepath.Glob(filepath.Join(r.dir, "work", "end.*"))
	pictures, _ := filepath.Glob(filepath.Join(r.dir, "work", "film", "frame_*.png"))
	for _, name := range append(names, pictures...) {
		if filepath.Ext(name) == ".pvti" {
			continue // of other ranks it has other pieces
		}
		if err := same(name, strings.Replace(name, "/work/", "/want/all/", 1)); err != nil {
			return err
		}
	}
	return nil
}

// same reports two files that differ.
func same(got, want string) error {
	a, err1 := os.ReadFile(got)
	b, err2 := os.ReadFile(want)
	if err := errors.Join(err1, err2); err != nil {
		return err
	}
	if !bytes.Equal(a, b) {
		return fmt.Errorf("%s and %s differ", got, want)
	}
	return nil
}

// token is that of the pieces of a run.
var token = regexp.MustCompile(`_[0-9a-f]{8}_`)

// equal compares everything that the last session, of so many ranks, has left with what it
// shall leave.
func (r *run) equal(ranks int) error {
	if err := r.reference("ranks", ranks); err != nil {
		return err
	}
	list := func(folder string) (names []string, bytes map[string][]byte, err error) {
		bytes = map[string][]byte{}
		root := filepath.Join(r.dir, folder)
		err = filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			name, _ := filepath.Rel(root, path)
			// What is complete and could not get its name, as when the power is cut, is kept.
			if strings.HasPrefix(name, "ck/") || filepath.Base(name) == ".frame_run.json" || filepath.Ext(name) == ".whole" {
				return nil
			}
			content, err := os.ReadFile(path)
			name = token.ReplaceAllString(name, "_TOKEN_")
			if filepath.Ext(name) == ".pvti" {
				content = token.ReplaceAll(content, []byte("_TOKEN_"))
			}
			names = append(names, name)
			bytes[name] = content
			return err
		})
		return names, bytes, err
	}
	got, gotBytes, err1 := list("work")
	want, wantBytes, err2 := list("want/ranks")
	if err := errors.Join(err1, err2); err != nil {
		return err
	}
	if !slices.Equal(got, want) {
		return fmt.Errorf("there are %v; want %v", got, want)
	}
	for _, name := range want {
		if !bytes.Equal(gotBytes[name], wantBytes[name]) {
			return fmt.Errorf("%s has not the bytes of a run that was not interrupted", name)
		}
	}
	kept, err := os.ReadDir(filepath.Join(r.dir, "work", "ck"))
	if err != nil {
		return err
	}
	whole := 0
	for _, e := range kept {
		if e.Name() == ".checkpoint_run.json" {
			continue
		}
		if _, err := checkpoint.Read(filepath.Join(r.dir, "work", "ck", e.Name())); err != nil {
			return fmt.Errorf("in the folder of checkpoints is %s, which is none: %w", e.Name(), err)
		}
		whole++
	}
	if whole == 0 || whole > r.keep {
		return fmt.Errorf("%d checkpoints are kept; want 1 to %d", whole, r.keep)
	}
	return nil
}

// powerIsBack has the folder be what the power cut left, where there was one.
func (r *run) powerIsBack() error {
	work, left := filepath.Join(r.dir, "work"), filepath.Join(r.dir, "left")
	if _, err := os.Stat(left); errors.Is(err, fs.ErrNotExist) {
		return nil // the session ended before
	}
	if err := os.RemoveAll(work); err != nil {
		return err
	}
	return os.Rename(left, work)
}
