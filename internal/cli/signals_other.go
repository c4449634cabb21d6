//go:build !unix

package cli

import (
	"os"
	"syscall"
)

var Endings = []os.Signal{os.Interrupt, syscall.SIGTERM}

func SignalName(s os.Signal) string {
	return map[os.Signal]string{os.Interrupt: "SIGINT", syscall.SIGTERM: "SIGTERM"}[s]
}

func asksToSave(syscall.Signal) bool { return false }

func asksToStop(s syscall.Signal) bool { return s == syscall.SIGINT || s == syscall.SIGTERM }
