//go:build !linux && !darwin

package cores

import "runtime"

// Processor is the processor's architecture: nothing more is known.
func Processor() string { return runtime.GOARCH }
