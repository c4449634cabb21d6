package kernels

import (
	"errors"
	"fmt"

	"hybrid/gpu"
	"hybrid/internal/philox"
)

// Pi counts points inside the quarter circle, on one device and stream.
type Pi struct {
	stream *gpu.Stream
	module *gpu.Module
	kernel *gpu.Kernel
	grid   int // blocks of threads for many points
	count  *gpu.Buffer[uint64]
}

const (
	piThreads = 256     // of a block, THREADS in pi.cu
	piLaunch  = 1 << 30 // blocks of random words of a launch at most
)

// LoadPi gets the kernel ready, with a count of 0.
func LoadPi(d *gpu.Device, s *gpu.Stream) (*Pi, error) {
	p := &Pi{stream: s}
	var err error
	if p.module, err = load(d, "pi"); err == nil {
		p.kernel, err = p.module.Kernel("pi")
	}
	if err == nil {
		p.grid, err = residentBlocks(d, p.kernel, piThreads, 0)
	}
	if err == nil {
		p.count, err = zeros(d, s, 1)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("kernels: pi: %w", err), p.Close())
	}
	return p, nil
}

// Count adds the points inside among those of n blocks of random words of a seed, two
// points each, from block first on. It returns before the device has done it, which
// takes 50 instructions a block, see docs/kernels.md.
func (p *Pi) Count(seed, first, n uint64) error {
	key := philox.Seed(seed)
	for n > 0 {
		some := min(n, piLaunch, 1<<32-first%(1<<32)) // the high word of the index is constant
		err := p.kernel.Launch(p.stream, gpu.Dim{X: blocks(some, piThreads, p.grid)}, gpu.Dim{X: piThreads}, 0,
			p.count.Arg(), gpu.Value(key[0]), gpu.Value(key[1]),
			gpu.Value(uint32(first>>32)), gpu.Value(uint32(first)), gpu.Value(uint32(some)))
		if err != nil {
			return fmt.Errorf("kernels: pi: %w", err)
		}
		first, n = first+some, n-some
	}
	return nil
}

// Inside returns what was counted since LoadPi, after waiting for the stream.
func (p *Pi) Inside() (uint64, error) {
	if err := p.stream.Synchronize(); err != nil {
		return 0, fmt.Errorf("kernels: pi: %w", err)
	}
	count := []uint64{0}
	if err := p.count.Read(count); err != nil {
		return 0, fmt.Errorf("kernels: pi: %w", err)
	}
	return count[0], nil
}

// Close frees what LoadPi took on the device.
func (p *Pi) Close() error { return closeAll(p.module, p.count) }
