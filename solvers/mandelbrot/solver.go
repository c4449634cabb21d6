package mandelbrot

import (
	"context"
	"errors"
	"fmt"
	"math"
	"sync"
	"time"
	"unsafe"

	"hybrid/gpu"
	"hybrid/internal/escape"
	"hybrid/internal/rowio"
	kernels "hybrid/kernels_cuda"
	"hybrid/mpi"
	"hybrid/mpi/memcheck"
	"hybrid/mpi/schedule"
	"hybrid/simd"
)

// Real is a floating-point type that points can have.
type Real interface{ float32 | float64 }

// Options choose how a solver computes. They change its speed and nothing else;
// the zero value chooses well.
type Options struct {
	Threads  int      // of each rank; 0 for one
	ISA      simd.ISA // instruction set; simd.Auto for the best one
	Schedule Schedule
	// Chunk is the number of tiles, for each thread of a rank, that the master of a
	// dynamic or guided schedule hands out at least; 0 for one.
	Chunk  int
	Device *gpu.Device // that counts in place of this rank's threads; nil for none
	// Progress, if set, is called by every rank now and then with the number of
	// pixels that it has counted. Several threads may call it at once.
	Progress func(pixels int64)
}

// A Solver counts one picture on the ranks of a communicator.
type Solver[T Real] struct {
	Problem Problem

	comm    *mpi.Comm
	options Options
	threads int
	kernel  *escape.Kernel[T]
	tiling  tiling
	columns []T            // real part of each
	device  *tileDevice[T] // nil: the threads count

	mu       sync.Mutex
	done     []result // the tiles that this rank has counted
	busy     time.Duration
	count    int64   // pixels
	band     []int32 // the counts of this rank's band, see Band; all of them once gathered
	gathered bool    // every tile that was counted is in its band
	moved    bool    // some tiles are in bands of ranks that have not counted them
	counted  int     // of done, those in seen
	seen     histogram

	first  int       // tiles that a checkpoint has, which ranks have in their bands
	next   int       // tile to be counted
	before []float64 // seconds of the tiles that a checkpoint has; on rank 0
}

// A result is what is known of a tile that was counted.
type result struct {
	tile    int
	counts  []int32 // nil where they are in the band
	steps   int64   // computed
	seconds float64
}

// New makes a solver. It is collective, and gives every rank an error if one has
// one: an invalid problem, an instruction set that the processor does not have, or
// a picture larger than the free memory of a node, a *memcheck.Error.
func New[T Real](c *mpi.Comm, p Problem, o Options) (*Solver[T], error) {
	s, err := prepare[T](c, p, o)
	if err = c.Agree(err); err != nil {
		return nil, err
	}
	if err = s.reserve(); err != nil {
		return nil, err
	}
	if o.Device != nil {
		s.device, err = newTileDevice(o.Device, s.columns, s.rows(0, p.Height))
	}
	if err = c.Agree(err); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// Close gives back what the solver has on its device.
func (s *Solver[T]) Close() error {
	if s == nil || s.device == nil {
		return nil
	}
	return s.device.close()
}

func prepare[T Real](c *mpi.Comm, p Problem, o Options) (*Solver[T], error) {
	if err := p.Validate(); err != nil {
		return nil, err
	}
	if o.Threads < 0 || o.Chunk < 0 || !o.Schedule.Valid() {
		return nil, fmt.Errorf("mandelbrot: %d threads, chunks of %d tiles, %v: want 0 or more, and a schedule that there is", o.Threads, o.Chunk, o.Schedule)
	}
	significand := 53
	if unsafe.Sizeof(T(0)) == 4 {
		significand = 24
	}
	if !p.Resolved(significand) {
		return nil, fmt.Errorf("mandelbrot: zoom %g puts pixels %.3g apart, closer than float%d can tell at center %g, %g: take a smaller zoom or fewer pixels",
			p.Zoom, p.Step(), 8*unsafe.Sizeof(T(0)), p.Re, p.Im)
	}
	k, err := escape.New[T](o.ISA)
	if err != nil {
		return nil, err
	}
	s := &Solver[T]{Problem: p, comm: c, options: o, threads: max(o.Threads, 1), kernel: k, tiling: newTiling(p)}
	s.columns = make([]T, p.Width)
	for i := range s.columns {
		s.columns[i] = T(p.column(i))
	}
	return s, nil
}

// reserve checks that the nodes have the memory for the counts: each rank's band, and
// the tiles of other bands that it has counted, which in the worst case are all of its
// share and once more on their way. It is collective.
func (s *Solver[T]) reserve() error {
	p, ranks := s.Problem, float64(s.comm.Size())
	lo, hi := s.tiling.band(s.comm.Rank(), s.comm.Size())
	pixels := float64(p.Width) * float64(p.Height)
	others := pixels * (ranks - 1) / ranks / ranks
	lines := float64(p.Width + p.Height)
	return memcheck.Check(s.comm, memcheck.Need{
		What:    fmt.Sprintf("mandelbrot: %d x %d pixels need", p.Width, p.Height),
		Instead: "fewer pixels or more nodes",
		Bytes:   4*(float64(hi-lo)*float64(p.Width)+2*others) + (16+frameBytes)*lines + tileBytes*float64(s.tiling.tiles()) + rowio.BufferBytes,
		Fits: func(part float64) string {
			side := func(n int) int { return max(int(float64(n)*math.Sqrt(part)), 1) }
			return fmt.Sprintf("%d x %d pixels", side(p.Width), side(p.Height))
		},
	})
}

// tileBytes is what is known of a tile beside its counts: its result, and its time in a
// summary, on its way and in a plot.
const tileBytes = 2*48 + 4*8

// ISA is the instruction set of the kernels.
func (s *Solver[T]) ISA() simd.ISA { return s.kernel.ISA() }

// Run counts the picture. It is collective; its error is that of the context of any
// rank, on every rank. An iteration costs six floating-point operations, nine
// where points are escaping.
func (s *Solver[T]) Run(ctx context.Context) error {
	s.begin()
	if err := s.comm.Barrier(); err != nil {
		return err
	}
	return s.advance(ctx, s.tiling.tiles())
}

// begin forgets what was counted.
func (s *Solver[T]) begin() {
	lo, hi := s.tiling.band(s.comm.Rank(), s.comm.Size())
	s.done, s.busy, s.count, s.gathered, s.moved, s.counted, s.seen = nil, 0, 0, false, false, 0, histogram{}
	s.first, s.next, s.before = 0, 0, nil
	s.band = make([]int32, (hi-lo)*s.Problem.Width)
}

// advance counts the next n tiles. It is collective.
func (s *Solver[T]) advance(ctx context.Context, n int) error {
	first := s.next
	s.next += n
	s.gathered = false
	return schedule.Run(ctx, s.comm, n, schedule.Options{
		Schedule: s.options.Schedule, Chunk: s.options.Chunk, Workers: s.workers(), Want: s.busyTiles(), AtOnce: s.atOnce,
	}, func(worker int, t schedule.Tiles, useful func() bool) error {
		t.From, t.To = first+t.From, first+t.To
		if s.device != nil {
			return s.onDevice(worker, t, useful)
		}
		s.tile(t.From, useful)
		return nil
	})
}

// workers is the number of threads that take tiles: with a device one takes counts from it
// while it counts for another.
func (s *Solver[T]) workers() int {
	if s.device != nil {
		return kernels.MandelbrotLanes
	}
	return s.threads
}

// counting is how many tiles are counted at a time.
func (s *Solver[T]) counting() int {
	if s.device != nil {
		return 1
	}
	return s.threads
}

// busyTiles is the number of tiles that keep the rank busy.
func (s *Solver[T]) busyTiles() int {
	if s.device != nil {
		return s.device.atOnce
	}
	return s.threads
}

// atOnce is how many tiles are taken at once of so many that the rank has left: a device
// takes less towards the end, for others to help.
func (s *Solver[T]) atOnce(left int) int {
	if s.device != nil {
		return min(s.device.tiles(), (left+1)/2)
	}
	return 1
}

// tile counts a tile, unless yield says that there is no use any more.
func (s *Solver[T]) tile(tile int, yield func() bool) {
	began := time.Now()
	x0, x1, y0, y1 := s.tiling.box(tile)
	r := result{tile: tile, counts: make([]int32, (x1-x0)*(y1-y0))}
	r.steps = s.kernel.Counts(s.columns[x0:x1], s.rows(y0, y1), s.Problem.MaxIter, r.counts, yield)
	s.keep(r, time.Since(began))
}

// keep adds a tile to those that are counted.
func (s *Solver[T]) keep(r result, took time.Duration) {
	r.seconds = took.Seconds()
	pixels := int64(len(r.counts))
	if s.tiling.keeper(r.tile, s.comm.Size()) == s.comm.Rank() {
		s.place(r.tile, r.counts)
		r.counts = nil
	}
	s.mu.Lock()
	s.done = append(s.done, r)
	s.busy += took
	s.count += pixels
	count := s.count
	s.mu.Unlock()
	if s.options.Progress != nil {
		s.options.Progress(count)
	}
}

// rows are the imaginary parts of the rows [lo, hi).
func (s *Solver[T]) rows(lo, hi int) []T {
	rows := make([]T, hi-lo)
	for j := range rows {
		rows[j] = T(s.Problem.row(lo + j))
	}
	return rows
}
