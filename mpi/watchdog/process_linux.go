package watchdog

import (
	"bytes"
	"fmt"
	"os"
	"strconv"
)

// look is the state of a process of this machine and when it was started, as proc(5)
// has them; 0 where there is none.
func look(pid int) (state byte, start uint64) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0, 0
	}
	// The name of the program is in brackets, and may have any letters in it.
	fields := bytes.Fields(text[bytes.LastIndexByte(text, ')')+1:])
	const stateField, startField = 0, 19
	if len(fields) <= startField {
		return 0, 0
	}
	start, _ = strconv.ParseUint(string(fields[startField]), 10, 64)
	return fields[stateField][0], start
}

// known tells whether this system tells of other processes.
const known = true
