//go:build !linux && !darwin

package cores

import (
	"os"
	"runtime"
)

func system() tree { return tree{os.DirFS("/")} }

func allowed() []int { return firstCores(runtime.NumCPU()) }

func nodeMemory() (Limit, bool) { return Limit{}, false }

func totalMemory() (uint64, bool) { return 0, false }
