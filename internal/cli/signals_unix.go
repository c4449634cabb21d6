//go:build unix

package cli

import (
	"os"

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
