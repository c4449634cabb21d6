package sorting

import (
	"math"

	"hybrid/internal/radix"
	"hybrid/mpi"
)

// cells is how finely the keys are counted before they are divided.
const cells = 8192

// A splitter is a rank's first key, found exactly.
type splitter struct {
	place  int    // of all keys in order: where the rank's share begins
	before int    // keys in the cells before its own
	class  int    // of its cell
	low    uint64 // between which its rank is
	high   uint64
	less   int // keys of its cell below low, of all ranks
}

// A division says where the keys go that lie in room.
type division struct {
	cuts   []int    // where those of every rank begin, and the end
	starts []int    // where every class begins, and the end
	ranges [][2]int // of classes, the first and the last, in which every rank's keys lie
}

// divide leaves the ranks of this rank's keys in room, ordered by the rank of the
// communicator that they belong to and, for each, in classes of neighbouring ranks
// that are small enough to be sorted in a cache.
//
// The keys are counted in the cells of a grid over the span of a sample. The sum
// over all ranks tells in which cell the key lies with which a share begins. Its
// cell's keys alone are sorted, and the key is found by bisection of the cell's
// values, all splitters at once: what the ranks count below a value is added up.
// Keys that equal a splitter are ordered by their rank and index, so that any
// number of them is cut at the right one.
func (s *Solver[K]) divide(o radix.Options) (*division, error) {
	g, err := s.grain(o)
	if err != nil {
		return nil, err
	}
	h, err := radix.NewHistogram(s.Keys, g.low, g.high, cells, o)
	if err = s.comm.Agree(err); err != nil {
		return nil, err
	}
	counts := h.Counts()
	if err := mpi.Allreduce(s.comm, counts, counts, mpi.Sum); err != nil {
		return nil, err
	}
	splitters, class, classes := s.locate(g.classKeys, counts, h.First)
	starts := h.Move(s.room, class, classes)
	own := func(sp splitter) []K { return s.room[starts[sp.class]:starts[sp.class+1]] }
	last := -1
	o.Progress = nil // of these few keys
	for _, sp := range splitters {
		if sp.class == last {
			continue
		}
		last = sp.class
		if err := radix.SortRanks(own(sp), s.Keys[starts[sp.class]:starts[sp.class+1]], o); err != nil {
			return nil, err
		}
	}
	if err := s.bisect(splitters, own); err != nil {
		return nil, err
	}
	cuts, err := s.cuts(splitters, own, starts)
	ranges := make([][2]int, s.comm.Size())
	for r := range ranges {
		ranges[r] = [2]int{classes - 1, classes - 1}
		if r == 0 {
			ranges[r][0] = 0
		} else if r <= len(splitters) {
			ranges[r][0] = splitters[r-1].class
		}
		if r < len(splitters) {
			ranges[r][1] = splitters[r].class
		}
	}
	return &division{cuts, starts, ranges}, err
}

// bucket is how many of this rank's keys in a class go to a rank.
func (d *division) bucket(rank, class int) int {
	return max(min(d.cuts[rank+1], d.starts[class+1])-max(d.cuts[rank], d.starts[class]), 0)
}

// A grain is what all ranks have to know the same before they count.
type grain struct {
	low, high uint64 // the span of a sample of all ranks' keys
	classKeys int    // how many keys of all ranks a class should have
}

// grain agrees on one. It travels as signed integers: MPICH 4.0.2 compares unsigned ones
// as if they were.
func (s *Solver[K]) grain(o radix.Options) (grain, error) {
	const sign = 1 << 63
	low, high := radix.Span(s.Keys)
	size, err := radix.BucketKeys[K](s.begin(1), o)
	if err != nil {
		return grain{}, err
	}
	all := []int64{int64(^low ^ sign), int64(high ^ sign), int64(max(size, s.n/radix.MostBuckets))}
	err = mpi.Allreduce(s.comm, all, all, mpi.Max)
	return grain{^(uint64(all[0]) ^ sign), uint64(all[1]) ^ sign, int(all[2])}, err
}

// locate finds the cells of the splitters, of every rank but the first, and gives
// them classes of their own. It groups what lies between.
func (s *Solver[K]) locate(classKeys int, counts []int64, first func(cell int) uint64) (splitters []splitter, class []uint16, classes int) {
	class = make([]uint16, len(counts))
	sum, r := 0, 1
	have := 0
	for c, n := range counts {
		end := sum + int(n)
		found := false
		if have > 0 && have+int(n) > classKeys {
			classes, have = classes+1, 0
		}
		for ; r < s.comm.Size() && s.begin(r) < end; r++ {
			if !found {
				found = true
				classes++ // the splitters' cell
			}
			sp := splitter{place: s.begin(r), before: sum, class: classes, low: first(c), high: math.MaxUint64 >> (64 - 8*s.size())}
			if c+1 < len(counts) {
				sp.high = first(c+1) - 1
			}
			splitters = append(splitters, sp)
		}
		class[c] = uint16(classes)
		if have += int(n); found {
			classes, have = classes+1, 0
		}
		sum = end
	}
	return splitters, class, classes + 1
}

// bisect finds the ranks of the splitters: low of each is its own afterwards. Every
// reduction cuts the ranks between which one lies into as many parts as a small message
// has counts for.
func (s *Solver[K]) bisect(splitters []splitter, own func(splitter) []K) error {
	points := max(1, min(255, 4096/max(1, len(splitters))))
	below := make([]int64, points*len(splitters))
	for {
		done := true
		for i, sp := range splitters {
			if sp.low < sp.high {
				done = false
				for j := range points {
					below[points*i+j] = int64(radix.CountBelow(own(sp), sp.point(j, points)+1))
				}
			}
		}
		if done { // on all ranks, which know the same
			return nil
		}
		if err := mpi.Allreduce(s.comm, below, below, mpi.Sum); err != nil {
			return err
		}
		for i, sp := range splitters {
			if sp.low == sp.high {
				continue
			}
			narrow := &splitters[i]
			for j, n := range ints(below[points*i : points*(i+1)]) {
				if sp.before+n > sp.place {
					narrow.high = sp.point(j, points)
					break
				}
				narrow.low, narrow.less = sp.point(j, points)+1, n
			}
		}
	}
}

// point is the j-th of so many ranks from low to high-1, in order, that cut these into
// about equal parts.
func (sp splitter) point(j, points int) uint64 {
	width := sp.high - sp.low
	step := width/uint64(points+1) + 1
	return sp.low + min(step*uint64(j+1), width) - 1
}

// cuts is where the keys of every rank begin in room.
func (s *Solver[K]) cuts(splitters []splitter, own func(splitter) []K, starts []int) ([]int, error) {
	n := len(splitters)
	less, equal := make([]int64, n), make([]int64, n)
	for i, sp := range splitters {
		keys := own(sp)
		below := radix.CountBelow(keys, sp.low)
		upTo := len(keys)
		if sp.low < math.MaxUint64>>(64-8*s.size()) {
			upTo = radix.CountBelow(keys, sp.low+1)
		}
		less[i], equal[i] = int64(below), int64(upTo-below)
	}
	upToHere := make([]int64, n)
	if err := mpi.Scan(s.comm, equal, upToHere, mpi.Sum); err != nil {
		return nil, err
	}
	cuts := make([]int, s.comm.Size()+1)
	for r := range cuts[1:] {
		cuts[r+1] = len(s.Keys)
	}
	for i, sp := range splitters {
		// Of the keys that equal the splitter, so many lie before the share, the
		// first ones by rank; this rank has some of its own after those before it.
		wanted := int64(sp.place-sp.before-sp.less) - (upToHere[i] - equal[i])
		cuts[i+1] = starts[sp.class] + int(less[i]+min(max(wanted, 0), equal[i]))
	}
	return cuts, nil
}
