//go:build !linux

package watchdog

// look does not know of other processes here.
func look(int) (state byte, start uint64) { return 0, 0 }

const known = false
