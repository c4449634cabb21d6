package radix

import (
	"fmt"
	"unsafe"
)

// SortBuckets sorts the ranks in src, as Histogram.Move leaves them, to keys in dst;
// what src holds afterwards is of no use. src is parts, one behind the other, that
// have their keys in buckets already: counts[part][bucket] of them, and no key of a
// bucket is above one of the next bucket. Costs one pass, and those of Sort for
// buckets of more than some hundred thousand keys. Progress is told once of each key.
func SortBuckets[T Key](dst, src []T, counts [][]int, o Options) error {
	isa, err := o.ISA.Resolve()
	if err != nil {
		return err
	}
	total := 0
	for _, part := range counts {
		if len(part) != len(counts[0]) {
			return fmt.Errorf("radix: a part has %d buckets, another %d", len(counts[0]), len(part))
		}
		for _, n := range part {
			total += n
		}
	}
	if o.Threads < 0 || total != len(src) || len(dst) != len(src) {
		return fmt.Errorf("radix: %d keys in buckets of %d, room for %d, %d threads", len(src), total, len(dst), o.Threads)
	}
	if unsafe.Sizeof(*new(T)) == 4 {
		sortBuckets(newSorter[uint32](isa, o, orderOf[T, uint32]()), words[uint32](dst), words[uint32](src), counts)
	} else {
		sortBuckets(newSorter[uint64](isa, o, orderOf[T, uint64]()), words[uint64](dst), words[uint64](src), counts)
	}
	return nil
}

func sortBuckets[U word](s *sorter[U], dst, src []U, counts [][]int) {
	if len(src) == 0 {
		return
	}
	begins := make([][]int, len(counts)) // of the buckets, in every part
	at := 0
	for p, part := range counts {
		for _, n := range part {
			begins[p] = append(begins[p], at)
			at += n
		}
	}
	gather := func(to []U, b int) {
		for p, part := range counts {
			to = to[copy(to, src[begins[p][b]:begins[p][b]+part[b]]):]
		}
	}
	var small, large []bucket
	lo := 0
	for b := range counts[0] {
		hi := lo
		for _, part := range counts {
			hi += part[b]
		}
		if hi-lo > s.most {
			large = append(large, bucket{b, lo, hi})
		} else if hi > lo {
			small = append(small, bucket{b, lo, hi})
		}
		lo = hi
	}
	s.leaves(small, dst, func(d *workspace[U], b bucket) (keys, room []U) {
		if len(counts) == 1 {
			return src[b.lo:b.hi], nil
		}
		keys = atLeast(&d.bucket, b.hi-b.lo)
		gather(keys, b.number)
		return keys, nil
	})
	for _, b := range large {
		gather(dst[b.lo:b.hi], b.number)
	}
	s.sortBuckets(large, dst, src, dst) // src is free
}
