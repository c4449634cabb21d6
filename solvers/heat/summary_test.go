package heat

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"hybrid/mpi"
)

// TestSpan compares with min and max, bit by bit.
func TestSpan(t *testing.T) {
	negativeZero, inf := math.Copysign(0, -1), math.Inf(1)
	for _, all := range [][]float64{
		{}, {1}, {-3, 5, 2}, {0, negativeZero}, {negativeZero, 0}, {negativeZero, 1}, {inf, 2}, {-inf, 2}, {inf, -inf},
		{math.SmallestNonzeroFloat64, -math.SmallestNonzeroFloat64}, {math.MaxFloat64, -math.MaxFloat64, 1e300},
		{1, math.NaN(), 2}, {-inf, math.Copysign(math.NaN(), -1)},
	} {
		for range 3 {
			rand.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
			s, least, most := emptySpan, inf, -inf
			for _, v := range all {
				s.add(v)
				least, most = min(least, v), max(most, v)
			}
			same := func(a, b float64) bool {
				return math.Float64bits(a) == math.Float64bits(b) || math.IsNaN(a) && math.IsNaN(b)
			}
			if low, high := s.ends(); !same(low, least) || !same(high, most) {
				t.Errorf("%v: from %v to %v, want %v to %v", all, low, high, least, most)
			}
		}
	}
}

// TestFillNamesTheFirstBadRow has threads that take each other's rows, and several errors.
func TestFillNamesTheFirstBadRow(t *testing.T) {
	p := problem(9000, 95, Dirichlet)
	for _, bad := range [][]int{{0}, {40, 41, 80, 94}, {94}, {31, 33}, {2, 90}} {
		for _, threads := range []int{1, 2, 3} {
			err := mpi.Run(1, func(c *mpi.Comm) error {
				s, err := New[float64](c, p, Options{Threads: threads})
				if err != nil {
					return err
				}
				defer s.Close()
				return s.Fill(func(i int, row []float64) error {
					clear(row)
					for _, b := range bad {
						if i == b {
							row[7] = math.NaN()
						}
					}
					return nil
				})
			})
			if want := fmt.Sprintf("NaN at [%d, 7]", bad[0]); err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("rows %v on %d threads: %v, want %s", bad, threads, err, want)
			}
		}
	}
}
