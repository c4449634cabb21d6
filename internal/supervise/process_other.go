//go:build !linux

package supervise

import "syscall"

// Elsewhere a job ends its own processes.
func ownGroup() *syscall.SysProcAttr { return nil }

func adoptOrphans() (release func()) { return func() {} }

func endOrphans() {}
