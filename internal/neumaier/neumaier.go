// Package neumaier adds floating-point numbers with compensation (Neumaier,
// "Rundungsfehleranalyse einiger Verfahren zur Summation endlicher Summen", ZAMM
// 54, 1974): the error grows with the sum's own rounding, not with the number of
// terms, as long as the terms do not cancel.
package neumaier

import "math"

// A Sum is a running sum. Its zero value is 0. It depends on the order of the
// terms, and on nothing else.
type Sum struct{ total, lost float64 }

// Add adds a term, in four additions and a comparison.
func (s *Sum) Add(v float64) {
	t := s.total + v
	if math.Abs(s.total) >= math.Abs(v) {
		s.lost += (s.total - t) + v
	} else {
		s.lost += (v - t) + s.total
	}
	s.total = t
}

// Parts are the two numbers that a sum consists of, to be sent and added elsewhere.
func (s *Sum) Parts() (total, lost float64) { return s.total, s.lost }

// AddParts adds the parts of another sum.
func (s *Sum) AddParts(total, lost float64) {
	s.Add(total)
	s.lost += lost
}

// Value is the sum so far.
func (s *Sum) Value() float64 { return s.total + s.lost }
