//go:build unix

package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"hybrid/mpi/checkpoint"
)

func ownGroup(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }

// A session is looked at every so often, and may take so many looks to end once it was told to, or between
// two of its checkpoints where nobody ends it. It is looks that count: on a machine with much else to do, all
// of this may stand still.
const (
	look     = 5 * time.Second
	patience = 36
)

// end ends a session in some way after a time, and returns how the process ended.
func (r *run) end(how string, after time.Duration, pid int, ended chan error) error {
	signal := func(pid int, s syscall.Signal) {
		_ = syscall.Kill(pid, s) // it may have ended
	}
	wait := func(d time.Duration) (bool, error) {
		select {
		case err := <-ended:
			return true, err
		case <-time.After(d):
			return false, nil
		}
	}
	switch how {
	case "kill":
		if over, err := wait(after); over {
			return err
		}
		all := append(r.running(), pid)
		signal(all[r.rng.IntN(len(all))], syscall.SIGKILL)
	case "term", "full": // a run may go on without what it cannot write
		if over, err := wait(after); over {
			return err
		}
		signals := []syscall.Signal{syscall.SIGTERM, syscall.SIGINT, syscall.SIGHUP}
		if r.rng.IntN(3) == 0 {
			signal(pid, syscall.SIGUSR1)
		}
		signal(pid, signals[r.rng.IntN(len(signals))])
		if r.rng.IntN(4) == 0 {
			if over, err := wait(after / 8); over {
				return err
			}
			signal(pid, signals[r.rng.IntN(len(signals))])
		}
	case "power": // it ends by itself, if it comes to that call
		if over, err := wait(8 * time.Second); over {
			return err
		}
		signal(pid, syscall.SIGKILL)
	}
	newest := ""
	for left := patience; left > 0; left-- {
		if over, err := wait(look); over {
			return err
		}
		if how == "term" || how == "full" {
			signal(pid, syscall.SIGTERM) // a launcher that was just starting its ranks has lost the one before
		}
		if now, _, _ := checkpoint.Newest(filepath.Join(r.dir, "work", "ck")); how == "end" && now != newest {
			newest, left = now, patience
		}
	}
	there := r.running()
	_ = syscall.Kill(-pid, syscall.SIGKILL)
	<-ended
	return fmt.Errorf("it has not ended, nor come further, for %v: the newest checkpoint is %q, and beside the launcher there are %v", patience*look, newest, there)
}

// processes are those of the session that work in the run's folder, ranks first; those that
// are about to end are given some time.
func (r *run) processes() []int {
	for range 750 {
		if len(r.running()) == 0 {
			return nil
		}
		time.Sleep(20 * time.Millisecond)
	}
	return r.running()
}

// running are the processes of hybrid in the run's folder.
func (r *run) running() []int {
	var all []int
	folders, _ := filepath.Glob("/proc/[0-9]*/cwd")
	for _, link := range folders {
		where, err := os.Readlink(link)
		if err != nil || where != r.dir {
			continue
		}
		line, _ := os.ReadFile(filepath.Join(filepath.Dir(link), "cmdline"))
		name, _, _ := strings.Cut(string(line), "\x00")
		pid, err := strconv.Atoi(filepath.Base(filepath.Dir(link)))
		if err == nil && strings.HasPrefix(filepath.Base(name), "hybrid") {
			all = append(all, pid)
		}
	}
	return all
}
