package radix

import "unsafe"

// sortRuns sorts runs of src, of which run i ends before ends[i] and begins where
// the one before ends or, if step is not 0, at first + i step; the first begins at
// first. It puts them one after the other to dst from first on, turned into bits by
// e; what dst holds behind them is of no use. It stops at a run that is longer than
// k.longest, and returns how many it sorted.
func (k *kernels[U]) sortRuns(d *workspace[U], dst, src []U, ends []uint64, first, step uint64, e decoder[U]) int {
	switch {
	case k.runs != nil:
		return k.runs(&dst[0], &src[0], &ends[0], len(ends), first, step, e.add, e.flip)
	case k.groups != nil && e.high-e.low <= k.span:
		return k.sortGroups(d, dst, src, ends, first, step, e)
	}
	sorted, _, _ := k.insert(dst, src, ends, first, step, first, e)
	return sorted
}

// insert is sortRuns to dst from at on, by insertion. It returns where the next run
// begins and where it goes, too.
func (k *kernels[U]) insert(dst, src []U, ends []uint64, first, step, at uint64, e decoder[U]) (sorted int, next, to uint64) {
	for i, end := range ends {
		if end-first > uint64(k.longest) {
			return i, first, at
		}
		run := dst[at : at+end-first]
		copy(run, src[first:end])
		for i := 1; i < len(run); i++ {
			v, j := run[i], i
			for ; j > 0 && run[j-1] > v; j-- {
				run[j] = run[j-1]
			}
			run[j] = v
		}
		for i, v := range run {
			run[i] = v + e.add ^ e.flip
		}
		at += end - first
		if first += step; step == 0 {
			first = end
		}
	}
	return len(ends), first, at
}

// sortGroups is sortRuns by the kernel that sorts as many runs at once as a vector
// has lanes. It writes beyond the last of a group: what is sorted in place, or to the
// end of dst, is copied. Runs that are too long for it, or too few, are sorted by
// insertion.
func (k *kernels[U]) sortGroups(d *workspace[U], dst, src []U, ends []uint64, first, step uint64, e decoder[U]) int {
	lanes := 32 / int(unsafe.Sizeof(src[0]))
	if d.sorted == nil {
		d.sorted = make([]U, 512)
	}
	bias := U(0)
	if k.lowest > 0 {
		bias = k.lowest - e.low
	}
	apart := &dst[0] != &src[0]
	at := first
	for n := 0; n < len(ends); {
		sorted, keys := 0, 0
		if apart && at < uint64(len(dst)) {
			sorted, keys = k.groups(&dst[at], &src[0], &ends[n], len(ends)-n, first, step, len(dst)-int(at), bias, e.add-bias, e.flip)
		}
		if sorted == 0 {
			sorted, keys = k.groups(&d.sorted[0], &src[0], &ends[n], len(ends)-n, first, step, len(d.sorted), bias, e.add-bias, e.flip)
			copy(dst[at:], d.sorted[:keys])
		}
		if at += uint64(keys); sorted > 0 {
			if first += uint64(sorted) * step; step == 0 {
				first = ends[n+sorted-1]
			}
		} else if sorted, first, at = k.insert(dst, src, ends[n:min(n+lanes, len(ends))], first, step, at, e); sorted == 0 {
			return n
		}
		n += sorted
	}
	return len(ends)
}
