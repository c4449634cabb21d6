package bootcache

import (
	"os"
	"strings"
)

// boot names the time since the machine was started; it is empty where that is not known.
func boot() string {
	id, err := os.ReadFile("/proc/sys/kernel/random/boot_id")
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(id))
}
