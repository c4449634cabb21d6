package watchdog

import "os"

// A process is that of a rank: where it is, and how it can be reached.
type process struct {
	Host      string
	PID       int
	Start     uint64 // of the process: with PID it is of no other one
	Addresses []string
}

func ownProcess(host string) process {
	p := process{Host: host, PID: os.Getpid()}
	_, p.Start = look(p.PID)
	return p
}

// stateOf is the state of a process of this machine: 'X' where it is not there any more, and 0
// where that cannot be known.
func stateOf(pid int, start uint64) byte {
	if !known {
		return 0
	}
	state, began := look(pid)
	if state == 0 || began != start || state == 'Z' {
		return 'X'
	}
	return state
}
