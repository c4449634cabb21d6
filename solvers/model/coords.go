package model

import (
	"unsafe"

	"hybrid/solvers/model/ir"
)

// coordinates are those of an axis' cells in memory, for kernels, which may read behind them.
func (s *Solver[T]) coordinates(axis int) []T {
	from, to := s.part.from(axis), s.part.to(axis)
	all := make([]T, max(to-from, 0), max(to-from, 0)+ir.Slack/int(unsafe.Sizeof(*new(T))))
	for i := range all {
		all[i] = T(s.sys.coordinate(axis, from+i))
	}
	return all
}

// rowUniforms are those of a program that are other ones for each row.
type rowUniforms struct {
	sys    *System
	p      *ir.Program
	from   [2]int
	rows   int
	tables [][]uint64 // by row; nil: they depend on the time
}

// newRowUniforms computes those that depend on no time; nil: there are none.
func (s *Solver[T]) newRowUniforms(p *ir.Program) *rowUniforms {
	if len(p.Uniforms) == p.Steps {
		return nil
	}
	u := &rowUniforms{sys: s.sys, p: p, from: [2]int{s.part.from(0), s.part.from(1)}, rows: s.part.to(1) - s.part.from(1)}
	if p.Uses(ir.Time, 0) {
		return u
	}
	for a := u.from[0]; a < s.part.to(0); a++ {
		for b := u.from[1]; b < s.part.to(1); b++ {
			table := make([]uint64, len(p.Uniforms))
			p.PutUniforms(table, ir.PerRow, u.place(a, b, 0))
			u.tables = append(u.tables, table)
		}
	}
	return u
}

func (u *rowUniforms) place(a, b int, time float64) ir.Place {
	return ir.Place{Time: time, At: [2]float64{u.sys.coordinate(0, a), u.sys.coordinate(1, b)}}
}

// at is the table of uniforms for a row: step has those of the step. own is the thread's.
func (u *rowUniforms) at(own *[]uint64, step []uint64, cell [3]int, time float64) []uint64 {
	t := append((*own)[:0], step...)
	*own = t
	if u.tables == nil {
		u.p.PutUniforms(t, ir.PerRow, u.place(cell[0], cell[1], time))
		return t
	}
	copy(t[u.p.Steps:], u.tables[(cell[0]-u.from[0])*u.rows+cell[1]-u.from[1]][u.p.Steps:])
	return t
}
