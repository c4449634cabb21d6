package kernels

import (
	"errors"
	"fmt"
	"math/bits"

	"hybrid/gpu"
	"hybrid/internal/philox"
)

// Walk takes random walks on one device and stream: some at once, whose numbers of steps
// upwards it keeps there, and of all of them the sums and the histogram.
type Walk struct {
	stream          *gpu.Stream
	module          *gpu.Module
	ones, ends      *gpu.Kernel
	grid            int                 // blocks of threads that the device holds at once
	local           int                 // bytes of shared memory for a block's own histogram
	up              *gpu.Buffer[uint64] // steps upwards of the walks under way
	sums, histogram *gpu.Buffer[uint64]
	steps           uint64
	least, width    int64  // of the bins, in steps upwards
	inverse         uint64 // of the width, see check
}

// A WalkShape is what all walks of a Walk have in common.
type WalkShape struct {
	Steps        uint64 // of a walk, 1 to 2^39
	First, Width int64  // of the histogram: where the first bin begins, and its even width
	Bins         int
	AtOnce       int // walks under way at most
}

// WalkSums is where walks have ended.
type WalkSums struct {
	Sum int64 // of the end positions
	// Squares are three parts of the sum of their squares,
	// Squares[0] + 2^32 Squares[1] + 2^64 Squares[2].
	Squares [3]uint64
	Counts  []uint64 // of the bins, then below the first and beyond the last
}

const (
	walkThreads = 256      // of a block, THREADS in walk.cu
	walkSteps   = 128      // of a block of random words, STEPS in walk.cu
	walkLaunch  = 1 << 31  // blocks of random words of a walk at most in a launch
	walkPart    = 1 << 24  // and of a thread
	walkPiece   = 64       // and of a thread at least where there are more
	walkWaves   = 4        // blocks of threads for each that the device holds at once, so that few wait at the end
	walkLocal   = 32 << 10 // bytes of shared memory for a block's own histogram
)

// LoadWalk gets the kernels ready and takes 8 bytes of the device for each walk at
// once and for each bin.
func LoadWalk(d *gpu.Device, s *gpu.Stream, w WalkShape) (*Walk, error) {
	k := &Walk{stream: s, steps: w.Steps, width: w.Width / 2, least: (w.First + int64(w.Steps)) / 2}
	if err := w.check(k); err != nil {
		return nil, err
	}
	// ceil(2^63 / width); the quotient of any number of ones is exact, see check.
	k.inverse = (1<<63 + uint64(k.width) - 1) / uint64(k.width)
	var err error
	if k.module, err = load(d, "walk"); err == nil {
		k.ones, err = k.module.Kernel("walk_ones")
	}
	if err == nil {
		k.ends, err = k.module.Kernel("walk_ends")
	}
	if err == nil {
		k.grid, err = residentBlocks(d, k.ones, walkThreads, 0)
	}
	if bytes := 4 * (w.Bins + 2); bytes <= walkLocal {
		k.local = bytes
	}
	for _, b := range []struct {
		buffer **gpu.Buffer[uint64]
		n      int
	}{{&k.up, w.AtOnce}, {&k.sums, 4}, {&k.histogram, w.Bins + 2}} {
		if err == nil {
			*b.buffer, err = zeros(d, s, b.n)
		}
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("kernels: walk: %w", err), k.Close())
	}
	return k, nil
}

// check refuses shapes that the kernels do not take. A quotient q = x/width comes
// from the product 2x ceil(2^63/width), whose error is below 2x, so it is exact if
// 2x width is below 2^64.
func (w WalkShape) check(k *Walk) error {
	switch {
	case w.Steps == 0 || w.Steps > walkSteps<<32:
		return fmt.Errorf("kernels: walks of %d steps: want 1 to 2^39 = %d", w.Steps, uint64(walkSteps)<<32)
	case w.Bins <= 0 || w.AtOnce <= 0 || w.Bins > 1<<30 || w.AtOnce > 1<<30:
		return fmt.Errorf("kernels: %d bins, %d walks at once: want 1 to 2^30 of both", w.Bins, w.AtOnce)
	case w.Width <= 0 || w.Width%2 != 0 || (w.First+int64(w.Steps))%2 != 0:
		return fmt.Errorf("kernels: bins from %d on, %d wide, for walks of %d steps: want an even width above 0, and ends of the parity of the steps",
			w.First, w.Width, w.Steps)
	}
	most := max(int64(w.Steps), int64(w.Steps)-k.least)
	if hi, _ := bits.Mul64(2*uint64(most), uint64(k.width)); hi > 0 {
		return fmt.Errorf("kernels: bins from %d on, %d wide, are too wide for walks of %d steps", w.First, w.Width, w.Steps)
	}
	return nil
}

// Take takes some steps of n walks of a seed from first on, those from step on, which
// is a multiple of 128. It returns before the device has done it.
func (k *Walk) Take(seed, first uint64, n int, step, steps uint64) error {
	switch {
	case n < 0 || n > k.up.Len():
		return fmt.Errorf("kernels: walk: %d walks at once: want 0 to %d", n, k.up.Len())
	case step%walkSteps != 0 || step > k.steps || steps > k.steps-step:
		return fmt.Errorf("kernels: walk: %d steps from step %d: want a multiple of %d to begin with, and no more than %d in all",
			steps, step, walkSteps, k.steps)
	}
	for done := 0; done < n; {
		some := int(min(uint64(n-done), 1<<32-first%(1<<32))) // the high word of the index is constant
		if err := k.take(philox.Seed(seed), done, some, first, step, steps); err != nil {
			return fmt.Errorf("kernels: walk: %w", err)
		}
		done, first = done+some, first+uint64(some)
	}
	return nil
}

// take is Take for walks whose indices have one high word, the first of them being
// number at of those under way.
func (k *Walk) take(key philox.Key, at, n int, first, step, steps uint64) error {
	for steps > 0 {
		some := min(steps, walkLaunch*walkSteps)
		whole, rest := some/walkSteps, some%walkSteps
		// Few walks are cut into parts, so that all of the device has work.
		wide := (n + walkThreads - 1) / walkThreads
		parts := max(min(uint64(max(walkWaves*k.grid/wide, 1)), (whole+walkPiece-1)/walkPiece), 1)
		each := max(min((whole+parts-1)/parts, walkPart), 1)
		parts = max((whole+each-1)/each, 1)
		err := k.ones.Launch(k.stream, gpu.Dim{X: wide, Y: int(parts)}, gpu.Dim{X: walkThreads}, 0,
			k.up.Slice(at, at+n).Arg(), gpu.Value(key[0]), gpu.Value(key[1]), gpu.Value(uint32(first>>32)), gpu.Value(uint32(first)),
			gpu.Value(uint32(n)), gpu.Value(uint32(step/walkSteps)), gpu.Value(uint32(whole)), gpu.Value(uint32(each)), gpu.Value(uint32(rest)))
		if err != nil {
			return err
		}
		step, steps = step+some, steps-some
	}
	return nil
}

// End ends the first n walks under way, and begins others in their places. It
// returns before the device has done it.
func (k *Walk) End(n int) error {
	if n < 0 || n > k.up.Len() {
		return fmt.Errorf("kernels: walk: %d walks at once: want 0 to %d", n, k.up.Len())
	}
	if n == 0 {
		return nil
	}
	bins := k.histogram.Len() - 2
	err := k.ends.Launch(k.stream, gpu.Dim{X: blocks(uint64(n), walkThreads, k.grid)}, gpu.Dim{X: walkThreads}, k.local,
		k.up.Arg(), gpu.Value(uint32(n)), gpu.Value(k.steps), gpu.Value(k.least), gpu.Value(k.inverse), gpu.Value(uint32(bins)),
		k.sums.Arg(), k.histogram.Arg(), gpu.Value(uint32(k.local)))
	if err != nil {
		return fmt.Errorf("kernels: walk: %w", err)
	}
	return nil
}

// Sums returns where the walks have ended that End was called for since the last
// Sums, after waiting for the stream. There may be 2^32 of them.
func (k *Walk) Sums() (WalkSums, error) {
	err := k.stream.Synchronize()
	parts, counts := make([]uint64, k.sums.Len()), make([]uint64, k.histogram.Len())
	if err == nil {
		err = errors.Join(k.sums.Read(parts), k.histogram.Read(counts))
	}
	if err == nil {
		err = errors.Join(gpu.Fill(k.stream, k.sums, 0), gpu.Fill(k.stream, k.histogram, 0))
	}
	if err != nil {
		return WalkSums{}, fmt.Errorf("kernels: walk: %w", err)
	}
	return WalkSums{Sum: int64(parts[0]), Squares: [3]uint64(parts[1:]), Counts: counts}, nil
}

// Close frees what LoadWalk took on the device.
func (k *Walk) Close() error { return closeAll(k.module, k.up, k.sums, k.histogram) }
