package model

import (
	"runtime"
	"unsafe"

	"hybrid/halo"
	"hybrid/internal/cores"
	"hybrid/mpi"
)

// blockSteps chooses the steps of a block, whose halo is not deeper than the thinnest part:
// beyond as many, what is made twice at the edges of parts, bands and tiles costs more than memory that is
// not read. So it was where BenchmarkBlocks was run, with 512 kB of cache for each core. It is collective.
func (s *Solver[T]) blockSteps(g *halo.Grid, deepest, thinnest int) (int, error) {
	steps := s.options.Steps
	if steps == 0 {
		steps = usualSteps
		if s.sys.Dims == 3 {
			steps = 4
			if thinnest >= 128 {
				steps = 8
			}
		}
		deep, err := s.deepBlocks(g, deepest)
		if err != nil {
			return 0, err
		}
		if deep {
			steps = mostSteps
		}
		steps = min(steps, max(furthest/max(deepest, 1), 1))
	}
	if deepest > 0 {
		steps = min(steps, max(thinnest/deepest, 1))
	}
	return steps, nil
}

// usualSteps are those of a block where tiles are many or bands thin, mostSteps those of other blocks of
// the plane, and furthest the cells that a block reaches.
const usualSteps, mostSteps, furthest = 16, 32, 32

// deepBlocks tells whether blocks of the plane may have the most steps on all ranks: with as many, a thread's
// tile is as wide as the part, and its band eight times as many rows as a block reaches.
func (s *Solver[T]) deepBlocks(g *halo.Grid, deepest int) (bool, error) {
	if s.sys.Dims != 2 {
		return false, nil
	}
	own := g.Own()
	wide := own.Hi[1] - own.Lo[1] + 2*mostSteps*deepest
	band := (own.Hi[0] - own.Lo[0]) / max(s.place.Threads, 1)
	fits := []int64{0}
	if s.place.Device == nil && band >= 8*mostSteps*deepest && s.tileCells(s.sys.newSchedule(mostSteps, mostRows, true)) >= wide {
		fits[0] = 1
	}
	err := mpi.Allreduce(s.place.Comm, fits, fits, mpi.Min)
	return fits[0] == 1, err
}

// tiles are those of the part, in the order of the walk: in bands along the axis that is
// walked along, so that each thread has as much of it as others, and across it as wide as the
// cache has room for.
func (s *Solver[T]) tiles() []tile {
	var whole tile
	for d, axis := range s.order {
		whole.lo[d], whole.hi[d] = s.part.lo[axis], s.part.hi[axis]
		if whole.lo[d] == whole.hi[d] {
			return nil
		}
	}
	bands := s.options.Bands
	if bands == 0 {
		bands = len(s.scratch)
	}
	rows, columns := s.tileSize()
	if s.sys.Dims == 1 {
		columns = min(columns, max((whole.hi[2]-whole.lo[2]+bands-1)/bands, 1))
	}
	tiles := []tile{whole}
	for d, size := range [3]int{max((whole.hi[0]-whole.lo[0]+bands-1)/bands, 1), rows, columns} {
		var parts []tile
		for _, t := range tiles {
			n := (t.hi[d] - t.lo[d] + size - 1) / size
			for i := range n {
				part := t
				part.lo[d], part.hi[d] = t.lo[d]+i*(t.hi[d]-t.lo[d])/n, t.lo[d]+(i+1)*(t.hi[d]-t.lo[d])/n
				parts = append(parts, part)
			}
		}
		tiles = parts
	}
	return tiles
}

// tileSize is how many rows and columns a tile has, so that the slabs of its versions fit
// into cache. Long rows are better than many of them: each is a call of the kernel.
func (s *Solver[T]) tileSize() (rows, columns int) {
	if t := s.options.Tile; t != [2]int{} {
		return t[0], t[1]
	}
	cells := s.tileCells(s.schedule(s.block))
	const short, long, few = 128, 512, 16
	if s.sys.Dims < 3 {
		return 1, max(cells, short)
	}
	columns = min(long, s.part.hi[2]-s.part.lo[2])
	return max(cells/columns, few), columns
}

// tileCells is how many cells a slab of a tile may have, so that those of all versions fit into cache.
func (s *Solver[T]) tileCells(sc *schedule) int {
	slabs := 0
	for _, b := range sc.buffers {
		slabs += b.slabs
	}
	return s.room() / int(unsafe.Sizeof(*new(T))) / max(slabs, 1)
}

// room is how many bytes of cache a thread's tile may take: those of the core's own cache, or its share of half
// the last level, up to four times as much. What the kernels read is in order, so that it is there in time from
// either, but what a tile makes twice at its edges is lost.
func (s *Solver[T]) room() int {
	own, last := 256<<10, 0
	for _, c := range cores.Caches() {
		switch c.Level {
		case 1:
		case 2:
			own = c.Bytes
		default:
			last = max(last, c.Bytes)
		}
	}
	return max(own, min(4*own, last/2/runtime.NumCPU()))
}
