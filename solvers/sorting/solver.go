package sorting

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"
	"unsafe"

	"hybrid/gpu"
	"hybrid/internal/guard"
	"hybrid/internal/pages"
	"hybrid/internal/radix"
	"hybrid/internal/rowio"
	"hybrid/mpi"
	"hybrid/mpi/memcheck"
	"hybrid/simd"
)

// Key is what can be sorted.
type Key interface {
	int32 | int64 | uint64 | float32 | float64
}

// MaxKeys is the greatest number of keys of all ranks.
const MaxKeys = 1 << 56

// Options choose how to sort. They change the speed and nothing else; the zero
// value is one thread of the best instruction set.
type Options struct {
	Threads int      // of this rank; 0 for one
	ISA     simd.ISA // instruction set; simd.Auto for the best one

	// Device, if set, sorts this rank's keys in place of its threads, as many of them at
	// once as it has room for. Other ranks may have none.
	Device *gpu.Device

	// Progress, if set, is called by Sort, on any thread, with how far this rank is:
	// the part of the passes over its keys that is done, as a number of keys.
	Progress func(keys int)
}

// Costs is what a solver has spent since it was made, on this rank.
type Costs struct {
	// Divide is the time of the passes that find out which key goes to which
	// rank, Exchange that of the Alltoallv, Local that of this rank's own sort.
	Divide, Exchange, Local time.Duration
	Keys                    float64 // of this rank, in all sorts
	Moved                   float64 // bytes that its passes read and wrote in main memory, at least
	Sent                    float64 // bytes that it sent to other ranks
	Memory                  int     // bytes for keys, and to work in
	Device                  DeviceCosts
}

// A Solver sorts keys that lie on the ranks of a communicator, each rank with a
// run of them: equal ones, of which the first are one longer where they do not go
// up. Its methods that say so are collective: all ranks must call them.
type Solver[K Key] struct {
	// Keys are this rank's, from the global index Share gives on. Sort puts another
	// slice here.
	Keys []K

	n       int
	comm    *mpi.Comm
	options Options
	room    []K
	device  device[K] // nil: the threads sort
	costs   Costs

	workspaces radix.Workspaces
}

// working is what sorting so many keys takes beside them and the room to move them,
// in bytes: counts and lines for each thread, and writing the file.
func (s *Solver[K]) working(keys int) float64 {
	return float64(s.options.Threads)*radix.ThreadBytes(keys/s.options.Threads) + rowio.BufferBytes
}

// New makes a solver for n keys, all zero. It is collective, and gives every rank
// an error if one rank has one: a number of keys that is negative or above
// MaxKeys, an instruction set that the processor does not have, or more keys than
// a node has free memory for, twice, which is a *memcheck.Error.
func New[K Key](c *mpi.Comm, n int, o Options) (*Solver[K], error) {
	var err error
	if n < 0 || n > MaxKeys {
		err = fmt.Errorf("sorting: %d keys: want 0 to 2^56", n)
	} else if o.Threads < 0 {
		err = fmt.Errorf("sorting: %d threads: want 1 or more, or 0 for one", o.Threads)
	} else if o.ISA, err = o.ISA.Resolve(); err == nil {
		o.Threads = max(o.Threads, 1)
	}
	if err = c.Agree(err); err != nil {
		return nil, err
	}
	s := &Solver[K]{n: n, comm: c, options: o}
	lo, hi := s.Share()
	s.costs.Memory = 2 * (hi - lo) * s.size()
	need := memcheck.Need{
		What:    fmt.Sprintf("sorting: %d keys of %d bits need", n, 8*s.size()),
		Instead: "fewer keys or more nodes",
		Bytes:   float64(s.costs.Memory) + s.working(hi-lo),
		Fixed:   s.working(hi - lo),
		Fits:    func(part float64) string { return fmt.Sprintf("%d keys", int(part*float64(n))) },
	}
	if o.Device != nil && o.Device.Info().Kind == gpu.KindSim {
		need.Bytes += float64(s.costs.Memory) // its memory is the node's
	}
	if err := memcheck.Check(c, need); err != nil {
		return nil, err
	}
	if o.Device == nil {
		s.Keys, s.room = pages.Make[K](hi-lo), pages.Make[K](hi-lo)
	} else {
		err = s.takeDevice(hi - lo)
	}
	if err = c.Agree(err); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// takeDevice makes the device ready, and memory that it can reach.
func (s *Solver[K]) takeDevice(keys int) (err error) {
	if s.device, err = newDevice[K](s.options.Device, keys); err != nil {
		return err
	}
	if s.Keys, err = s.device.Make(keys); err == nil {
		s.room, err = s.device.Make(keys)
	}
	return err
}

// Close gives back what the solver took of a device, and the memory of the keys with it.
func (s *Solver[K]) Close() error {
	if s.device == nil {
		return nil
	}
	return s.device.Close()
}

func (s *Solver[K]) size() int {
	var v K
	return int(unsafe.Sizeof(v))
}

// N is the number of keys of all ranks.
func (s *Solver[K]) N() int { return s.n }

// Share are the global indices [lo, hi) of this rank's keys.
func (s *Solver[K]) Share() (lo, hi int) {
	return s.begin(s.comm.Rank()), s.begin(s.comm.Rank() + 1)
}

// begin is where the keys of a rank begin.
func (s *Solver[K]) begin(rank int) int {
	p := s.comm.Size()
	return rank*(s.n/p) + min(rank, s.n%p)
}

// Costs is what this rank has spent so far.
func (s *Solver[K]) Costs() Costs {
	if s.device != nil {
		s.costs.Device = s.device.Costs()
	}
	return s.costs
}

// Fill sets the keys: f gives those of dst, of which the first has that global
// index, and is called for pieces of a rank's own by several threads at once. It
// is collective.
func (s *Solver[K]) Fill(f func(first int, dst []K) error) error {
	lo, _ := s.Share()
	if err := s.comm.Agree(radix.Prepare[K](len(s.Keys), s.radix())); err != nil {
		return err
	}
	return s.comm.Agree(s.pieces(func(_, first int, keys []K) error {
		clear(s.room[first:][:len(keys)]) // the system hands out memory when it is first touched
		return f(lo+first, keys)
	}))
}

// pieces calls f with the number of the thread for pieces of this rank's keys, of
// which the first has that index among them, and returns the first error.
func (s *Solver[K]) pieces(f func(thread, first int, keys []K) error) error {
	const piece = 1 << 16
	threads := s.options.Threads
	errs := make([]error, threads)
	var wg sync.WaitGroup
	for t := range threads {
		guard.Go(&wg, func() {
			for at := t * piece; at < len(s.Keys) && errs[t] == nil; at += threads * piece {
				errs[t] = f(t, at, s.Keys[at:min(at+piece, len(s.Keys))])
			}
		})
	}
	wg.Wait()
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// Sort sorts the keys: afterwards they lie in ascending order over the ranks, each
// with its share. It is collective. When the context of a rank ends, all stop
// with its error, before the next of the steps that Costs names, and the keys are
// of no use.
func (s *Solver[K]) Sort(ctx context.Context) error {
	stage := func(spent *time.Duration, f func() error) error {
		if err := s.comm.Agree(context.Cause(ctx)); err != nil {
			return err
		}
		began := time.Now()
		defer func() { *spent += time.Since(began) }()
		return f()
	}
	o := s.radix()
	local := func() error { return radix.Sort(s.Keys, s.room, o) }
	if s.comm.Size() > 1 && s.n > 0 {
		var d *division
		err := stage(&s.costs.Divide, func() (err error) {
			d, err = s.divide(o)
			o.Progress(len(s.Keys))
			return err
		})
		if err != nil {
			return err
		}
		var counts [][]int
		err = stage(&s.costs.Exchange, func() (err error) {
			counts, err = s.exchange(d)
			return err
		})
		if err != nil {
			return err
		}
		o.Progress(len(s.Keys))
		local = func() error {
			err := radix.SortBuckets(s.room, s.Keys, counts, o)
			s.Keys, s.room = s.room, s.Keys
			return err
		}
	}
	if s.device != nil {
		local = func() error { return s.onDevice(o.Progress) }
	}
	err := stage(&s.costs.Local, func() error { return s.comm.Agree(local()) })
	s.costs.Keys += float64(len(s.Keys))
	s.costs.Moved += float64(len(s.Keys) * s.size() * passes(s.comm.Size(), len(s.Keys), s.device != nil))
	return err
}

// onDevice sorts this rank's keys or, after an exchange, makes keys of their ranks in
// order.
func (s *Solver[K]) onDevice(progress func(keys int)) error {
	ranks, passes := s.comm.Size() > 1, 2 // those that package radix tells of
	if ranks {
		passes = 1
	}
	run, err := s.device.Sort(s.Keys, ranks, func(keys int) { progress(passes * keys) })
	if err == nil {
		s.mergeRuns(run)
	}
	return err
}

func (s *Solver[K]) radix() radix.Options {
	return radix.Options{Threads: s.options.Threads, ISA: s.options.ISA, Progress: s.progress(), Workspaces: &s.workspaces}
}

// progress counts the keys that came a pass further, and tells how far the rank is.
func (s *Solver[K]) progress() func(keys int) {
	if s.options.Progress == nil {
		return func(int) {}
	}
	passes := int64(2) // of package radix
	if s.comm.Size() > 1 {
		passes = 3 // dividing, exchanging, sorting buckets
	}
	var done atomic.Int64
	return func(keys int) { s.options.Progress(int(done.Add(int64(keys)) / passes)) }
}
