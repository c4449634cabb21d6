package cores

import (
	"io/fs"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// A Cache is one of a core's data caches.
type Cache struct {
	Level int // 1 is nearest to the core
	Bytes int
}

// Caches lists the data caches that the first core uses, the first level first. It is empty where the kernel does not say:
// it says so on Linux, in sysfs.
func Caches() []Cache { return slices.Clone(own()) }

// own is read once: thousands of ranks of one process ask for it.
var own = sync.OnceValue(func() []Cache { return caches(os.DirFS("/sys/devices/system/cpu/cpu0/cache")) })

// LastLevel returns the bytes of the largest of some caches, 0 where there is none.
func LastLevel(caches []Cache) int {
	largest := 0
	for _, c := range caches {
		largest = max(largest, c.Bytes)
	}
	return largest
}

// caches reads the files index*/level, type and size, which hold 1, Data and sizes like 48K.
func caches(dir fs.FS) []Cache {
	var all []Cache
	indexes, _ := fs.Glob(dir, "index*")
	for _, index := range indexes {
		text := func(name string) string {
			b, _ := fs.ReadFile(dir, path.Join(index, name))
			return strings.TrimSpace(string(b))
		}
		level, err := strconv.Atoi(text("level"))
		if bytes := size(text("size")); err == nil && bytes > 0 && text("type") != "Instruction" {
			all = append(all, Cache{level, bytes})
		}
	}
	return all
}

// size reads a number of bytes that may end in K or M; 0 if it is none.
func size(text string) int {
	unit := 1
	if rest, ok := strings.CutSuffix(text, "K"); ok {
		text, unit = rest, 1<<10
	} else if rest, ok := strings.CutSuffix(text, "M"); ok {
		text, unit = rest, 1<<20
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 {
		return 0
	}
	return n * unit
}
