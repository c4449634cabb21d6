package heat

import "hybrid/halo"

// cut makes the grids in which ranks exchange halos, and give and take whole rows, of
// the partition and plan that there are. It is collective.
func (s *Solver[T]) cut() (*halo.Grid, *halo.Rows[T], error) {
	p := s.Problem
	with := [][]int{bounds(s.Partition, p.NY), bounds(s.Columns, p.NX)} // the ring
	whole, err := halo.New(s.comm, []int{p.NY, p.NX}, halo.Options{Cuts: with})
	if err != nil {
		return nil, nil, err
	}
	o := halo.Options{Depth: s.plan.depth, Cuts: with}
	size := []int{p.NY, p.NX}
	if p.Boundary == Periodic {
		// Where the ranks have all rows or columns, bands are their own neighbours.
		o.Cuts = [][]int{s.Partition, s.Columns}
		o.Periodic = []bool{s.Partition.ranks() > 1, s.Columns.ranks() > 1}
		size = []int{p.NY - 2, p.NX - 2}
	}
	cells, err := halo.New(s.comm, size, o)
	return cells, halo.NewRows(whole, ownRows[T]{s}), err
}

// ownRows is the own columns of rows as package halo passes them to other ranks.
type ownRows[T Real] struct{ s *Solver[T] }

func (m ownRows[T]) Len(b halo.Box) int { return b.Cells() }

func (m ownRows[T]) Pack(b halo.Box, message []T) error {
	if err := m.s.Field.memory.Fetch(b.Lo[0], b.Hi[0]); err != nil {
		return err
	}
	return m.s.eachRow(b.Lo[0], b.Hi[0], message, m.s.Field.Row)
}

func (m ownRows[T]) Unpack(b halo.Box, message []T) error {
	m.s.Field.memory.Stage(b.Lo[0], b.Hi[0])
	err := m.s.eachRow(b.Lo[0], b.Hi[0], message, func(i int, row []T) error {
		m.s.Field.put(i, row)
		return nil
	})
	if err != nil {
		return err
	}
	return m.s.Field.memory.Store(b.Lo[0], b.Hi[0])
}
