// Package membw measures this machine's memory bandwidth with the STREAM kernels, to say what fraction of it a run used.
//
//	copy    c = a         16 bytes an element
//	scale   b = s c       16
//	add     c = a + b     24
//	triad   a = b + s c   24
//
// Bytes are counted as STREAM counts them: each array read or written once. A store that misses the cache also reads its
// line first, which no kernel is charged for; so a program that writes one array for each it reads can reach the figure
// of copy, and none goes beyond what the memory moves. GB/s are 10^9 bytes a second, the best of all repetitions.
//
// STREAM asks for arrays of four times the last-level cache, so that nothing of a pass is left for the next. Virtual
// machines report caches of hundreds of megabytes that they share with others, and first touching that much memory takes
// longer than many a run; so the arrays are capped (see Options.ArrayBytes). Where Result.CacheBytes is more than a quarter
// of Result.ArrayBytes, part of the data may have come from the cache: then the figure is an upper bound, and a fraction of
// it is a lower one.
//
// The same loops on arrays that a cache holds measure the cache, see Caches.
//
// Source: J. D. McCalpin, "Memory Bandwidth and Machine Balance in Current High Performance Computers", IEEE TCCA
// Newsletter, December 1995, and the run rules of the STREAM benchmark.
package membw

import (
	"errors"
	"time"

	"hybrid/internal/cores"
	"hybrid/simd"
)

// Options of a measurement. The zero value of a field means its default.
type Options struct {
	ISA       simd.ISA // instruction set of the loops; default the best
	Threads   int      // threads that work at once; default 1
	Processes int      // processes of this node that measure at the same moment and share the caps; default 1
	Triad     bool     // measure triad alone, in a quarter of the time

	// ArrayBytes is the size of each of the three arrays. Default: 4 last-level caches, but at most 128 MiB or
	// 16 MiB a thread, whichever is more, and an eighth of the available memory.
	ArrayBytes int

	// Budget is the time that Measure spends, first touch included; the arrays are passed over at least twice whatever
	// it is. Default 300 ms.
	Budget time.Duration
}

// Result of a measurement.
type Result struct {
	Copy, Scale, Add, Triad float64 // GB/s; 0: not measured

	ArrayBytes  int // of each array
	CacheBytes  int // of the last-level cache; 0: not known
	Threads     int
	Repetitions int
}

// Best returns the largest of the four, in GB/s: what is known to be possible.
func (r Result) Best() float64 { return max(r.Copy, r.Scale, r.Add, r.Triad) }

// Measure runs the kernels. Memory that cannot be had, and arrays that hold other values afterwards than they must, are
// errors. It takes Budget or a little more, and gives its memory back to the system before it returns.
func Measure(o Options) (Result, error) {
	start := time.Now()
	a, err := Open(o)
	if err != nil {
		return Result{}, err
	}
	if o.Budget == 0 {
		o.Budget = 300 * time.Millisecond
	}
	kernels := []Kernel{Copy, Scale, Add, Triad}
	if o.Triad {
		kernels = kernels[Triad:]
	}
	best := [NumKernels]time.Duration{}
	repetitions := 0
	for repetitions < 2 || (repetitions < MaxRounds && time.Since(start) < o.Budget) {
		for _, k := range kernels {
			if t := max(a.Pass(k), 1); repetitions == 0 || t < best[k] {
				best[k] = t
			}
		}
		repetitions++
	}
	if err := a.Close(); err != nil {
		return Result{}, err
	}
	rate := func(k Kernel) float64 {
		if best[k] == 0 {
			return 0
		}
		return float64(a.Bytes(k)) / float64(best[k]) // bytes a nanosecond are GB/s
	}
	return Result{
		Copy: rate(Copy), Scale: rate(Scale), Add: rate(Add), Triad: rate(Triad),
		ArrayBytes: a.ArrayBytes(), CacheBytes: cores.LastLevel(cores.Caches()), Threads: a.team.Size(), Repetitions: repetitions,
	}, nil
}

// resolve puts in the defaults. available is asked only when the size of the arrays is left to it.
func (o Options) resolve(cache int, available func() (uint64, bool)) (Options, error) {
	if o.Threads < 0 || o.Processes < 0 || o.ArrayBytes < 0 || o.Budget < 0 {
		return o, errors.New("membw: negative option")
	}
	o.Threads = max(o.Threads, 1)
	o.Processes = max(o.Processes, 1)
	if o.ArrayBytes == 0 {
		const MiB = 1 << 20
		o.ArrayBytes = max(128*MiB/o.Processes, 16*MiB*o.Threads)
		if cache > 0 {
			o.ArrayBytes = min(o.ArrayBytes, max(4*cache/o.Processes, MiB))
		}
		if bytes, ok := available(); ok {
			o.ArrayBytes = int(min(uint64(o.ArrayBytes), bytes/8/uint64(o.Processes)))
		}
	}
	// What all kernels take, and at least as much for every thread.
	o.ArrayBytes = max(o.ArrayBytes&^(8*group-1), 8*group*o.Threads)
	return o, nil
}
