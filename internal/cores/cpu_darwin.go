package cores

import (
	"runtime"

	"golang.org/x/sys/unix"
)

func processorName() string {
	name, err := unix.Sysctl("machdep.cpu.brand_string")
	if err != nil {
		return runtime.GOARCH
	}
	return name
}
