package checkpoint

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"syscall"
	"time"

	"hybrid/internal/atomicfile"
	"hybrid/internal/disk"
	"hybrid/internal/pages"
	"hybrid/internal/series"
	"hybrid/internal/units"
	"hybrid/mpi"
	"hybrid/mpi/gather"
)

// Options say how checkpoints are kept.
type Options struct {
	Keep  int    // the newest so many
	Run   string // that goes on; "" begins a new one
	Again bool   // the run that has begun in this folder, and has no checkpoint yet, begins again
	// Patient waits a while where another process has the folder: one of a run that was killed.
	Patient bool
	Force   bool // those of other runs go, when the first one of this run is there
	// InPlace has no copy made in memory: the run waits until its part is on the disk.
	InPlace bool
}

// A Folder has the checkpoints of one run.
type Folder struct {
	Run  string // see Header
	Last string // path of the newest one; "" is none yet

	comm    *mpi.Comm
	dir     string
	keep    int
	lock    *series.Folder
	others  []string // checkpoints of other runs, which are to go
	inPlace bool
	buffers map[string][]byte // copies of this rank's parts, by the array's name
	copied  map[string]bool   // the arrays of which all ranks have copies
	under   *Writer           // way; nil: none

	Count            int           // checkpoints that were written
	Waited           time.Duration // that this rank's work stood still for them
	written, writing atomic.Int64
}

// Rate is how fast this rank's parts went to the disk, in bytes a second; 0 of none.
func (f *Folder) Rate() float64 {
	if t := f.writing.Load(); t > 0 {
		return float64(f.written.Load()) / (float64(t) / 1e9)
	}
	return 0
}

// Take makes the folder, where there is none, and takes it for this run alone. What was
// not finished in it is removed; checkpoints of another run are an error without Force. It
// is collective. Close it on every rank.
func Take(c *mpi.Comm, dir string, o Options) (*Folder, error) {
	f := &Folder{Run: o.Run, comm: c, dir: dir, keep: max(o.Keep, 1), inPlace: o.InPlace, buffers: map[string][]byte{}, copied: map[string]bool{}}
	var err error
	if c.Rank() == 0 {
		err = f.take(o)
	}
	if err = c.Agree(err); err != nil {
		f.Close()
		return nil, err
	}
	f.Run, err = gather.FromRoot(c, f.Run)
	return f, err
}

// patience is how long a run that goes on waits for the processes of a job before it, which
// was killed, to end.
const patience = 20 * time.Second

// Settle waits a while for the processes of a run that was killed to leave a folder of
// checkpoints, or that of a checkpoint in it: until then the newest one may be another at
// any time. It tells whether they have.
func Settle(dir string) bool {
	if _, err := os.Lstat(filepath.Join(dir, manifestName)); err == nil {
		dir = filepath.Dir(filepath.Clean(dir))
	}
	if _, err := os.Lstat(filepath.Join(dir, "."+prefix+"_run.json")); err != nil {
		return true // nobody has begun there
	}
	f := folder(dir)
	f.Patience = patience
	err := f.Take() // whatever else is wrong with the folder is told when it is read
	if err == nil {
		f.Close()
	}
	return !errors.Is(err, disk.ErrLocked)
}

// take is rank 0's part of Take.
func (f *Folder) take(o Options) error {
	f.lock = folder(f.dir)
	if o.Patient {
		f.lock.Patience = patience
	}
	if err := f.lock.Take(); err != nil {
		return err
	}
	if _, err := os.Lstat(filepath.Join(f.dir, manifestName)); err == nil {
		return fmt.Errorf("%q is a checkpoint itself: name the folder that it is in", f.dir)
	}
	var was mark
	if err := f.lock.Whose(&was); err != nil && !o.Force {
		return fmt.Errorf("%q has a record of its run that cannot be read (%v): name another folder, or take it by --force", f.dir, err)
	}
	names, err := f.lock.Names(0)
	if err != nil {
		return err
	}
	var unfinished []string
	for _, name := range names {
		path := filepath.Join(f.dir, name)
		switch m, err := Read(path); {
		case errors.Is(err, fs.ErrNotExist):
			unfinished = append(unfinished, path)
		case err != nil && !Damaged(err) && !o.Force:
			return fmt.Errorf("%w: name another folder, or remove it by --force", err)
		case err != nil && f.Run != "":
			// Damaged, and of this run: its next ones take its place.
		case err != nil || m.Run != f.Run:
			f.others = append(f.others, path)
		}
	}
	if len(f.others) > 0 && !o.Force {
		return fmt.Errorf("%q has %s of another run (%s): go on with that by --restart, name another folder, or remove them by --force",
			f.dir, units.Count(len(f.others), "checkpoint"), strings.Join(shortest(f.others), ", "))
	}
	for _, path := range unfinished {
		if err := remove(path); err != nil && !errors.Is(err, syscall.ENOTEMPTY) { // others have put files there
			return err
		}
	}
	if f.Run == "" && o.Again && len(f.others) == 0 {
		f.Run = was.Run
	}
	if f.Run == "" {
		f.Run = atomicfile.NewToken()
	}
	return f.lock.Mark(mark{f.Run})
}

// A mark in the folder says whose it is.
type mark struct{ Run string }

// shortest is the names of some paths, of many the first and the last.
func shortest(paths []string) []string {
	var names []string
	for _, p := range paths {
		names = append(names, filepath.Base(p))
	}
	if n := len(names); n > 3 {
		return []string{names[0], "...", names[n-1]}
	}
	return names
}

// Close gives the folder back. What is under way is given up.
func (f *Folder) Close() error {
	if f.under != nil {
		for !f.under.finished.Load() {
			time.Sleep(time.Millisecond)
		}
	}
	for name, b := range f.buffers {
		pages.Unmap(b)
		delete(f.buffers, name)
	}
	if f.lock == nil {
		return nil
	}
	return f.lock.Close()
}

// digits of the number in a checkpoint's name, if it has no more.
const digits = 12

// Begin begins a checkpoint of what h says; Done is a number that the folder has none of
// yet, or one that is to be replaced. It is collective.
func (f *Folder) Begin(h Header) (*Writer, error) {
	h.Run, h.Ranks, h.Written = f.Run, f.comm.Size(), time.Now().UTC().Format(time.RFC3339Nano)
	w := &Writer{folder: f, header: h, path: folder(f.dir).Path(h.Done, digits), arrays: []Array{}}
	var err error
	if f.comm.Rank() == 0 {
		if err = remove(w.path); err == nil {
			err = disk.Mkdir(w.path, 0o777)
		}
	}
	if err = f.comm.Agree(err); err != nil {
		return nil, err
	}
	return w, nil
}

// Seal has a checkpoint, all arrays of which were added, written beside the run.
func (f *Folder) Seal(w *Writer) {
	f.under = w
	w.seal()
}

// Idle tells whether there is no checkpoint under way; it is the same on all ranks.
func (f *Folder) Idle() bool { return f.under == nil }

// Busy tells whether this rank writes on the one that is under way.
func (f *Folder) Busy() bool { return f.under != nil && !f.under.finished.Load() }

// Attend does the next thing for the checkpoint that is under way, when no rank is Busy. It
// is collective. An error says that there will be no checkpoint; the run can go on, and
// make others.
func (f *Folder) Attend() error {
	w := f.under
	if w == nil {
		return nil
	}
	var err error
	if !w.sealed {
		if err = w.assemble(); err == nil {
			return nil
		}
	} else if err = f.comm.Agree(w.err); err == nil {
		f.Last = w.path
		f.Count++
	}
	f.under = nil
	if err != nil && f.comm.Rank() == 0 {
		err = errors.Join(err, remove(w.path))
	}
	return err
}

// Wait is Attend until there is none under way.
func (f *Folder) Wait() error {
	began := time.Now()
	defer func() { f.Waited += time.Since(began) }()
	for !f.Idle() {
		for f.Busy() {
			time.Sleep(200 * time.Microsecond)
		}
		if err := f.Attend(); err != nil {
			return err
		}
	}
	return nil
}

// prune removes what is not kept beside the newest checkpoint. What cannot be removed
// stays: the run is not worse for it.
func (f *Folder) prune(newest string) {
	for _, path := range f.others {
		if path != newest {
			remove(path)
		}
	}
	f.others = nil
	names, err := f.lock.Names(0)
	if err != nil {
		return
	}
	at := slices.Index(names, filepath.Base(newest))
	for i, name := range names {
		if i > at || i <= at-f.keep {
			remove(filepath.Join(f.dir, name))
		}
	}
}

// ownPart are the names that parts have.
var ownPart = regexp.MustCompile(`_[0-9]+\.npy$`)

// remove removes a checkpoint, its manifest first: what is left is none. Files of others in
// its folder stay, and so does the folder then.
func remove(path string) error {
	info, err := os.Lstat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err == nil && !info.IsDir(): // a link may lead to files of others
		err = fmt.Errorf("%s is no folder, as a checkpoint is: remove it", path)
	}
	if err != nil {
		return err
	}
	entries, err := os.ReadDir(path)
	if err != nil {
		return err
	}
	if err := disk.Remove(filepath.Join(path, manifestName)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	for _, e := range entries {
		name := e.Name()
		if name != manifestName && (ownPart.MatchString(name) || name == "."+manifestName+".tmp") {
			if err := disk.Remove(filepath.Join(path, name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
				return err
			}
		}
	}
	return disk.Remove(path)
}

// GiveUp removes a checkpoint that was begun and not sealed, because of an error that all
// ranks have, and returns that.
func (f *Folder) GiveUp(w *Writer, why error) error {
	for _, p := range w.own {
		if p.file != nil {
			p.file.Close()
		}
	}
	if f.comm.Rank() == 0 {
		why = errors.Join(why, remove(w.path))
	}
	return why
}
