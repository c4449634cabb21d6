package montecarlo

import (
	"errors"
	"time"

	"hybrid/gpu"
	"hybrid/internal/philox"
	"hybrid/internal/tally"
	kernels "hybrid/kernels_cuda"
)

// Of a rank with a device: samples that it takes at first and at most, and the same of
// walks, by their steps. Other ranks wait for the last that it has taken.
var (
	piPace   = pace{next: piTile, most: 1 << 40, enough: 5 * time.Millisecond}
	walkPace = pace{next: 1 << 18, most: 1 << 62, enough: 5 * time.Millisecond}
)

// walksAtOnce are those that a device takes at once at most, 8 bytes each.
const walksAtOnce = 1 << 24

// A piDevice counts points on a device.
type piDevice struct {
	kernel *kernels.Pi
	queue  *gpu.Stream
	seed   uint64
	own    *tally.Kernel
	few    uint64 // points inside of those that the processor has taken
}

func newPiDevice(d *gpu.Device, seed uint64, own *tally.Kernel) (*piDevice, error) {
	queue, err := d.NewStream()
	if err != nil {
		return nil, err
	}
	k, err := kernels.LoadPi(d, queue)
	if err != nil {
		return nil, errors.Join(err, queue.Close())
	}
	return &piDevice{kernel: k, queue: queue, seed: seed, own: own}, nil
}

// take counts the samples [lo, hi). The device has whole blocks, two samples each;
// half a block at the ends is left to the processor.
func (p *piDevice) take(_ int, lo, hi uint64, _ func() bool) error {
	stream := philox.New(p.seed, philox.Pi)
	if lo < hi && lo%2 == 1 {
		p.few += p.own.Inside(stream, lo, 1)
		lo++
	}
	if lo < hi && hi%2 == 1 {
		hi--
		p.few += p.own.Inside(stream, hi, 1)
	}
	if lo == hi {
		return nil
	}
	if err := p.kernel.Count(p.seed, lo/2, (hi-lo)/2); err != nil {
		return err
	}
	return p.queue.Synchronize()
}

func (p *piDevice) inside() (uint64, error) {
	n, err := p.kernel.Inside()
	return n + p.few, err
}

func (p *piDevice) close() {
	p.kernel.Close()
	p.queue.Close()
}

// A walkDevice takes walks on a device.
type walkDevice struct {
	kernel *kernels.Walk
	queue  *gpu.Stream
	seed   uint64
	steps  uint64
	launch pace // steps of all walks of a launch
	found  *ends
}

// newWalkDevice is for so many walks of a rank at once at most.
func newWalkDevice(d *gpu.Device, p WalkProblem, atOnce uint64) (*walkDevice, error) {
	queue, err := d.NewStream()
	if err != nil {
		return nil, err
	}
	found := newEnds(p)
	h := found.histogram
	k, err := kernels.LoadWalk(d, queue, kernels.WalkShape{Steps: p.Steps, First: h.First, Width: h.Width, Bins: len(h.all) - 2, AtOnce: int(atOnce)})
	if err != nil {
		return nil, errors.Join(err, queue.Close())
	}
	return &walkDevice{kernel: k, queue: queue, seed: p.Seed, steps: p.Steps, launch: walkPace, found: found}, nil
}

// take takes the walks [lo, hi), no more than at once, some of their steps in a
// launch so that other ranks and the end of the context are seen.
func (w *walkDevice) take(_ int, lo, hi uint64, useful func() bool) error {
	n := int(hi - lo)
	for step := uint64(0); n > 0 && step < w.steps; {
		if !useful() {
			return nil
		}
		some := min(w.steps-step, max(w.launch.next/uint64(n)/blockSteps, 1)*blockSteps)
		began := time.Now()
		if err := w.kernel.Take(w.seed, lo, n, step, some); err != nil {
			return err
		}
		if err := w.queue.Synchronize(); err != nil {
			return err
		}
		w.launch.record(time.Since(began))
		step += some
	}
	if err := w.kernel.End(n); err != nil {
		return err
	}
	sums, err := w.kernel.Sums()
	if err != nil {
		return err
	}
	w.found.sum += sums.Sum
	w.found.addParts(sums.Squares)
	for i, n := range sums.Counts {
		w.found.histogram.all[i] += n
	}
	return nil
}

func (w *walkDevice) all() *ends { return w.found }

func (w *walkDevice) close() {
	w.kernel.Close()
	w.queue.Close()
}
