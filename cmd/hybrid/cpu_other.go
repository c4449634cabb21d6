//go:build !linux && !darwin

package main

import "runtime"

// cpuName is the processor's architecture: nothing more is known.
func cpuName() string { return runtime.GOARCH }
