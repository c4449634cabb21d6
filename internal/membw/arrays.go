package membw

import (
	"fmt"
	"time"

	"hybrid/internal/cores"
	"hybrid/internal/pages"
	"hybrid/internal/threads"
)

// A Kernel is one of STREAM's.
type Kernel int

// The kernels, in the order of STREAM.
const (
	Copy Kernel = iota
	Scale
	Add
	Triad

	NumKernels
)

func (k Kernel) String() string { return [...]string{"copy", "scale", "add", "triad"}[k] }

// MaxRounds is how often the four kernels may pass over the arrays: as long as the values, which grow by 15 each time,
// are integers that float64 holds exactly.
const MaxRounds = 12

const scalar = 3.0

// Initial values of the arrays.
const a0, b0, c0 = 1.0, 2.0, 0.0

// Arrays are STREAM's three, with the threads that pass over them. Every thread has its own range of each, which it also
// touches first, so that the memory lies near the core that uses it.
type Arrays struct {
	kernels kernels
	team    *threads.Team
	a, b, c []float64
	passes  []Kernel
	release func()
}

// Open allocates and fills the arrays; Budget is of no meaning.
func Open(o Options) (*Arrays, error) {
	o, err := o.resolve(cores.LastLevel(cores.Caches()), cores.AvailableMemory)
	if err != nil {
		return nil, err
	}
	k, err := kernelsFor(o.ISA)
	if err != nil {
		return nil, fmt.Errorf("membw: %w", err)
	}
	n := o.ArrayBytes / 8
	memory, release, err := allocate(3 * n)
	if err != nil {
		return nil, fmt.Errorf("membw: 3 arrays of %d bytes: %w", o.ArrayBytes, err)
	}
	pages.Huge(memory) // touched in a fraction of the time
	s := &Arrays{
		kernels: k, team: threads.New(o.Threads), release: release,
		a: memory[:n:n], b: memory[n : 2*n : 2*n], c: memory[2*n:],
	}
	s.team.Run(s.initialize)
	return s, nil
}

//go:norace
func (s *Arrays) initialize(thread int) {
	lo, n := s.part(thread)
	for k, all := range [...][]float64{s.a, s.b, s.c} {
		own, value := all[lo:lo+n], [...]float64{a0, b0, c0}[k]
		for i := range own {
			own[i] = value
		}
	}
}

// part is a thread's range: where it begins and how long it is, both multiples of group.
func (s *Arrays) part(thread int) (lo, n int) {
	groups, of := len(s.a)/group, s.team.Size()
	lo = groups * thread / of * group
	return lo, groups*(thread+1)/of*group - lo
}

// ArrayBytes is the size of each array.
func (s *Arrays) ArrayBytes() int { return 8 * len(s.a) }

// Bytes is what a pass moves, as STREAM counts it.
func (s *Arrays) Bytes(k Kernel) int {
	if k == Copy || k == Scale {
		return 2 * s.ArrayBytes()
	}
	return 3 * s.ArrayBytes()
}

// Pass runs a kernel once and returns how long it took. The four are run in turn, at most MaxRounds times.
func (s *Arrays) Pass(k Kernel) time.Duration {
	s.passes = append(s.passes, k)
	return s.team.Run(func(thread int) {
		if lo, n := s.part(thread); n > 0 {
			s.run(k, 1, lo, n)
		}
	})
}

// Repeat runs triad so many times, without a pause between them, and returns how long it took.
func (s *Arrays) Repeat(times int) time.Duration {
	s.passes = append(s.passes, Triad)
	return s.team.Run(func(thread int) {
		if lo, n := s.part(thread); n > 0 {
			s.run(Triad, max(times, 1), lo, n)
		}
	})
}

func (s *Arrays) run(k Kernel, times, lo, n int) {
	a, b, c := &s.a[lo], &s.b[lo], &s.c[lo]
	switch k {
	case Copy:
		s.kernels.copy(times, n, c, a)
	case Scale:
		s.kernels.scale(times, n, b, c, scalar)
	case Add:
		s.kernels.add(times, n, c, a, b)
	case Triad:
		s.kernels.triad(times, n, a, b, c, scalar)
	}
}

// Close compares the arrays with what they must hold, and gives them and the threads back.
func (s *Arrays) Close() error {
	defer s.release()
	defer s.team.Close()
	return s.check()
}

// check repeats the passes on single numbers and compares. Every element has the same history, so every one must be
// exactly the expected value.
func (s *Arrays) check() error {
	x, y, z := a0, b0, c0
	for _, k := range s.passes {
		switch k {
		case Copy:
			z = x
		case Scale:
			y = scalar * z
		case Add:
			z = x + y
		case Triad:
			x = y + scalar*z
		}
	}
	wrong := make([]int, s.team.Size())
	s.team.Run(func(thread int) { wrong[thread] = s.differ(thread, x, y, z) })
	for _, i := range wrong {
		if i >= 0 {
			return fmt.Errorf("membw: wrong values (%g, %g, %g) at element %d, want (%g, %g, %g): memory is unreliable",
				s.a[i], s.b[i], s.c[i], i, x, y, z)
		}
	}
	return nil
}

// differ is the first element of a thread's that has other values, -1 if none has.
//
//go:norace
func (s *Arrays) differ(thread int, x, y, z float64) int {
	lo, n := s.part(thread)
	for k, all := range [...][]float64{s.a, s.b, s.c} {
		want := [...]float64{x, y, z}[k]
		for i, got := range all[lo : lo+n] {
			if got != want {
				return lo + i
			}
		}
	}
	return -1
}
