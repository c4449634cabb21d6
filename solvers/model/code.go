package model

import (
	"slices"

	"hybrid/solvers/model/ir"
)

// A code is a program and what runs it on the processor.
type code struct {
	program  *ir.Program
	kernel   ir.Kernel
	uniforms *rowUniforms // nil: it has none
	rows     int          // that a call makes
	furthest []bool       // by row that is read: no other one of the field is further along the walk
}

// passCode is that of a pass.
type passCode struct {
	one     code
	many    *code     // makes several rows at once, which is faster; nil: there is none
	renamed *passCode // without outputs that are copies; nil: there are none
}

// mostRows are those that a call of a kernel makes at most, unless Options say otherwise.
const mostRows = 4

// passCode makes the kernels of a pass. Several rows at once are for the plane, where a tile is walked over
// row by row, and for machine code whose values fit into registers: what the rows have in common is then read
// and computed once, and calls are fewer.
func (s *Solver[T]) passCode(p *ir.Program) (made passCode, err error) {
	if made.one, err = s.code(p, 1); err != nil || s.sys.Dims != 2 {
		return made, err
	}
	for _, rows := range []int{mostRows, 2} {
		if s.options.Rows != 0 {
			rows = s.options.Rows
		}
		unrolled, ok := p.Unrolled(rows)
		if !ok || rows == 1 {
			continue
		}
		many, err := s.code(unrolled, rows)
		if err != nil {
			return made, err
		}
		k, compiled := many.kernel.(interface{ Spills() int })
		if s.options.Rows != 0 || compiled && k.Spills() == 0 {
			made.many = &many
			return made, nil
		}
		if err := closeKernel(many.kernel); err != nil {
			return made, err
		}
	}
	return made, nil
}

// withRenamed adds to the kernels of a pass those for versions that make no copies.
func (s *Solver[T]) withRenamed(pass int, made *passCode) error {
	p := s.sys.Passes[pass].Program
	var outs []ir.Value
	for n, from := range s.sys.copies(pass) {
		if from < 0 {
			outs = append(outs, p.Outs[n])
		}
	}
	if len(outs) == len(p.Outs) {
		return nil
	}
	renamed, err := s.passCode(p.Of(outs...))
	made.renamed = &renamed
	return err
}

// of are the kernels for a version.
func (p *passCode) of(v *version) *passCode {
	if v.renames {
		return p.renamed
	}
	return p
}

func (s *Solver[T]) code(p *ir.Program, rows int) (code, error) {
	k, err := s.kernel(p)
	if err != nil {
		return code{}, err
	}
	c := code{program: p, kernel: k, uniforms: s.newRowUniforms(p), rows: rows}
	for _, row := range p.Rows {
		c.furthest = append(c.furthest, !slices.ContainsFunc(p.Rows, func(other ir.Row) bool {
			return other.Field == row.Field && slices.Compare(s.order.slice(other), s.order.slice(row)) > 0
		}))
	}
	return c, nil
}

// close gives back the memory of machine code.
func (p *passCode) close() error {
	if p.renamed != nil {
		if err := p.renamed.close(); err != nil {
			return err
		}
	}
	if p.many != nil {
		if err := closeKernel(p.many.kernel); err != nil {
			return err
		}
	}
	return closeKernel(p.one.kernel)
}

// stepUniforms are the uniforms with those of the step in place.
func (c *code) stepUniforms(at ir.Place) []uint64 {
	table := make([]uint64, len(c.program.Uniforms))
	c.program.PutUniforms(table, ir.PerStep, at)
	return table
}

// fastest is the one that makes the most rows at once.
func (p *passCode) fastest() *code {
	if p.many != nil {
		return p.many
	}
	return &p.one
}

// usual are the kernels for all versions of a block but its last step's.
func (p *passCode) usual() *passCode {
	if p.renamed != nil {
		return p.renamed
	}
	return p
}

// slabsAtOnce are the slabs of a tile that a version makes before the next one's turn.
func (s *Solver[T]) slabsAtOnce() int {
	most := 1
	for i := range s.passes {
		most = max(most, s.passes[i].usual().fastest().rows)
	}
	return most
}
