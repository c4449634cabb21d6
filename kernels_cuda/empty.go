package kernels

import (
	"errors"
	"fmt"

	"hybrid/gpu"
)

// Empty starts a kernel that does nothing, on one device and stream.
type Empty struct {
	stream *gpu.Stream
	module *gpu.Module
	kernel *gpu.Kernel
}

// LoadEmpty gets the kernel ready.
func LoadEmpty(d *gpu.Device, s *gpu.Stream) (*Empty, error) {
	e := &Empty{stream: s}
	var err error
	if e.module, err = load(d, "empty"); err == nil {
		e.kernel, err = e.module.Kernel("empty")
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("kernels: empty: %w", err), e.Close())
	}
	return e, nil
}

// Launch starts the kernel, one block of one warp. It returns before that has ended.
func (e *Empty) Launch() error {
	if err := e.kernel.Launch(e.stream, gpu.Dim{X: 1}, gpu.Dim{X: 32}, 0); err != nil {
		return fmt.Errorf("kernels: empty: %w", err)
	}
	return nil
}

// Close gives back what LoadEmpty took.
func (e *Empty) Close() error { return closeAll(e.module) }
