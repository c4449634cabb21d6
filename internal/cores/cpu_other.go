//go:build !linux && !darwin

package cores

import "runtime"

func processorName() string { return runtime.GOARCH }
