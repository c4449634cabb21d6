//go:build cgo && unix && (mpi || cuda)

package stdio

// int hy_was_closed(int fd);
import "C"

func wasClosed(fd int) bool { return C.hy_was_closed(C.int(fd)) != 0 }
