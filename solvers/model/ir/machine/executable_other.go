//go:build (!(linux && arm64) && !((linux || darwin) && amd64)) || noasm

package machine

import (
	"fmt"
	"runtime"
	"unsafe"

	"hybrid/solvers/model/ir"
)

func call(*byte, *ir.Args, unsafe.Pointer) {}

func executable([]byte) ([]byte, error) {
	return nil, fmt.Errorf("this build for %s/%s runs none", runtime.GOOS, runtime.GOARCH)
}

func release([]byte) error { return nil }
