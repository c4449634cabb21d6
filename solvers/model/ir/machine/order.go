package machine

import "slices"

// orders are ways to order the steps, the one with the fewest values alive first.
func (c *choice) orders() [][]step {
	all := [][]step{c.steps, c.deepestFirst(), c.fewestAlive()}
	slices.SortStableFunc(all, func(a, b []step) int { return c.alive(a) - c.alive(b) })
	return all
}

// alive is the largest number of values in vector registers that steps have made and need
// again, in such an order.
func (c *choice) alive(steps []step) int {
	last := make([]int, len(c.values))
	for i, s := range steps {
		for _, v := range s.args {
			last[v] = i
		}
	}
	now, most := 0, 0
	for i, s := range steps {
		for n, v := range s.args {
			if c.counts(v) && last[v] == i && !slices.Contains(s.args[:n], v) {
				now--
			}
		}
		if s.to >= 0 && !c.values[s.to].mask {
			now++
		}
		most = max(most, now)
	}
	return most
}

// counts tells whether a value is one that a step makes, in a vector register.
func (c *choice) counts(v int) bool { return c.values[v].origin == made && !c.values[v].mask }

// deepestFirst orders as Sethi and Ullman do for trees: of operands first that which needs
// more registers.
func (c *choice) deepestFirst() []step {
	maker := c.makers()
	need := make([]int, len(c.values))
	for _, s := range c.steps {
		if s.to < 0 {
			continue
		}
		var below []int
		for _, v := range s.args {
			below = append(below, need[v])
		}
		slices.SortFunc(below, func(a, b int) int { return b - a })
		need[s.to] = 1
		for i, n := range below {
			need[s.to] = max(need[s.to], n+i)
		}
	}
	var out []step
	done := make([]bool, len(c.values))
	var visit func(v int)
	visit = func(v int) {
		if done[v] || maker[v] < 0 {
			return
		}
		done[v] = true
		s := c.steps[maker[v]]
		args := slices.Clone(s.args)
		slices.SortStableFunc(args, func(a, b int) int { return need[b] - need[a] })
		for _, a := range args {
			visit(a)
		}
		out = append(out, s)
	}
	for _, s := range c.steps {
		if s.verb == put {
			visit(s.args[0])
			out = append(out, s)
		}
	}
	return out
}

// makers are the steps that make the values, -1 of what comes from outside.
func (c *choice) makers() []int {
	maker := slices.Repeat([]int{-1}, len(c.values))
	for i, s := range c.steps {
		if s.to >= 0 {
			maker[s.to] = i
		}
	}
	return maker
}

// fewestAlive takes of the steps that can be done the one after which the fewest values
// are alive; among equals one that uses what was made last.
func (c *choice) fewestAlive() []step {
	uses := make([]int, len(c.values))    // still to come
	users := make([][]int, len(c.values)) // steps
	missing := make([]int, len(c.steps))  // operands that are not made yet
	var ready []int
	for i, s := range c.steps {
		for n, v := range s.args {
			uses[v]++
			if c.values[v].origin == made && !slices.Contains(s.args[:n], v) {
				users[v] = append(users[v], i)
				missing[i]++
			}
		}
		if missing[i] == 0 {
			ready = append(ready, i)
		}
	}
	madeAt := make([]int, len(c.values))
	var out []step
	for len(ready) > 0 {
		best, bestGrowth, bestAge := -1, 0, 0
		for at, i := range ready {
			s := &c.steps[i]
			growth, age := 0, 0
			if s.to >= 0 && !c.values[s.to].mask {
				growth = 1
			}
			for n, v := range s.args {
				if !c.counts(v) || slices.Contains(s.args[:n], v) {
					continue
				}
				age = max(age, madeAt[v])
				here := 0
				for _, o := range s.args {
					if o == v {
						here++
					}
				}
				if uses[v] == here {
					growth--
				}
			}
			if best < 0 || growth < bestGrowth || growth == bestGrowth && age > bestAge {
				best, bestGrowth, bestAge = at, growth, age
			}
		}
		i := ready[best]
		ready = slices.Delete(ready, best, best+1)
		s := c.steps[i]
		out = append(out, s)
		for _, v := range s.args {
			uses[v]--
		}
		if s.to >= 0 {
			madeAt[s.to] = len(out)
			for _, u := range users[s.to] {
				if missing[u]--; missing[u] == 0 {
					ready = append(ready, u)
				}
			}
		}
	}
	return out
}
