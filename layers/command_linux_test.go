//go:build layers

package layers

import "syscall"

// processGroup gives a command a process group of its own, which ends with
// this process even if that is killed.
func processGroup() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGTERM}
}
