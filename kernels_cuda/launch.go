package kernels

import (
	"errors"

	"hybrid/gpu"
)

// load loads the variant of a source that suits the device.
func load(d *gpu.Device, name string) (*gpu.Module, error) {
	ptx, arch, err := PTX(name, d.Info().Major, d.Info().Minor)
	if err != nil {
		return nil, err
	}
	return d.Load(name+"."+arch+".ptx", ptx)
}

// zeros allocates n words and has the stream clear them.
func zeros(d *gpu.Device, s *gpu.Stream, n int) (*gpu.Buffer[uint64], error) {
	b, err := gpu.Alloc[uint64](d, n)
	if err != nil {
		return nil, err
	}
	if err := gpu.Fill(s, b, 0); err != nil {
		return nil, errors.Join(err, b.Free())
	}
	return b, nil
}

// residentBlocks is how many blocks of threads the device holds at once: the grid of a
// kernel whose threads loop over many items, for then all of them end together.
func residentBlocks(d *gpu.Device, k *gpu.Kernel, threads, shared int) (int, error) {
	n, err := k.Occupancy(threads, shared)
	return max(n, 1) * max(d.Info().SMs, 1), err
}

// blocks is the number of blocks of threads that n items need, or most.
func blocks(n uint64, threads, most int) int {
	return int(min((n+uint64(threads)-1)/uint64(threads), uint64(most)))
}

// closeAll unloads a module and frees buffers, those that are there.
func closeAll(m *gpu.Module, buffers ...interface{ Free() error }) error {
	var err error
	if m != nil {
		err = m.Unload()
	}
	for _, b := range buffers {
		err = errors.Join(err, b.Free())
	}
	return err
}
