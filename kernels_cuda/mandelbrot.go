package kernels

import (
	"errors"
	"fmt"
	"math"

	"hybrid/gpu"
)

// Mandelbrot counts tiles of a picture of the Mandelbrot set on one device.
type Mandelbrot[T float32 | float64] struct {
	module        *gpu.Module
	kernel        *gpu.Kernel
	width, height int
	columns, rows *gpu.Buffer[T] // real parts of the pixels' columns, imaginary of their rows
	lanes         [MandelbrotLanes]mandelbrotLane
}

// MandelbrotLanes is how many runs of tiles the device can have at a time: it counts one
// while another is copied to the host and taken from there.
const MandelbrotLanes = 2

// A mandelbrotLane has a run of tiles from its launch until it is on the host.
type mandelbrotLane struct {
	stream *gpu.Stream
	counts *gpu.Buffer[int32]
	sums   *gpu.Buffer[uint64] // of each tile's counts
	back   *gpu.HostBuffer[int32]
	added  *gpu.HostBuffer[uint64]
}

// MandelbrotSide is the side of a tile in pixels, as in mandelbrot.cu.
const MandelbrotSide = 64

const (
	mandelbrotThreads = 256 // of a block
	mandelbrotBlocks  = MandelbrotSide * MandelbrotSide / mandelbrotThreads
)

// LoadMandelbrot gets the kernel ready for a picture whose pixels have the real parts
// columns and the imaginary parts rows, and for so many tiles at once.
func LoadMandelbrot[T float32 | float64](d *gpu.Device, columns, rows []T, most int) (*Mandelbrot[T], error) {
	m := &Mandelbrot[T]{width: len(columns), height: len(rows)}
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
	for i := range m.lanes {
		if err == nil {
			err = m.lanes[i].open(d, most)
		}
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("kernels: mandelbrot: %w", err), m.Close())
	}
	return m, nil
}

// open takes the memory for so many tiles.
func (l *mandelbrotLane) open(d *gpu.Device, tiles int) (err error) {
	if l.stream, err = d.NewStream(); err != nil {
		return err
	}
	if l.counts, err = gpu.Alloc[int32](d, tiles*MandelbrotSide*MandelbrotSide); err != nil {
		return err
	}
	if l.sums, err = gpu.Alloc[uint64](d, tiles); err != nil {
		return err
	}
	if l.back, err = gpu.AllocHost[int32](d, tiles*MandelbrotSide*MandelbrotSide); err != nil {
		return err
	}
	l.added, err = gpu.AllocHost[uint64](d, tiles)
	return err
}

func (l *mandelbrotLane) close() (err error) {
	if l.stream != nil {
		err = l.stream.Close()
	}
	return errors.Join(err, l.counts.Free(), l.sums.Free(), l.back.Free(), l.added.Free())
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
// mean nothing; and what the counts of each tile add up to. The memory is used again by
// the next call for this lane, one of MandelbrotLanes: calls for different lanes may be made
// at a time. A step of a pixel takes some ten instructions, see docs/kernels.md.
func (m *Mandelbrot[T]) Tiles(lane, first, n int, limit int32) (counts []int32, sums []uint64, err error) {
	const each = MandelbrotSide * MandelbrotSide
	l := &m.lanes[lane]
	cols := (m.width + MandelbrotSide - 1) / MandelbrotSide
	if last := cols * ((m.height + MandelbrotSide - 1) / MandelbrotSide); first < 0 || n < 1 || n > l.sums.Len() || first+n > last || limit < 1 {
		return nil, nil, fmt.Errorf("kernels: mandelbrot: %d tiles from %d on of %d, at most %d at once, limit %d", n, first, last, l.sums.Len(), limit)
	}
	back, added := l.back.Slice(0, n*each), l.added.Slice(0, n)
	err = gpu.Fill(l.stream, l.sums, 0)
	if err == nil {
		err = m.kernel.Launch(l.stream, gpu.Dim{X: n * mandelbrotBlocks}, gpu.Dim{X: mandelbrotThreads}, 0,
			l.counts.Arg(), l.sums.Arg(), m.columns.Arg(), m.rows.Arg(), gpu.Value(limit), gpu.Value(uint32(m.width)), gpu.Value(uint32(m.height)), gpu.Value(uint32(cols)), gpu.Value(uint64(first)))
	}
	if err == nil {
		err = gpu.CopyOut(l.stream, back, l.counts.Slice(0, n*each))
	}
	if err == nil {
		err = gpu.CopyOut(l.stream, added, l.sums.Slice(0, n))
	}
	if err = errors.Join(err, l.stream.Synchronize()); err != nil {
		return nil, nil, fmt.Errorf("kernels: mandelbrot: %w", err)
	}
	return back.Data(), added.Data(), nil
}

// Close frees what LoadMandelbrot took on the device.
func (m *Mandelbrot[T]) Close() error {
	var err error
	for i := range m.lanes {
		err = errors.Join(err, m.lanes[i].close())
	}
	return errors.Join(err, closeAll(m.module), m.columns.Free(), m.rows.Free())
}
