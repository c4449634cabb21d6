//go:build unix

package main

import (
	"fmt"
	"io/fs"
	"os"
	"sync/atomic"
	"syscall"

	"hybrid/internal/cli"
	"hybrid/internal/disk"
	"hybrid/internal/disk/faulty"
	"hybrid/solvers/heat"
	"hybrid/solvers/task"
)

// playing is the variable that has this program be hybrid heat on a disk that fails: the
// way, the call, a seed.
const playing = "TORTURE_PLAYS_HYBRID"

// playHybrid is hybrid heat, if this process is to be that.
func playHybrid() bool {
	var how string
	var call int
	var seed uint64
	if n, _ := fmt.Sscan(os.Getenv(playing), &how, &call, &seed); n != 3 {
		return false
	}
	os.Args[0] = "hybrid"
	switch how {
	case "full":
		kinds := []string{"Write", "WriteAt", "Reserve", "Mkdir", "OpenFile"}
		full := faulty.New(faulty.Fault{Call: kinds[seed%uint64(len(kinds))], From: 1 + call/5, Err: syscall.ENOSPC})
		disk.Use(full)
	case "power":
		const left = "left"
		r, err := faulty.Record("work") // as the arguments name it
		if err != nil {
			panic(err)
		}
		disk.Use(&cut{System: r, after: int64(call), power: func() {
			if err := os.Mkdir(left, 0o777); err != nil {
				panic(err)
			}
			if err := r.LayOut(r.Calls(), seed, left); err != nil {
				panic(err)
			}
			syscall.Kill(syscall.Getpid(), syscall.SIGKILL)
		}})
	}
	os.Exit(cli.Main("devel", []func(*task.Common) task.Problem{heat.Statement}, os.Args[1:]))
	return true
}

// A cut has the power cut at a call.
type cut struct {
	disk.System
	calls atomic.Int64
	after int64
	power func()
}

func (c *cut) count() {
	if c.calls.Add(1) == c.after {
		c.power()
	}
}

func (c *cut) OpenFile(name string, flag int, perm fs.FileMode) (disk.File, error) {
	defer c.count()
	f, err := c.System.OpenFile(name, flag, perm)
	if err != nil {
		return nil, err
	}
	return cutFile{f, c}, nil
}

func (c *cut) Rename(from, to string) error {
	defer c.count()
	return c.System.Rename(from, to)
}

func (c *cut) Remove(name string) error {
	defer c.count()
	return c.System.Remove(name)
}

func (c *cut) Mkdir(name string, perm fs.FileMode) error {
	defer c.count()
	return c.System.Mkdir(name, perm)
}

func (c *cut) SyncDir(name string) error {
	defer c.count()
	return c.System.SyncDir(name)
}

type cutFile struct {
	disk.File
	c *cut
}

func (f cutFile) Write(p []byte) (int, error) {
	defer f.c.count()
	return f.File.Write(p)
}

func (f cutFile) WriteAt(p []byte, off int64) (int, error) {
	defer f.c.count()
	return f.File.WriteAt(p, off)
}

func (f cutFile) Truncate(size int64) error {
	defer f.c.count()
	return f.File.Truncate(size)
}

func (f cutFile) Sync() error {
	defer f.c.count()
	return f.File.Sync()
}

func (f cutFile) Link(name string) error {
	defer f.c.count()
	return f.File.Link(name)
}
