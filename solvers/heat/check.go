package heat

import (
	"fmt"
	"math"
	"sync"
	"unsafe"

	"hybrid/mpi"
	"hybrid/solvers/task"
)

// A ValueError says that a field has a value that no step makes: memory, a device or the
// program is at fault.
type ValueError struct {
	Step, Row, Column int
	Value, Limit      float64 // Limit is what magnitudes stay below
}

func (e *ValueError) Error() string {
	return fmt.Sprintf("heat: after step %d the value at [%d, %d] (row, column) is %v: steps make none that is not a number, nor one of %g or more of this initial field; "+
		"memory, a device or the program is at fault", e.Step, e.Row, e.Column, e.Value, e.Limit)
}

// ExitCode is that of a wrong result.
func (e *ValueError) ExitCode() int { return task.Unverified }

// Check looks at each value and returns the checksum of the field, or on every rank a
// *ValueError, or its text, of the first value that cannot be. The checksum is the sum modulo
// 2^64 of a hash of each value's bits and place, so it is the same on any ranks and threads,
// and a field of which one bit is another has another one. It is collective, and costs a
// pass over the field.
func (s *Solver[T]) Check() (uint64, error) {
	limit := s.magnitudeLimit()
	nx := s.Problem.NX
	var mu sync.Mutex
	var bad *ValueError // the first one that this rank sees
	var sum uint64
	err := s.visit(func(_, i int, row []T) error {
		own, at := uint64(0), uint64(i)*uint64(nx)
		for j, v := range row {
			own += hash(at+uint64(j), bitsOf(v))
		}
		err := s.possible(i, row, limit)
		mu.Lock()
		defer mu.Unlock()
		sum += own
		if err != nil && (bad == nil || i < bad.Row) {
			bad = err.(*ValueError)
		}
		return nil
	})
	if err != nil {
		return 0, err
	}
	if bad != nil {
		err = bad
	}
	if err := s.comm.Agree(err); err != nil {
		return 0, err
	}
	all := []uint64{sum}
	err = mpi.Allreduce(s.comm, all, all, mpi.Sum)
	return all[0], err
}

// possible is a *ValueError of the first of some rows' values, from row lo on, that cannot
// be.
func (s *Solver[T]) possible(lo int, values []T, limit float64) error {
	if below(values, limit) {
		return nil
	}
	for k, v := range values {
		if !(math.Abs(float64(v)) < limit) {
			nx := s.Problem.NX
			return &ValueError{s.Step, lo + k/nx, k % nx, float64(v), limit}
		}
	}
	return nil
}

// below tells whether the magnitudes of all values are below a limit; that of a NaN is not.
func below[T Real](values []T, limit float64) bool {
	if len(values) == 0 {
		return true
	}
	// As whole numbers, without their sign, they are in the same order, a NaN above all.
	first := unsafe.Pointer(&values[0])
	if unsafe.Sizeof(values[0]) == 4 {
		l := float32(limit)
		if float64(l) < limit {
			l = math.Nextafter32(l, float32(math.Inf(1)))
		}
		return bitsBelow(unsafe.Slice((*uint32)(first), len(values)), math.Float32bits(l))
	}
	return bitsBelow(unsafe.Slice((*uint64)(first), len(values)), math.Float64bits(limit))
}

// bitsBelow is below for numbers whose highest bit is the sign.
func bitsBelow[B uint32 | uint64](values []B, limit B) bool {
	sign := ^(^B(0) >> 1)
	most := limit - 1
	var a, b, c, d B // four, which wait for no other
	for ; len(values) >= 4; values = values[4:] {
		a, b = a|(most-values[0]&^sign), b|(most-values[1]&^sign)
		c, d = c|(most-values[2]&^sign), d|(most-values[3]&^sign)
	}
	for _, v := range values {
		a |= most - v&^sign
	}
	return (a|b|c|d)&sign == 0
}

// magnitudeLimit is what every magnitude stays below: the coefficients of a step are not
// negative and add up to 1, but for rounding, of which a step makes a few parts in 2^53 or 2^24.
func (s *Solver[T]) magnitudeLimit() float64 {
	if s.Scale == 0 {
		return math.SmallestNonzeroFloat64
	}
	var v T
	eps := 0x1p-52
	if unsafe.Sizeof(v) == 4 {
		eps = 0x1p-23
	}
	return 2 * s.Scale * (1 + 8*eps*float64(1+s.Step-s.Start.Step))
}

// bitsOf are those of a value.
func bitsOf[T Real](v T) uint64 {
	if unsafe.Sizeof(v) == 4 {
		return uint64(math.Float32bits(float32(v)))
	}
	return math.Float64bits(float64(v))
}

// hash mixes a place and bits by the finalizer of SplitMix64 (Steele, Lea, Flood, "Fast
// splittable pseudorandom number generators", OOPSLA 2014).
func hash(place, bits uint64) uint64 {
	z := bits ^ (place+1)*0x9e3779b97f4a7c15
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}
