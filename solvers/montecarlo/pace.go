package montecarlo

import (
	"time"

	"hybrid/mpi"
)

// A pace is how much is done between two looks at the clock. It begins with
// little and grows until that is enough, since a device may be as slow as its
// interpreter or ten thousand times as fast as a processor.
type pace struct {
	next, most uint64
	enough     time.Duration
}

// steady is the pace that does not change.
func steady(n uint64) pace { return pace{next: n, most: n} }

// grows reports whether took may change the pace.
func (p pace) grows() bool { return p.next < p.most }

// took takes note of how long the last stretch took.
func (p *pace) took(d time.Duration) {
	if d < p.enough {
		p.next = min(4*p.next, p.most)
	}
}

// each is the pace in things of n parts, where this one is in parts. There are at
// most so many at once.
func (p pace) each(n, most uint64) pace {
	return pace{next: min(max(p.next/n, 1), most), most: most, enough: p.enough}
}

// pace is that of a run: own where all ranks compute with their processors, and
// with where any has a device. Collective.
func (o Options) pace(c *mpi.Comm, own, with pace) (pace, error) {
	devices := []int64{0}
	if o.Device != nil {
		devices[0] = 1
	}
	err := mpi.Allreduce(c, devices, devices, mpi.Max)
	if devices[0] > 0 {
		return with, err
	}
	return own, err
}

// longest is the longest time of any rank. Collective.
func longest(c *mpi.Comm, d time.Duration) (time.Duration, error) {
	all := []int64{int64(d)}
	err := mpi.Allreduce(c, all, all, mpi.Max)
	return time.Duration(all[0]), err
}
