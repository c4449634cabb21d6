// Package share divides things in a row, lines of a grid or of a matrix, over ranks of
// unlike speed, so that all need the same time.
package share

import "math"

// A Line is the time that a rank takes for a number of things: Base + n Slope, of at least
// Least and at most Most things, or none.
type Line struct {
	Base, Slope float64
	Least, Most int
	always      bool // it has the least at any time
}

// Divide is how many of n things each rank does so that all are done soonest: nil where
// the ranks together do not have room for them. A rank that is too slow for the least it
// can do gets none. It is the same for the same lines, so one rank decides.
//
// The number of things that a rank does in a time t, (t - Base) / Slope, grows with t, and
// the least t in which all ranks together do all is found by bisection (Kalinov and
// Lastovetsky, "Heterogeneous distribution of computations solving linear algebra problems
// on networks of heterogeneous computers", 2001, have the case without Base).
func Divide(n int, of []Line) []int {
	lines := append([]Line(nil), of...)
	room := 0.0
	for i := range lines {
		if lines[i].Most >= lines[i].Least {
			room += float64(lines[i].Most)
		}
	}
	if room < float64(n) {
		return nil
	}
	enough := func(t float64) bool { return total(lines, t) >= n }
	t, least := leastTime(enough), 0
	for i := range lines {
		l := &lines[i]
		if l.in(t) == 0 {
			l.Most = 0
		} else {
			least += l.Least
		}
	}
	// Ranks that came in at the same time may be more than there are things for.
	for least > n {
		slowest := -1
		for i, l := range lines {
			if l.Most > 0 && (slowest < 0 || l.Slope >= lines[slowest].Slope) {
				slowest = i
			}
		}
		lines[slowest].Most = 0
		least -= lines[slowest].Least
	}
	// The last one to come in may leave the others less to do.
	for i := range lines {
		lines[i].always = true
	}
	t = leastTime(enough)
	surplus := total(lines, t) - n
	parts := make([]int, len(lines))
	for i := len(lines) - 1; i >= 0; i-- {
		parts[i] = lines[i].in(t)
		if surplus > 0 && parts[i] > lines[i].Least {
			parts[i]--
			surplus--
		}
	}
	if surplus != 0 {
		return nil
	}
	return parts
}

// in is how many things the rank does in a time.
func (l *Line) in(t float64) int {
	n := math.Floor((t - l.Base) / l.Slope)
	switch {
	case l.Most < l.Least:
		return 0
	case n >= float64(l.Most):
		return l.Most
	case n >= float64(l.Least):
		return int(n)
	case l.always:
		return l.Least
	}
	return 0
}

// total is how many things all ranks do in a time.
func total(lines []Line, t float64) int {
	n := 0
	for i := range lines {
		n += lines[i].in(t)
	}
	return n
}

// leastTime finds the least t > 0, to the last bits, for which enough holds, as it
// does for all that are greater.
func leastTime(enough func(t float64) bool) float64 {
	hi := 1e-9
	for !enough(hi) && hi < math.MaxFloat64/2 {
		hi *= 2
	}
	lo := 0.0
	for range 60 {
		if t := lo + (hi-lo)/2; enough(t) {
			hi = t
		} else {
			lo = t
		}
	}
	return hi
}
