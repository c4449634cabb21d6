package result

import "testing"

func TestSample(t *testing.T) {
	for _, c := range []struct {
		values            []float64
		median, low, high float64
		wide              bool
	}{
		{[]float64{3}, 3, 3, 3, false},
		{[]float64{2, 1}, 1.5, 1, 2, true},
		{[]float64{100, 101, 99, 102}, 100.5, 99, 102, false},
		// Of 6 values the extremes bound the median with 1 - 2/2^6 = 96.9 %; of 9 the
		// second from each end do, with 96.1 %.
		{[]float64{6, 5, 4, 3, 2, 1}, 3.5, 1, 6, true},
		{[]float64{1000, 1, 102, 103, 104, 105, 106, 107, 108}, 105, 102, 108, false},
	} {
		s := NewSample(c.values)
		if s.Median != c.median || s.Low != c.low || s.High != c.high || s.Wide != c.wide {
			t.Errorf("%v: got %+v, want median %v in %v..%v, wide %v", c.values, s, c.median, c.low, c.high, c.wide)
		}
	}
	if s := NewSample([]float64{9, 10, 11}); s.Spread() != 0.1 {
		t.Errorf("spread %v, want 0.1", s.Spread())
	}
	if s := NewSample([]float64{0, 0}); s.Spread() != 0 {
		t.Errorf("spread of zeros %v, want 0", s.Spread())
	}
}
