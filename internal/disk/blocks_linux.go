package disk

import (
	"fmt"
	"os"
	"slices"

	"golang.org/x/sys/unix"
)

// unnamed is the flag of a file without a name.
const unnamed = unix.O_TMPFILE

func reserve(f *os.File, size int64) error {
	if size <= 0 {
		return nil
	}
	// ulimit -f, which limits what is read later.
	var limit unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_FSIZE, &limit); err == nil && uint64(size) > limit.Cur {
		return unix.EFBIG
	}
	for {
		switch err := unix.Fallocate(int(f.Fd()), unix.FALLOC_FL_KEEP_SIZE, 0, size); err {
		case unix.EINTR:
		case unix.EOPNOTSUPP, unix.ENOSYS, unix.EINVAL:
			return nil
		default:
			return err
		}
	}
}

func link(f *os.File, name string) error {
	return unix.Linkat(unix.AT_FDCWD, fmt.Sprintf("/proc/self/fd/%d", f.Fd()), unix.AT_FDCWD, name, unix.AT_SYMLINK_FOLLOW)
}

// Direct has OpenFile write past the system's cache.
const Direct = unix.O_DIRECT

// setDirect has writes go past the cache, or not, and tells whether that can be done.
func setDirect(f *os.File, on bool) (done bool) {
	control(f, func(fd int) {
		flags, err := unix.FcntlInt(uintptr(fd), unix.F_GETFL, 0)
		if flags &^= Direct; on {
			flags |= Direct
		}
		if err == nil {
			_, err = unix.FcntlInt(uintptr(fd), unix.F_SETFL, flags)
		}
		done = err == nil
	})
	return done
}

// writeBack has the system begin to put a file's bytes on disk, and does not wait. It is a hint:
// what goes wrong with them is fsync's to say.
func writeBack(f *os.File) {
	control(f, func(fd int) { _ = unix.SyncFileRange(fd, 0, 0, unix.SYNC_FILE_RANGE_WRITE) })
}

// control calls do with the number of an open file.
func control(f *os.File, do func(fd int)) {
	if c, err := f.SyscallConn(); err == nil {
		_ = c.Control(func(fd uintptr) { do(int(fd)) })
	}
}

// mounted tells whether a file is a mount of its own, as containers have single files of outside.
func mounted(name string) bool {
	var s unix.Statx_t
	err := unix.Statx(unix.AT_FDCWD, name, unix.AT_SYMLINK_NOFOLLOW, unix.STATX_TYPE, &s)
	return err == nil && s.Attributes&unix.STATX_ATTR_MOUNT_ROOT != 0
}

// Local tells whether a folder is known to lie on this machine alone, so that a lock on a file in it is one against everybody.
func Local(dir string) bool {
	var s unix.Statfs_t
	return unix.Statfs(dir, &s) == nil && slices.Contains([]int64{
		unix.EXT4_SUPER_MAGIC, unix.XFS_SUPER_MAGIC, unix.BTRFS_SUPER_MAGIC, unix.F2FS_SUPER_MAGIC, unix.TMPFS_MAGIC, unix.OVERLAYFS_SUPER_MAGIC,
	}, int64(s.Type))
}
