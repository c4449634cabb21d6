package mandelbrot

import (
	"errors"
	"time"

	"hybrid/gpu"
	kernels "hybrid/kernels_cuda"
	"hybrid/mpi/schedule"
)

// A tileDevice counts several tiles at once.
type tileDevice[T Real] struct {
	info   gpu.Info
	stream *gpu.Stream
	kernel *kernels.Mandelbrot[T]
	atOnce int // tiles at most
	next   int // that it takes next: few at first, since it may be slow
}

// enoughTime is how long the tiles that a device takes at once need not take: others wait
// for the last of them.
const enoughTime = 5 * time.Millisecond

// newTileDevice takes a tile for each multiprocessor at a time, once they have shown to
// take little time: sixteen blocks, about twice what it can hold.
func newTileDevice[T Real](d *gpu.Device, columns, rows []T) (*tileDevice[T], error) {
	t := &tileDevice[T]{info: d.Info(), atOnce: max(d.Info().SMs, 1), next: 1}
	var err error
	if t.stream, err = d.NewStream(); err != nil {
		return nil, err
	}
	if t.kernel, err = kernels.LoadMandelbrot(d, t.stream, columns, rows, t.atOnce); err != nil {
		return nil, errors.Join(err, t.stream.Close())
	}
	return t, nil
}

func (t *tileDevice[T]) close() error { return errors.Join(t.kernel.Close(), t.stream.Close()) }

// peak is the iterations a second if the device's arithmetic units did nothing but
// the six operations of each; 0 where that is not known.
func (t *tileDevice[T]) peak() float64 {
	const operations = 6
	var v T
	bits := 64
	if _, single := any(v).(float32); single {
		bits = 32
	}
	return t.info.PeakFlops(bits) / 2 / operations
}

// onDevice counts a run of tiles on the device, unless yield says that there is no
// use any more. How long each of them took is not known, nor how many iterations
// were saved: each has an equal part of the time, and all of its iterations.
func (s *Solver[T]) onDevice(tiles schedule.Tiles, yield func() bool) error {
	if !yield() {
		return nil
	}
	began := time.Now()
	counts, err := s.device.kernel.Tiles(tiles.From, tiles.Len(), s.Problem.MaxIter)
	if err != nil {
		return err
	}
	took := time.Since(began)
	if took < enoughTime {
		s.device.next = min(4*s.device.next, s.device.atOnce)
	}
	took /= time.Duration(tiles.Len())
	for tile := tiles.From; tile < tiles.To; tile++ {
		x0, x1, y0, y1 := s.tiling.box(tile)
		r := result{tile: tile, counts: make([]int32, 0, (x1-x0)*(y1-y0))}
		for y := range y1 - y0 {
			r.counts = append(r.counts, counts[y*Side:y*Side+x1-x0]...)
		}
		counts = counts[Side*Side:]
		for _, n := range r.counts {
			r.steps += int64(n)
		}
		s.keep(r, took)
	}
	return nil
}
