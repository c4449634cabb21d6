//go:build !cuda || !linux

package gpu

import "errors"

// Open has no driver to ask: it fails.
func Open(int) (*Device, error) {
	return nil, errors.New("gpu: this build of hybrid has no CUDA support: build it with make build, on Linux with a C compiler")
}
