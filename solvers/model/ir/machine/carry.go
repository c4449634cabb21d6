package machine

import "slices"

// Of vectors of a row one behind the other, which the cells beside a vector's own are taken from, the loop reads the last one alone:
// what a turn has as the second one is the first one in the next turn. They stay in registers in between.

// behind is the value that a value is in the next turn of the loop: of a load that a vector further on, -1 where nothing loads it.
func (c *choice) behind(v int) int {
	x := c.values[v]
	if !c.whole || x.origin != loaded {
		return -1
	}
	x.offset += c.lanes()
	if next, ok := c.known[x]; ok {
		return next
	}
	return -1
}

// carried are the values that can be carried from turn to turn: rows that are read whole anyway.
func (c *choice) carried() (all []int) {
	for v := range c.values {
		if c.behind(v) >= 0 {
			all = append(all, v)
		}
	}
	return all
}

// withCarries has each of some values carried to the next turn right behind its last use: before it comes what it is carried from,
// so the first ones of a row are first.
func (c *choice) withCarries(steps []step, carried []int) []step {
	carried = slices.Clone(carried)
	slices.SortFunc(carried, func(a, b int) int { return c.values[a].offset - c.values[b].offset })
	out := slices.Clone(steps)
	for _, v := range carried {
		last := 0
		for i, s := range out {
			if slices.Contains(s.args, v) {
				last = i
			}
		}
		out = slices.Insert(out, last+1, step{verb: carry, how: v, args: []int{c.behind(v)}, to: -1})
	}
	return out
}

// begin reads the values that turns carry, at the place where the counter is.
func (a *allocator) begin() []instruction {
	b := *a
	b.out, b.pointers = nil, []int{-1, -1, -1, -1}
	for _, v := range a.carried {
		b.loadInto(a.in[v], v)
	}
	return b.out
}
