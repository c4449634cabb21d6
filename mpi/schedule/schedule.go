package schedule

import (
	"fmt"
	"math/bits"
	"slices"
	"strings"

	"hybrid/mpi"
)

// A Schedule says which rank takes which tiles. It changes the time that the work
// takes and nothing else.
type Schedule int

const (
	// Dynamic: rank 0 hands out a chunk of tiles to whoever asks, and works too.
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

// Names are the names of the schedules.
func Names() []string { return slices.Clone(schedules) }

func (s Schedule) String() string {
	if !s.Valid() {
		return fmt.Sprintf("Schedule(%d)", int(s))
	}
	return schedules[s]
}

// Valid tells whether there is such a schedule.
func (s Schedule) Valid() bool { return s >= 0 && int(s) < len(schedules) }

// MarshalText is the name.
func (s Schedule) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText is the inverse of String.
func (s *Schedule) UnmarshalText(name []byte) error {
	if i := slices.Index(schedules, string(name)); i >= 0 {
		*s = Schedule(i)
		return nil
	}
	return fmt.Errorf("schedule: %q: want one of %s", name, strings.Join(schedules, ", "))
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
	// asked reports whether this rank, if it has no tiles, can only wait for another one to
	// turn to it.
	asked() bool
}

// scheduler makes the scheduler of a rank. Want is how many tiles it takes to keep
// the rank busy.
func (s Schedule) scheduler(c *mpi.Comm, q *queue, tiles, chunk, want int) scheduler {
	lo, hi := Even(tiles, c.Rank(), c.Size())
	switch {
	case c.Size() == 1:
		q.add(Tiles{0, tiles, 1})
		return fixed{}
	case s == Stealing:
		q.add(Tiles{lo, hi, 1})
		return newPeer(c, q, want)
	case s == Cyclic:
		q.add(Tiles{c.Rank(), tiles, c.Size()})
		return fixed{}
	case s == Static:
		q.add(Tiles{lo, hi, 1})
		return fixed{}
	case c.Rank() == 0:
		return &master{comm: c, queue: q, left: Tiles{0, tiles, 1}, chunk: chunk, guided: s == Guided, want: want}
	}
	return &worker{comm: c, queue: q, want: want}
}

// Even is the run [lo, hi) of n things that one of so many ranks has, when all have as
// many.
func Even(n, rank, ranks int) (lo, hi int) {
	cut := func(r int) int {
		high, low := bits.Mul64(uint64(n), uint64(r))
		q, _ := bits.Div64(high, low, uint64(ranks)) // r <= ranks, so the quotient is at most n
		return int(q)
	}
	return cut(rank), cut(rank + 1)
}

// fixed is the scheduler of a rank that has all its tiles from the beginning.
type fixed struct{}

func (fixed) look() error { return nil }
func (fixed) over() bool  { return true }
func (fixed) asked() bool { return false }
