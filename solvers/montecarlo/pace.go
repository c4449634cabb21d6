package montecarlo

import "time"

// A pace is how much is done between two looks at the clock. It begins with
// little and grows until that is enough, since a device may be as slow as its
// interpreter or ten thousand times as fast as a processor.
type pace struct {
	next, most uint64
	enough     time.Duration
}

// record takes note of how long the last stretch took.
func (p *pace) record(d time.Duration) {
	if d < p.enough {
		p.next = min(4*p.next, p.most)
	}
}

// each is the pace in things of n parts, where this one is in parts. There are at
// most so many at once.
func (p pace) each(n, most uint64) pace {
	return pace{next: min(max(p.next/n, 1), most), most: most, enough: p.enough}
}
