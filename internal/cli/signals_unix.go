//go:build unix

package cli

import (
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// Endings are the signals that end a program that does not catch them, as
// signal(7) lists them, but for SIGKILL, which nobody can catch, SIGPIPE and SIGXFSZ,
// of which a write tells, and SIGPROF, which is the profiler's. Those of a
// fault are here for the case that somebody sends them: a fault of this program's
// own is a panic or ends it before they are delivered.
var Endings = []os.Signal{
	unix.SIGHUP, unix.SIGINT, unix.SIGQUIT, unix.SIGTERM,
	unix.SIGUSR1, unix.SIGUSR2, unix.SIGALRM, unix.SIGVTALRM, unix.SIGXCPU,
	unix.SIGABRT, unix.SIGBUS, unix.SIGFPE, unix.SIGILL, unix.SIGSEGV, unix.SIGSYS, unix.SIGTRAP,
}

func SignalName(s os.Signal) string { return unix.SignalName(s.(unix.Signal)) }

// asksToSave tells whether a signal asks a run that keeps checkpoints for one.
func asksToSave(s syscall.Signal) bool { return s == unix.SIGUSR1 }

// asksToStop tells whether a signal asks such a run to stop behind one.
func asksToStop(s syscall.Signal) bool {
	return s == unix.SIGTERM || s == unix.SIGINT || s == unix.SIGHUP
}
