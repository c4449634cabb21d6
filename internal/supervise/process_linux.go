package supervise

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// ownGroup gives a command a process group of its own, so that a terminal's signals reach it
// once, by way of this process.
func ownGroup() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGTERM}
}

// adoptOrphans has this process become the parent of what its children leave behind, until release
// is called: prctl(2), PR_SET_CHILD_SUBREAPER. A launcher gives the ranks process groups of their
// own, and so it is this that finds them.
func adoptOrphans() (release func()) {
	_ = unix.Prctl(unix.PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) // an old kernel: nobody is found
	return func() { _ = unix.Prctl(unix.PR_SET_CHILD_SUBREAPER, 0, 0, 0, 0) }
}

// gentle is how long what is left of a run has to end by itself once it is told to.
const gentle = 2 * time.Second

// endOrphans ends all children of this process: what a run has left behind. A stopped
// one is woken up, to heed the signal.
func endOrphans() {
	for began := time.Now(); ; time.Sleep(20 * time.Millisecond) {
		left := children()
		if len(left) == 0 {
			return
		}
		s := syscall.SIGTERM
		if time.Since(began) > gentle {
			s = syscall.SIGKILL
		}
		for _, pid := range left {
			_ = syscall.Kill(pid, s)
			_ = syscall.Kill(pid, syscall.SIGCONT)
			var status syscall.WaitStatus
			_, _ = syscall.Wait4(pid, &status, syscall.WNOHANG, nil)
		}
	}
}

// children is the processes whose parent this one is, as proc(5) lists them.
func children() (pids []int) {
	own := []byte(strconv.Itoa(os.Getpid()))
	paths, _ := filepath.Glob("/proc/[0-9]*/stat")
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			continue // it has ended
		}
		// pid (name) state parent: the name may have any letters in it.
		fields := bytes.Fields(text[bytes.LastIndexByte(text, ')')+1:])
		var pid int
		if len(fields) > 1 && bytes.Equal(fields[1], own) {
			if n, _ := fmt.Sscan(string(text), &pid); n == 1 {
				pids = append(pids, pid)
			}
		}
	}
	return pids
}
