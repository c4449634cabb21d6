package faulty

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"

	"hybrid/internal/disk"
)

// A Recorder is a System that does what it is told, in a folder, and records it. LayOut says what of it outlives a power cut.
type Recorder struct {
	root string
	base disk.System
	old  names          // what was there before, all of it on disk
	data map[int][]byte // of the files that were there before

	mu    sync.Mutex
	now   names
	files int // numbers given out
	calls []call
}

// names are the files and folders of a tree, by their paths below its root: the number of a file, or folder.
type names map[string]int

const folder = 0

// A call is one that succeeded.
type call struct {
	kind     string // "link", "rename", "remove", "syncdir"; of a file: "write", "truncate", "sync"
	path, to string // below the root
	file     int
	off      int64 // or size
	data     []byte
}

func (c call) String() string {
	switch c.kind {
	case "rename":
		return fmt.Sprintf("rename %s to %s", c.path, c.to)
	case "write":
		return fmt.Sprintf("write %d bytes at %d of %s", len(c.data), c.off, c.path)
	}
	return c.kind + " " + c.path
}

// Record begins to record what is done in a folder.
func Record(root string) (*Recorder, error) {
	r := &Recorder{root: filepath.Clean(root), base: disk.OS{}, old: names{}, data: map[int][]byte{}, now: names{}}
	err := filepath.WalkDir(r.root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || path == r.root {
			return err
		}
		id := folder
		if !d.IsDir() {
			content, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			id = r.number()
			r.data[id] = content
		}
		r.old[r.below(path)], r.now[r.below(path)] = id, id
		return nil
	})
	return r, err
}

// Calls is how many calls were recorded.
func (r *Recorder) Calls() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.calls)
}

// Call says what one was, counted from 1.
func (r *Recorder) Call(k int) string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.calls[k-1].String()
}

func (r *Recorder) number() int { r.files++; return r.files }

func (r *Recorder) below(path string) string {
	rel, err := filepath.Rel(r.root, path)
	if err != nil || !filepath.IsLocal(rel) {
		panic(fmt.Sprintf("faulty: %s is not in the folder that is recorded, %s", path, r.root))
	}
	return rel
}

// record does something and, if it is done, notes it and what it makes of the names.
func (r *Recorder) record(c call, do func() error) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if err := do(); err != nil {
		return err
	}
	if c.kind == "rename" || c.kind == "remove" {
		c.file = r.now[c.path]
	}
	r.now.do(c)
	r.calls = append(r.calls, c)
	return nil
}

// do is what a call makes of names. Some of those before it may be lost: a file is known by its number.
func (n names) do(c call) {
	switch c.kind {
	case "link":
		n[c.path] = c.file
	case "rename":
		if there, ok := n[c.path]; ok && there == c.file {
			delete(n, c.path)
		}
		n[c.to] = c.file
	case "remove":
		if there, ok := n[c.path]; ok && there == c.file {
			delete(n, c.path)
		}
	}
}

func (r *Recorder) OpenFile(name string, flag int, perm fs.FileMode) (disk.File, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	f, err := r.base.OpenFile(name, flag, perm)
	if err != nil {
		return nil, err
	}
	path := r.below(name)
	id, there := r.now[path]
	switch {
	case path == "." || there && id == folder: // a file without a name
		id = r.number()
	case !there:
		id = r.number()
		r.now[path] = id
		r.calls = append(r.calls, call{kind: "link", path: path, file: id})
	case flag&os.O_TRUNC != 0:
		r.calls = append(r.calls, call{kind: "truncate", path: path, file: id})
	}
	return &recorded{File: f, r: r, id: id}, nil
}

func (r *Recorder) Rename(from, to string) error {
	return r.record(call{kind: "rename", path: r.below(from), to: r.below(to)}, func() error { return r.base.Rename(from, to) })
}

func (r *Recorder) Remove(name string) error {
	return r.record(call{kind: "remove", path: r.below(name)}, func() error { return r.base.Remove(name) })
}

func (r *Recorder) Mkdir(name string, perm fs.FileMode) error {
	return r.record(call{kind: "link", path: r.below(name), file: folder}, func() error { return r.base.Mkdir(name, perm) })
}

func (r *Recorder) SyncDir(name string) error {
	return r.record(call{kind: "syncdir", path: r.below(name)}, func() error { return r.base.SyncDir(name) })
}

func (r *Recorder) Replaceable(name string) error { return r.base.Replaceable(name) }

type recorded struct {
	disk.File
	r  *Recorder
	id int

	mu sync.Mutex
	at int64 // of the next Write
}

func (f *recorded) note(c call, do func() error) error {
	c.path, c.file = f.r.below(f.Name()), f.id
	return f.r.record(c, do)
}

func (f *recorded) Write(p []byte) (n int, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	err = f.note(call{kind: "write", off: f.at, data: append([]byte{}, p...)}, func() error {
		n, err = f.File.Write(p)
		return err
	})
	f.at += int64(n)
	return n, err
}

func (f *recorded) WriteAt(p []byte, off int64) (n int, err error) {
	err = f.note(call{kind: "write", off: off, data: append([]byte{}, p...)}, func() error {
		n, err = f.File.WriteAt(p, off)
		return err
	})
	return n, err
}

func (f *recorded) Truncate(size int64) error {
	return f.note(call{kind: "truncate", off: size}, func() error { return f.File.Truncate(size) })
}

func (f *recorded) Sync() error { return f.note(call{kind: "sync"}, f.File.Sync) }

func (f *recorded) Link(name string) error {
	return f.r.record(call{kind: "link", path: f.r.below(name), file: f.id}, func() error { return f.File.Link(name) })
}
