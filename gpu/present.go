package gpu

import (
	"io/fs"
	"os"
	"path"
	"strings"
	"sync"
)

// Present tells whether this machine seems to have a GPU of NVIDIA's, or somebody
// has said where its driver is: a device file, the kernel's driver, or a display
// controller of that vendor on the PCI bus. It needs no driver and finds none.
func Present() bool { return ownPresence() }

// ownPresence is found out once: thousands of ranks of one process ask for it.
var ownPresence = sync.OnceValue(func() bool { return os.Getenv(libraryVariable) != "" || present(os.DirFS("/")) })

// libraryVariable is lazycuda.Variable, which only a build with CUDA has.
const libraryVariable = "HYBRID_LIBCUDA"

func present(root fs.FS) bool {
	for _, pattern := range []string{"dev/nvidia*", "proc/driver/nvidia", "dev/dxg"} { // the last is that of Windows' Linux
		if found, _ := fs.Glob(root, pattern); len(found) > 0 {
			return true
		}
	}
	vendors, _ := fs.Glob(root, "sys/bus/pci/devices/*/vendor")
	for _, file := range vendors {
		text := func(file string) string {
			b, _ := fs.ReadFile(root, file)
			return strings.TrimSpace(string(b))
		}
		const nvidia, display = "0x10de", "0x03" // pci.ids; classes 0300 and 0302
		if text(file) == nvidia && strings.HasPrefix(text(path.Join(path.Dir(file), "class")), display) {
			return true
		}
	}
	return false
}
