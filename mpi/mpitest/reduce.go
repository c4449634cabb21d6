package mpitest

import (
	"errors"
	"fmt"

	"hybrid/mpi"
)

var allOps = []mpi.Op{mpi.Sum, mpi.Prod, mpi.Min, mpi.Max, mpi.BAnd, mpi.BOr, mpi.BXor}

// Lengths on both sides of every change of algorithm, and some that no number
// of ranks divides.
var reduceLengths = []int{0, 1, 3, 511, 4099}

// That of types and operations, which a library looks up whatever the length.
var oneLength = []int{800}

// fold combines the values of ranks 0..upTo in their order.
func fold[T mpi.Number](upTo, stream, n int, f func(a, b T) T) []T {
	acc := values[T](stream, 0, n)
	for r := 1; r <= upTo; r++ {
		for i, v := range values[T](stream, r, n) {
			acc[i] = f(acc[i], v)
		}
	}
	return acc
}

// reductions tries every length of two operations on two types, and every operation on every type: on up to three
// ranks, for what a library looks up by them does not depend on how many there are.
func reductions(c *mpi.Comm) error {
	err := first(everyLength[int32](c), everyLength[float64](c))
	if err != nil || c.Size() > 3 {
		return err
	}
	return first(
		integerReductions[int8](c), integerReductions[int16](c), integerReductions[int32](c), integerReductions[int64](c),
		integerReductions[uint8](c), integerReductions[uint16](c), integerReductions[uint32](c), integerReductions[uint64](c),
		extremes[int8](c), extremes[int64](c), extremes[uint8](c), extremes[uint16](c), extremes[uint32](c), extremes[uint64](c),
		orderedReductions[float32](c), orderedReductions[float64](c),
	)
}

func integerReductions[T int8 | int16 | int32 | int64 | uint8 | uint16 | uint32 | uint64](c *mpi.Comm) error {
	return first(
		orderedReductions[T](c),
		reduceAll(c, oneLength, mpi.BAnd, func(a, b T) T { return a & b }),
		reduceAll(c, oneLength, mpi.BOr, func(a, b T) T { return a | b }),
		reduceAll(c, oneLength, mpi.BXor, func(a, b T) T { return a ^ b }),
	)
}

// extremes compares numbers whose highest bits differ: rank 0 has 5, odd ranks have
// numbers from the other end, with all bits one and below.
func extremes[T int8 | int64 | uint8 | uint16 | uint32 | uint64](c *mpi.Comm) error {
	value := func(rank int) T {
		if rank%2 == 1 {
			return ^T(rank / 2)
		}
		return T(5 + rank)
	}
	low, high := value(0), value(0)
	for rank := range c.Size() {
		low, high = min(low, value(rank)), max(high, value(rank))
	}
	own := []T{value(c.Rank())}
	for _, op := range []struct {
		op   mpi.Op
		want T
	}{{mpi.Min, low}, {mpi.Max, high}} {
		got, whole := make([]T, 1), make([]T, 1)
		err := first(mpi.Allreduce(c, own, got, op.op), equal("Allreduce of values far apart", got, []T{op.want}), mpi.Reduce(c, own, whole, op.op, 0))
		if err == nil && c.Rank() == 0 {
			err = equal("Reduce of values far apart", whole, []T{op.want})
		}
		if err != nil {
			return fmt.Errorf("%v: %w", op.op, err)
		}
		if err := mpi.Scan(c, own, got, op.op); err != nil {
			return err
		}
		so := value(0)
		for rank := range c.Rank() + 1 {
			if op.op == mpi.Min {
				so = min(so, value(rank))
			} else {
				so = max(so, value(rank))
			}
		}
		if err := equal("Scan of values far apart", got, []T{so}); err != nil {
			return err
		}
	}
	return nil
}

func orderedReductions[T mpi.Number](c *mpi.Comm) error {
	return first(
		reduceAll(c, oneLength, mpi.Sum, func(a, b T) T { return a + b }),
		reduceAll(c, oneLength, mpi.Prod, func(a, b T) T { return a * b }),
		reduceAll(c, oneLength, mpi.Min, func(a, b T) T { return min(a, b) }),
		reduceAll(c, oneLength, mpi.Max, func(a, b T) T { return max(a, b) }),
	)
}

// everyLength tries two operations: what a library does with a length does not depend on which.
func everyLength[T mpi.Number](c *mpi.Comm) error {
	return first(
		reduceAll(c, reduceLengths, mpi.Sum, func(a, b T) T { return a + b }),
		reduceAll(c, reduceLengths, mpi.Max, func(a, b T) T { return max(a, b) }),
	)
}

// reduceAll checks Reduce to a changing root, Allreduce and Scan.
func reduceAll[T mpi.Number](c *mpi.Comm, lengths []int, op mpi.Op, f func(a, b T) T) error {
	for k, n := range lengths {
		what := fmt.Sprintf("%v of %d %T", op, n, *new(T))
		send, recv := values[T](n, c.Rank(), n), make([]T, n)
		whole := fold(c.Size()-1, n, n, f)
		root := (k + int(op)) % c.Size()
		if err := mpi.Reduce(c, send, recv, op, root); err != nil {
			return fmt.Errorf("%s: %w", what, err)
		}
		want := whole
		if c.Rank() != root {
			want = make([]T, n) // not to be touched
		}
		if err := equal("Reduce "+what, recv, want); err != nil {
			return err
		}
		err := mpi.Allreduce(c, send, recv, op)
		if err := first(err, equal("Allreduce "+what, recv, whole)); err != nil {
			return err
		}
		err = mpi.Scan(c, send, recv, op)
		if err := first(err, equal("Scan "+what, recv, fold(c.Rank(), n, n, f)), equal("input of "+what, send, values[T](n, c.Rank(), n))); err != nil {
			return err
		}
	}
	return nil
}

func inPlace(c *mpi.Comm) error {
	const n = 300
	sum := func(a, b float64) float64 { return a + b }
	whole := fold(c.Size()-1, 1, n, sum)
	root := c.Size() - 1
	buf := values[float64](1, c.Rank(), n)
	if err := mpi.Reduce(c, buf, buf, mpi.Sum, root); err != nil {
		return err
	}
	want := whole
	if c.Rank() != root {
		want = values[float64](1, c.Rank(), n)
	}
	if err := equal("Reduce in place", buf, want); err != nil {
		return err
	}
	buf = values[float64](1, c.Rank(), n)
	err := mpi.Allreduce(c, buf, buf, mpi.Sum)
	if err := first(err, equal("Allreduce in place", buf, whole)); err != nil {
		return err
	}
	buf = values[float64](1, c.Rank(), n)
	err = mpi.Scan(c, buf, buf, mpi.Sum)
	return first(err, equal("Scan in place", buf, fold(c.Rank(), 1, n, sum)))
}

func refusedOps(c *mpi.Comm) error {
	for _, op := range append(allOps[4:], -1, mpi.Op(len(allOps))) {
		x := []float64{1}
		for _, err := range []error{mpi.Allreduce(c, x, x, op), mpi.Reduce(c, x, x, op, 0), mpi.Scan(c, x, x, op)} {
			var e *mpi.Error
			if !errors.As(err, &e) || e.Class != mpi.ClassOp {
				return fmt.Errorf("%v of float64: error %v, want one of class %v", op, err, mpi.ClassOp)
			}
		}
	}
	return nil
}
