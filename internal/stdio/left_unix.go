//go:build unix

package stdio

import "syscall"

// FilesLeft returns how many more files the process may open, or most where they are as
// many or more. It opens none itself that the Go runtime would have to wait for.
func FilesLeft(most int) int {
	var open []int
	defer func() {
		for _, fd := range open {
			syscall.Close(fd)
		}
	}()
	for len(open) < most {
		fd, err := syscall.Dup(2) // which the runtime opens where it was closed
		if err != nil {
			break
		}
		open = append(open, fd)
	}
	return len(open)
}
