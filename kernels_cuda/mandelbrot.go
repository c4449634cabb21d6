package kernels

import (
	"errors"
	"fmt"
	"math"

	"hybrid/gpu"
)

// Mandelbrot counts tiles of a picture of the Mandelbrot set, on one device and
// stream.
type Mandelbrot[T float32 | float64] struct {
	stream        *gpu.Stream
	module        *gpu.Module
	kernel        *gpu.Kernel
	width, height int
	columns, rows *gpu.Buffer[T] // real parts of the pixels' columns, imaginary of their rows
	counts        *gpu.Buffer[int32]
	back          *gpu.HostBuffer[int32]
}

// MandelbrotSide is the side of a tile in pixels, as in mandelbrot.cu.
const MandelbrotSide = 64

const (
	mandelbrotThreads = 256 // of a block
	mandelbrotBlocks  = MandelbrotSide * MandelbrotSide / mandelbrotThreads
)

// LoadMandelbrot gets the kernel ready for a picture whose pixels have the real parts
// columns and the imaginary parts rows, and for so many tiles at once.
func LoadMandelbrot[T float32 | float64](d *gpu.Device, s *gpu.Stream, columns, rows []T, most int) (*Mandelbrot[T], error) {
	m := &Mandelbrot[T]{stream: s, width: len(columns), height: len(rows)}
	name := "mandelbrot_f64"
	if _, single := any(T(0)).(float32); single {
		name = "mandelbrot_f32"
	}
	var err error
	if m.width < 1 || m.height < 1 || m.width > math.MaxInt32 || m.height > math.MaxInt32 || most < 1 {
		err = fmt.Errorf("%d x %d pixels, %d tiles at once: want 1 or more", m.width, m.height, most)
	}
	if err == nil {
		m.module, err = load(d, "mandelbrot")
	}
	if err == nil {
		m.kernel, err = m.module.Kernel(name)
	}
	if err == nil {
		m.columns, err = upload(d, columns)
	}
	if err == nil {
		m.rows, err = upload(d, rows)
	}
	if err == nil {
		m.counts, err = gpu.Alloc[int32](d, most*MandelbrotSide*MandelbrotSide)
	}
	if err == nil {
		m.back, err = gpu.AllocHost[int32](d, most*MandelbrotSide*MandelbrotSide)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("kernels: mandelbrot: %w", err), m.Close())
	}
	return m, nil
}

// upload makes a buffer with these values.
func upload[T gpu.Element](d *gpu.Device, values []T) (*gpu.Buffer[T], error) {
	b, err := gpu.Alloc[T](d, len(values))
	if err != nil {
		return nil, err
	}
	if err := b.Write(values); err != nil {
		return nil, errors.Join(err, b.Free())
	}
	return b, nil
}

// Tiles returns the counts of n tiles from first on, numbered row by row, after
// waiting for them: 64 x 64 for each, row by row, of which those beyond the picture
// mean nothing. The memory is used again by the next call. A step of a pixel takes
// some ten instructions, see docs/kernels.md.
func (m *Mandelbrot[T]) Tiles(first, n int, limit int32) ([]int32, error) {
	const each = MandelbrotSide * MandelbrotSide
	cols := (m.width + MandelbrotSide - 1) / MandelbrotSide
	if last := cols * ((m.height + MandelbrotSide - 1) / MandelbrotSide); first < 0 || n < 1 || n*each > m.counts.Len() || first+n > last || limit < 1 {
		return nil, fmt.Errorf("kernels: mandelbrot: %d tiles from %d on of %d, at most %d at once, limit %d", n, first, last, m.counts.Len()/each, limit)
	}
	err := m.kernel.Launch(m.stream, gpu.Dim{X: n * mandelbrotBlocks}, gpu.Dim{X: mandelbrotThreads}, 0,
		m.counts.Arg(), m.columns.Arg(), m.rows.Arg(), gpu.Value(limit), gpu.Value(uint32(m.width)), gpu.Value(uint32(m.height)), gpu.Value(uint32(cols)), gpu.Value(uint64(first)))
	counts := m.back.Slice(0, n*each)
	if err == nil {
		err = gpu.CopyOut(m.stream, counts, m.counts.Slice(0, n*each))
	}
	if err = errors.Join(err, m.stream.Synchronize()); err != nil {
		return nil, fmt.Errorf("kernels: mandelbrot: %w", err)
	}
	return counts.Data(), nil
}

// Close frees what LoadMandelbrot took on the device.
func (m *Mandelbrot[T]) Close() error {
	return errors.Join(closeAll(m.module), m.columns.Free(), m.rows.Free(), m.counts.Free(), m.back.Free())
}
