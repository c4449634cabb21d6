package bootcache

import "golang.org/x/sys/unix"

// boot names the time since the machine was started; it is empty where that is not known.
func boot() string {
	id, err := unix.Sysctl("kern.bootsessionuuid")
	if err != nil {
		return ""
	}
	return id
}
