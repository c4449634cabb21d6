// Package series keeps a folder of numbered files, such as the pictures of a film, to one run, so that it never holds
// those of two mixed. Files of other names may lie beside them.
//
//	frame_000000.png frame_000010.png ...   the series
//	.frame_run.json                         whose they are, and the lock of the run that writes them
//
// The lock is the file's, so that no other path to the folder leads around it.
package series

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"hybrid/internal/atomicfile"
	"hybrid/internal/disk"
)

// Folder is a folder of a series.
type Folder struct {
	// Patience is how long Take waits for another run that has the folder: one that was
	// killed, of which a process has not noticed yet.
	Patience time.Duration

	dir, prefix, ending string
	mark                disk.File // locked; nil where this process has not taken the folder
}

// New is the folder dir of the files PREFIX_NUMBER and the ending, such as ".png"; without an ending they are folders.
func New(dir, prefix, ending string) *Folder {
	return &Folder{dir: dir, prefix: prefix, ending: ending}
}

// Take makes the folder, where there is none, and takes it for this process alone: it is an error if another has it. Close
// it then. A file system without locks is shared unguarded.
func (f *Folder) Take() error {
	if err := disk.MkdirAll(f.dir, 0o777); err != nil {
		if _, e := os.Readlink(f.dir); e == nil && errors.Is(err, fs.ErrExist) {
			err = fmt.Errorf("%q is a link to a folder that is not there: make that, or name another", f.dir)
		}
		return err
	}
	for end := time.Now().Add(f.Patience); ; {
		mark, err := disk.OpenFile(f.markName(), os.O_RDWR|os.O_CREATE|disk.NoFollow, 0o666)
		if err != nil {
			return err
		}
		if info, err := mark.OS().Stat(); err != nil || !info.Mode().IsRegular() {
			mark.Close()
			return errors.Join(fmt.Errorf("%q is not a regular file, as a run makes it: remove it", f.markName()), err)
		}
		err = disk.Lock(mark)
		switch {
		case errors.Is(err, disk.ErrLocked) && time.Now().Before(end):
			mark.Close()
			time.Sleep(20 * time.Millisecond)
			continue
		case errors.Is(err, disk.ErrLocked):
			mark.Close()
			return &lockedError{f.dir}
		case errors.Is(err, fs.ErrNotExist):
			// What another run has removed or replaced, between these two calls, is no lock.
			mark.Close()
			continue
		case err == nil:
			f.removeStale()
		}
		f.mark = mark
		return nil
	}
}

// A lockedError is a disk.ErrLocked of a folder.
type lockedError struct{ dir string }

func (e *lockedError) Error() string {
	return fmt.Sprintf("another run is writing into %q: name another folder, or wait for it", e.dir)
}

func (e *lockedError) Unwrap() error { return disk.ErrLocked }

// removeStale removes what a run that was killed was writing. Nobody writes into a folder that is locked.
func (f *Folder) removeStale() {
	names, _ := filepath.Glob(filepath.Join(escape(f.dir), "."+f.prefix+"_*.tmp"))
	for _, name := range names {
		disk.Remove(name)
	}
}

// escape has a pattern match a name.
func escape(name string) string {
	return strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`, `[`, `\[`).Replace(name)
}

func (f *Folder) markName() string { return filepath.Join(f.dir, "."+f.prefix+"_run.json") }

// Close gives a folder back that was taken. One in which nothing was begun keeps no mark.
func (f *Folder) Close() error {
	if f.mark == nil {
		return nil
	}
	if info, err := f.mark.OS().Stat(); err == nil && info.Size() == 0 {
		disk.Remove(f.markName())
	}
	return f.mark.Close()
}

// Path is the path of a file of the series. Numbers of one width have the order of time in the order of names.
func (f *Folder) Path(number, digits int) string {
	return filepath.Join(f.dir, fmt.Sprintf("%s_%0*d%s", f.prefix, digits, number, f.ending))
}

// Number is that of a file of the series.
func (f *Folder) Number(name string) (int, bool) {
	digits, ok := strings.CutPrefix(name, f.prefix+"_")
	digits, ends := strings.CutSuffix(digits, f.ending)
	n, err := strconv.Atoi(digits)
	return n, ok && ends && err == nil && n >= 0
}

// Names are the files of the series that are there, from the number from on, in the order of their numbers. One that is still
// being written has no name yet.
func (f *Folder) Names(from int) ([]string, error) {
	entries, err := os.ReadDir(f.dir)
	if err != nil {
		return nil, err
	}
	numbers := map[string]int{}
	var names []string
	for _, e := range entries {
		if n, ok := f.Number(e.Name()); ok && n >= from && e.IsDir() == (f.ending == "") {
			numbers[e.Name()] = n
			names = append(names, e.Name())
		}
	}
	slices.SortStableFunc(names, func(a, b string) int { return numbers[a] - numbers[b] })
	return names, nil
}

// Has tells whether path, which need not be there, would be a file of the series.
func (f *Folder) Has(path string) bool {
	if goal, err := filepath.EvalSymlinks(path); err == nil {
		path = goal
	}
	dir, err1 := os.Stat(filepath.Dir(path))
	own, err2 := os.Stat(f.dir)
	_, numbered := f.Number(strings.ToLower(filepath.Base(path)))
	return numbered && err1 == nil && err2 == nil && os.SameFile(dir, own)
}

// Whose reads what Mark wrote into v, which is left alone where it did not.
func (f *Folder) Whose(v any) error {
	text, err := io.ReadAll(io.NewSectionReader(f.mark.OS(), 0, 1<<20))
	if err != nil || len(text) == 0 {
		return err
	}
	return json.Unmarshal(text, v)
}

// Begin removes the files of the series from the number from on, and says whose those are that will be written. The files are
// gone before that is said, also where the power is cut.
func (f *Folder) Begin(from int, whose any) error {
	names, err := f.Names(from)
	if err != nil {
		return err
	}
	for _, name := range names {
		if err := disk.Remove(filepath.Join(f.dir, name)); err != nil {
			return err
		}
	}
	if len(names) > 0 {
		if err := disk.SyncDir(f.dir); err != nil {
			return err
		}
	}
	return f.Mark(whose)
}

// Mark says whose the folder is, for Whose. The mark is replaced, and the lock is the new one's before that has the name.
func (f *Folder) Mark(whose any) error {
	text, err := json.Marshal(whose)
	if err != nil {
		return err
	}
	temp := filepath.Join(f.dir, "."+f.prefix+"_run."+atomicfile.NewToken()+".tmp")
	mark, err := disk.OpenFile(temp, os.O_RDWR|os.O_CREATE|os.O_EXCL|disk.NoFollow, 0o666)
	if err != nil {
		return err
	}
	if err := disk.Lock(mark); errors.Is(err, disk.ErrLocked) || errors.Is(err, fs.ErrNotExist) {
		mark.Close()
		return err
	}
	if _, err = mark.Write(append(text, '\n')); err == nil {
		err = mark.Sync()
	}
	if err == nil {
		err = disk.Rename(temp, f.markName())
	}
	if err != nil {
		mark.Close()
		disk.Remove(temp)
		return err
	}
	f.mark.Close()
	f.mark = mark
	return disk.SyncDir(f.dir)
}
