package radix

import (
	"slices"
	"sync/atomic"
	"unsafe"
)

// fewValues is how many different values are few.
const fewValues = 32

// A palette finds a key's number among few values by a hash that no two of them share:
// the upper 8 bits of a product.
type palette[U word] struct {
	values []U // in order
	factor U
	slots  [256]U // a value that belongs there, or one that does not
}

func (p *palette[U]) slot(v U) uint8 { return uint8(v * p.factor >> (8*unsafe.Sizeof(v) - 8)) }

// newPalette makes one of the values in a sample, nil if they are not few.
func newPalette[U word](o order[U], x []U) *palette[U] {
	const samples = 256
	var values []U
	sample(len(x), samples, func(i int) bool {
		if !slices.Contains(values, x[i]) {
			values = append(values, x[i])
		}
		return len(values) <= fewValues
	})
	if len(values) > fewValues {
		return nil
	}
	slices.SortFunc(values, func(a, b U) int {
		if o.rank(a) < o.rank(b) {
			return -1
		}
		return 1
	})
	p := &palette[U]{values: values}
	random := uint64(1)
search:
	for range 1000 { // one in seven has no two of 32 values in one slot
		random = random*6364136223846793005 + 1442695040888963407
		p.factor = U(random>>(64-8*unsafe.Sizeof(p.factor))) | 1
		for i := range p.slots {
			p.slots[i] = values[0]
		}
		for _, v := range values[1:] {
			if s := p.slot(v); s == p.slot(values[0]) || p.slots[s] != values[0] {
				continue search
			}
			p.slots[p.slot(v)] = v
		}
		return p
	}
	return nil
}

// count adds the keys of every slot to counts, up to the first key that has another
// value: it reports false then.
func (p *palette[U]) count(x []U, counts *[256]int) bool {
	slots, factor, shift := &p.slots, p.factor, 8*unsafe.Sizeof(p.factor)-8
	for len(x) > 0 {
		piece := x[:min(len(x), 1<<12)]
		x = x[len(piece):]
		// Four counts each: one that was written is not read back at once.
		var some [4][256]uint16
		for ; len(piece) >= 4; piece = piece[4:] {
			a, b, c, d := piece[0], piece[1], piece[2], piece[3]
			i, j, k, l := uint8(a*factor>>shift), uint8(b*factor>>shift), uint8(c*factor>>shift), uint8(d*factor>>shift)
			if (a^slots[i])|(b^slots[j])|(c^slots[k])|(d^slots[l]) != 0 {
				return false
			}
			some[0][i]++
			some[1][j]++
			some[2][k]++
			some[3][l]++
		}
		for _, v := range piece {
			i := p.slot(v)
			if v != slots[i] {
				return false
			}
			some[0][i]++
		}
		for i := range counts {
			counts[i] += int(some[0][i]) + int(some[1][i]) + int(some[2][i]) + int(some[3][i])
		}
	}
	return true
}

// fewDone sorts x if its keys have few values: it counts them and writes them.
func (s *sorter[U]) fewDone(x []U) bool {
	if len(x) < 1<<10 {
		return false
	}
	p := newPalette(s.order, x)
	if p == nil {
		return false
	}
	counts := make([][256]int, len(s.workspaces))
	var others atomic.Bool
	s.shares(x, func(t, lo, hi int) {
		for ; lo < hi && !others.Load(); lo += 1 << 16 {
			if !p.count(x[lo:min(lo+1<<16, hi)], &counts[t]) {
				others.Store(true)
			}
		}
	})
	if others.Load() {
		return false
	}
	ends, end := make([]int, len(p.values)), 0
	for i, v := range p.values {
		for t := range counts {
			end += counts[t][p.slot(v)]
		}
		ends[i] = end
	}
	s.shares(x, func(_, lo, hi int) {
		for i, v := range p.values {
			if end := min(ends[i], hi); lo < end {
				fill(x[lo:end], s.back.bits(s.order.rank(v)))
				lo = end
			}
		}
	})
	return true
}
