//go:build !cuda

package gpu

import "errors"

// openCUDA has no driver to ask.
func openCUDA(int) (*Device, error) {
	return nil, errors.New("gpu: this build of hybrid has no CUDA support: build it with make build, where a C compiler is")
}
