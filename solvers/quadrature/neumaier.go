package quadrature

import "math"

// sum adds up with compensation.
type sum struct{ total, rest float64 }

func (s *sum) add(v float64) {
	t := s.total + v
	if math.Abs(s.total) >= math.Abs(v) {
		s.rest += (s.total - t) + v
	} else {
		s.rest += (v - t) + s.total
	}
	s.total = t
}

func (s *sum) value() float64 { return s.total + s.rest }
