package wordcount

import (
	"os"

	"golang.org/x/sys/unix"
)

// sequential tells the kernel that a file is read from one end to the other, so
// that it reads ahead further. It is a hint.
func sequential(f *os.File) {
	unix.Fadvise(int(f.Fd()), 0, 0, unix.FADV_SEQUENTIAL)
}
