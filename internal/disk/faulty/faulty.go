// Package faulty has file systems for tests: a System whose calls fail when they are told to, and a Recorder that knows what a
// power cut after any call would leave.
package faulty

import (
	"io/fs"
	"strings"
	"sync"

	"hybrid/internal/disk"
)

// A Fault has calls of one kind fail.
type Fault struct {
	Call string // "OpenFile", "Rename", "WriteAt", ...: a method of disk.System or disk.File
	Name string // only those with a path that has this in it; "": all
	From int    // the first of them that fails, counted from 1; 0 is 1
	To   int    // the last one; 0: all that follow fail too
	Err  error  // such as syscall.ENOSPC

	Until <-chan struct{} // if set, the call does not fail, but waits until this is closed: a slow disk
}

// A System fails as its faults say, and else does what the operating system does. A write that fails has written half.
type System struct {
	base disk.System

	mu     sync.Mutex
	faults []Fault
	seen   []int          // calls of each fault's kind
	calls  map[string]int // of each kind
}

// New is a System with these faults.
func New(faults ...Fault) *System {
	return &System{base: disk.OS{}, faults: faults, seen: make([]int, len(faults)), calls: map[string]int{}}
}

// Calls is how many calls of a kind there were.
func (s *System) Calls(call string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.calls[call]
}

// fault is the error with which a call is to fail, or comes back when it has waited.
func (s *System) fault(call, name string) error {
	f := s.next(call, name)
	switch {
	case f == nil:
		return nil
	case f.Until != nil:
		<-f.Until
		return nil
	}
	return &fs.PathError{Op: strings.ToLower(call), Path: name, Err: f.Err}
}

// next counts a call, and is the first fault that it has; nil is none.
func (s *System) next(call, name string) *Fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls[call]++
	for i, f := range s.faults {
		if f.Call != call || !strings.Contains(name, f.Name) {
			continue
		}
		if s.seen[i]++; s.seen[i] >= f.From && (f.To == 0 || s.seen[i] <= f.To) {
			return &s.faults[i]
		}
	}
	return nil
}

func (s *System) OpenFile(name string, flag int, perm fs.FileMode) (disk.File, error) {
	if err := s.fault("OpenFile", name); err != nil {
		return nil, err
	}
	f, err := s.base.OpenFile(name, flag, perm)
	if err != nil {
		return nil, err
	}
	return &file{f, s}, nil
}

func (s *System) Rename(from, to string) error {
	if err := s.fault("Rename", to); err != nil {
		return err
	}
	return s.base.Rename(from, to)
}

func (s *System) Remove(name string) error {
	if err := s.fault("Remove", name); err != nil {
		return err
	}
	return s.base.Remove(name)
}

func (s *System) Mkdir(name string, perm fs.FileMode) error {
	if err := s.fault("Mkdir", name); err != nil {
		return err
	}
	return s.base.Mkdir(name, perm)
}

func (s *System) SyncDir(name string) error {
	if err := s.fault("SyncDir", name); err != nil {
		return err
	}
	return s.base.SyncDir(name)
}

func (s *System) Replaceable(name string) error {
	if err := s.fault("Replaceable", name); err != nil {
		return err
	}
	return s.base.Replaceable(name)
}

type file struct {
	disk.File
	s *System
}

func (f *file) Write(p []byte) (int, error) {
	if err := f.s.fault("Write", f.Name()); err != nil {
		n, _ := f.File.Write(p[:len(p)/2])
		return n, err
	}
	return f.File.Write(p)
}

func (f *file) WriteAt(p []byte, off int64) (int, error) {
	if err := f.s.fault("WriteAt", f.Name()); err != nil {
		n, _ := f.File.WriteAt(p[:len(p)/2], off)
		return n, err
	}
	return f.File.WriteAt(p, off)
}

func (f *file) Truncate(size int64) error {
	if err := f.s.fault("Truncate", f.Name()); err != nil {
		return err
	}
	return f.File.Truncate(size)
}

func (f *file) Reserve(size int64) error {
	if err := f.s.fault("Reserve", f.Name()); err != nil {
		return err
	}
	return f.File.Reserve(size)
}

func (f *file) Sync() error {
	if err := f.s.fault("Sync", f.Name()); err != nil {
		return err
	}
	return f.File.Sync()
}

// Close closes the file also where it fails, as the operating system does.
func (f *file) Close() error {
	err := f.s.fault("Close", f.Name())
	if own := f.File.Close(); err == nil {
		err = own
	}
	return err
}

func (f *file) Chmod(m fs.FileMode) error {
	if err := f.s.fault("Chmod", f.Name()); err != nil {
		return err
	}
	return f.File.Chmod(m)
}

func (f *file) Link(name string) error {
	if err := f.s.fault("Link", name); err != nil {
		return err
	}
	return f.File.Link(name)
}
