package mandelbrot

import (
	"sync"
	"time"

	"hybrid/gpu"
	kernels "hybrid/kernels_cuda"
	"hybrid/mpi/schedule"
)

// A tileDevice counts several tiles at once.
type tileDevice[T Real] struct {
	info   gpu.Info
	kernel *kernels.Mandelbrot[T]
	atOnce int // tiles at most

	mu   sync.Mutex
	next int       // tiles that it takes next: few at first, since it may be slow
	last time.Time // when the last run of tiles was done
}

// tiles is how many it takes next.
func (t *tileDevice[T]) tiles() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.next
}

// took is the time of a run of tiles that was begun then and is done: the device does one
// after the other.
func (t *tileDevice[T]) took(began time.Time) time.Duration {
	t.mu.Lock()
	defer t.mu.Unlock()
	if began.Before(t.last) {
		began = t.last
	}
	t.last = time.Now()
	took := t.last.Sub(began)
	if took < enoughTime {
		t.next = min(4*t.next, t.atOnce)
	}
	return took
}

// enoughTime is how long the tiles that a device takes at once need not take: others wait
// for the last of them.
const enoughTime = 5 * time.Millisecond

// newTileDevice takes a tile for each multiprocessor at a time, once they have shown to
// take little time: sixteen blocks, about twice what it can hold.
func newTileDevice[T Real](d *gpu.Device, columns, rows []T) (*tileDevice[T], error) {
	t := &tileDevice[T]{info: d.Info(), atOnce: max(d.Info().SMs, 1), next: 1}
	var err error
	t.kernel, err = kernels.LoadMandelbrot(d, columns, rows, t.atOnce)
	return t, err
}

func (t *tileDevice[T]) close() error {
	if t.kernel == nil {
		return nil
	}
	return t.kernel.Close()
}

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
// use any more; the other worker's run may be counted meanwhile. How long each tile took is
// not known, nor how many iterations were saved: each has an equal part of the time, and
// all of its iterations.
func (s *Solver[T]) onDevice(worker int, tiles schedule.Tiles, yield func() bool) error {
	if !yield() {
		return nil
	}
	began := time.Now()
	counts, sums, err := s.device.kernel.Tiles(worker, tiles.From, tiles.Len(), s.Problem.MaxIter)
	if err != nil {
		return err
	}
	took := s.device.took(began) / time.Duration(tiles.Len())
	for tile := tiles.From; tile < tiles.To; tile++ {
		x0, x1, y0, y1 := s.tiling.box(tile)
		r := result{tile: tile, counts: make([]int32, 0, (x1-x0)*(y1-y0)), steps: int64(sums[tile-tiles.From])}
		for y := range y1 - y0 {
			r.counts = append(r.counts, counts[y*Side:y*Side+x1-x0]...)
		}
		counts = counts[Side*Side:]
		s.keep(r, took)
	}
	return nil
}
