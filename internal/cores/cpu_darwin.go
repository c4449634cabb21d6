package cores

import (
	"runtime"

	"golang.org/x/sys/unix"
)

// Processor is the processor's name.
func Processor() string {
	name, err := unix.Sysctl("machdep.cpu.brand_string")
	if err != nil {
		return runtime.GOARCH
	}
	return name
}
