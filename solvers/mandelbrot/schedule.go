package mandelbrot

import (
	"fmt"
	"slices"
	"strings"

	"hybrid/mpi"
)

// A Schedule says which rank counts which tiles. It changes the time that the work
// takes and nothing else.
type Schedule int

const (
	// Dynamic: rank 0 hands out a chunk of tiles to whoever asks, and counts too.
	Dynamic Schedule = iota
	// Static: every rank has one run of tiles, of equal length.
	Static
	// Cyclic: tile t is rank t mod p's.
	Cyclic
	// Guided: as Dynamic, but chunks are 1/(2p) of what is left (Polychronopoulos and
	// Kuck, "Guided self-scheduling", IEEE Trans. Computers C-36(12), 1987).
	Guided
	// Stealing: every rank begins with one run of tiles, and one that has run out
	// takes half of what another has left, without a master (Blumofe and Leiserson,
	// "Scheduling multithreaded computations by work stealing", J. ACM 46(5), 1999).
	Stealing
)

var schedules = []string{Dynamic: "dynamic", Static: "static", Cyclic: "cyclic", Guided: "guided", Stealing: "stealing"}

// Schedules are the names of the schedules.
func Schedules() []string { return slices.Clone(schedules) }

func (s Schedule) String() string {
	if s < 0 || int(s) >= len(schedules) {
		return fmt.Sprintf("Schedule(%d)", int(s))
	}
	return schedules[s]
}

// MarshalText is the name.
func (s Schedule) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText is the inverse of String.
func (s *Schedule) UnmarshalText(name []byte) error {
	if i := slices.Index(schedules, string(name)); i >= 0 {
		*s = Schedule(i)
		return nil
	}
	return fmt.Errorf("mandelbrot: schedule %q: want one of %s", name, strings.Join(schedules, ", "))
}

// Messages of the schedules.
const (
	tagRequest = iota
	tagGrant
	tagSteal
	tagSpoils
	tagFinished
	tagStop
)

// A scheduler brings tiles to a rank's queue. One goroutine uses it.
type scheduler interface {
	// look sees to what has arrived and asks for more where that is due. It does not
	// wait.
	look() error
	// over reports whether no tile will come any more, and no other rank needs this
	// one.
	over() bool
}

// scheduler makes the scheduler of a rank. Want is how many tiles it takes to keep
// the rank busy.
func (s Schedule) scheduler(c *mpi.Comm, q *queue, tiles, chunk, want int) scheduler {
	lo, hi := part(tiles, c.Rank(), c.Size())
	switch {
	case s == Stealing:
		q.add(run{lo, hi, 1})
		return newPeer(c, q, want)
	case s == Cyclic:
		q.add(run{c.Rank(), tiles, c.Size()})
		return fixed{}
	case s == Static || c.Size() == 1:
		q.add(run{lo, hi, 1})
		return fixed{}
	case c.Rank() == 0:
		return &master{comm: c, queue: q, left: run{0, tiles, 1}, chunk: chunk, guided: s == Guided, want: want}
	}
	return &worker{comm: c, queue: q, want: want}
}

// fixed is the scheduler of a rank that has all its tiles from the beginning.
type fixed struct{}

func (fixed) look() error { return nil }
func (fixed) over() bool  { return true }
