package model

// coordinate is that of the middle of the cell numbered i along an axis. Beyond a seam of the
// grid it is that of the cell that stands there.
func (s *System) coordinate(axis, i int) float64 {
	if n := s.Size[axis]; s.periodic(axis) {
		i = ((i % n) + n) % n
	}
	return s.Origin[axis] + float64((float64(i)+0.5)*s.Spacing[axis])
}

// face is the coordinate of the grid's face at the low end, 0, or the high end, 1, of an axis.
func (s *System) face(axis, end int) float64 {
	return s.Origin[axis] + float64(float64(end*s.Size[axis])*s.Spacing[axis])
}

// cells is the number of cells of the grid.
func (s *System) cells() int { return s.Size[0] * s.Size[1] * s.Size[2] }

// reach is how far the passes read of a field beyond the grid, along each axis: as many ghost
// cells as it needs.
func (s *System) reach(field int) (reach [3]int) {
	for i := range s.Passes {
		r, _ := s.Passes[i].reach(field)
		for axis := range reach {
			reach[axis] = max(reach[axis], r[axis])
		}
	}
	return reach
}

// reach is how far the pass reads of a field beyond the grid; ok is false where it does not
// read it.
func (p *Pass) reach(field int) (reach [3]int, ok bool) {
	if reach, ok = p.Program.Reach(field); ok {
		for axis := range reach {
			reach[axis] += p.Around[axis]
		}
	}
	return reach, ok
}

// beyond is how many cells a pass makes beyond the grid's ends, by axis; where the grid is periodic
// it has none.
func (s *System) beyond(pass int) (cells [3]int) {
	for axis, n := range s.Passes[pass].Around {
		if !s.periodic(axis) {
			cells[axis] = n
		}
	}
	return cells
}

// deepestGhosts is how many ghost cells any field has beyond the ends of each axis.
func (s *System) deepestGhosts() (most [3]int) {
	for f := range s.Fields {
		for axis, n := range s.reach(f) {
			most[axis] = max(most[axis], n)
		}
	}
	return most
}
