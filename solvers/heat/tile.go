package heat

// A tile is the part of a field that a rank has: the rows [lo, hi) and columns
// [left, right) of the interior, and what of the ring lies beside them.
type tile struct {
	lo, hi      int
	left, right int

	top, bottom side // what lies beyond the rows
	west, east  side // what lies beyond the columns
}

// tile is that of a rank: its place is where it stands in the grid of ranks, row by row.
func (s *State[T]) tile(rank int) tile {
	columns := s.columns()
	var t tile
	t.lo, t.hi = s.Partition.Rows(rank / columns)
	t.left, t.right = s.Columns.Rows(rank % columns)
	periodic := s.Problem.Boundary == Periodic
	above, below := s.Partition.neighbours(rank/columns, periodic)
	before, behind := s.Columns.neighbours(rank%columns, periodic)
	beyond := func(neighbour, own int) side {
		switch neighbour {
		case -1:
			return ring
		case own:
			return nearby
		}
		return remote
	}
	t.top, t.bottom = beyond(above, rank/columns), beyond(below, rank/columns)
	t.west, t.east = beyond(before, rank%columns), beyond(behind, rank%columns)
	return t
}

// columns is the number of columns of the grid of ranks.
func (s *State[T]) columns() int { return max(len(s.Columns)-1, 1) }

// Tile is the rows and columns [lo, hi) of the interior that a rank has.
func (s *State[T]) Tile(rank int) (rows, columns [2]int) {
	t := s.tile(rank)
	return [2]int{t.lo, t.hi}, [2]int{t.left, t.right}
}

// Grid is the number of rows and columns in which the ranks stand.
func (s *State[T]) Grid() (rows, columns int) { return len(s.Partition) - 1, s.columns() }

// whole is the tile of a rank that has the whole field.
func (p Problem) whole() tile {
	t := tile{lo: 1, hi: p.NY - 1, left: 1, right: p.NX - 1}
	if p.Boundary == Periodic {
		t.top, t.bottom, t.west, t.east = nearby, nearby, nearby, nearby
	}
	return t
}

// from and to are the columns [from, to) with the ring's where the tile touches it.
// A periodic field on one column of ranks has both.
func (t tile) from() int {
	if t.left == 1 {
		return 0
	}
	return t.left
}

func (t tile) to(nx int) int {
	if t.right == nx-1 {
		return nx
	}
	return t.right
}

// width is the number of those columns.
func (t tile) width(nx int) int { return t.to(nx) - t.from() }

// own are the columns [from, to) that the rank keeps: without the ring's of a periodic
// field, which are others once more.
func (t tile) own() (from, to int) {
	from, to = t.left, t.right
	if t.west == ring {
		from--
	}
	if t.east == ring {
		to++
	}
	return from, to
}

// rows is the number of rows of the interior.
func (t tile) rows() int { return t.hi - t.lo }
