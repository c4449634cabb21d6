package model

import (
	"runtime"
	"unsafe"

	"hybrid/internal/cores"
)

// blockSteps chooses the steps of a block, whose halo is not deeper than the thinnest part:
// beyond as many, what is made twice at the edges of parts, bands and tiles costs more than memory that is
// not read. So it was where BenchmarkBlocks was run, with 512 kB of cache for each core.
func (s *Solver[T]) blockSteps(deepest, thinnest int) int {
	steps := s.options.Steps
	if steps == 0 {
		steps = mostSteps
		if s.sys.Dims == 3 {
			steps = 4
			if thinnest >= 128 {
				steps = 8
			}
		}
		steps = min(steps, max(furthest/max(deepest, 1), 1))
	}
	if deepest > 0 {
		steps = min(steps, max(thinnest/deepest, 1))
	}
	return steps
}

// mostSteps are those of a block at most, and furthest the cells that it reaches.
const mostSteps, furthest = 16, 32

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
	slabs := 0
	for _, b := range s.schedule(s.block).buffers {
		slabs += b.slabs
	}
	cells := s.room() / int(unsafe.Sizeof(*new(T))) / max(slabs, 1)
	const short, long, few = 128, 512, 16
	if s.sys.Dims < 3 {
		return 1, max(cells, short)
	}
	columns = min(long, s.part.hi[2]-s.part.lo[2])
	return max(cells/columns, few), columns
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
