package model

import (
	"fmt"

	"hybrid/solvers/model/ir/ptxcode"
)

// deviceCode is the kernels of a system on a device, for a part of the grid.
type deviceCode struct {
	text   []byte
	passes []deviceEntry // a kernel for each pass
	ghosts []deviceEntry // and one for each list of fields with ghost cells, nil where there are none
	walk   *deviceWalk   // several steps in one kernel; nil: none
}

// A deviceEntry is a kernel, and the fields that its arguments are, by their numbers there.
type deviceEntry struct {
	*ptxcode.Entry
	fields []int // of a pass: that its outputs are; of ghosts: those that have some
}

// A devicePart is a rank's part of the grid as it lies in a device's memory.
type devicePart struct {
	layout ptxcode.Layout
	lo, hi [3]int     // the own cells, numbered in memory
	open   [3][2]bool // where the grid ends
	wrap   [3]bool    // where its other end follows, and is of the part too
	ghosts [3]int     // ghost cells that any field has beyond ends
}

// newDeviceCode writes the kernels: those of the passes, and those of the ghost cells of each
// list of fields.
// Blocks have so many steps at most.
func (s *System) newDeviceCode(p *devicePart, ghosts [][]int, steps int) *deviceCode {
	m := ptxcode.New(s.Type, p.layout)
	c := &deviceCode{}
	for i := range s.Passes {
		c.passes = append(c.passes, deviceEntry{m.Cells(fmt.Sprint("pass", i), s.Passes[i].Program), s.Passes[i].Writes})
	}
	part := ptxcode.Part{Lo: p.lo, Hi: p.hi, Open: p.open, Ghosts: p.ghosts}
	for axis := range 3 {
		for side := range 2 {
			part.Face[axis][side] = s.face(axis, side)
		}
	}
	for i, fields := range ghosts {
		var walls []ptxcode.Walls
		var have []int
		part := part
		if i < passGhosts { // later ones follow passes that make what is beyond a seam
			part.Wrap = p.wrap
		}
		for _, f := range fields {
			w := ptxcode.Walls{Field: len(have)}
			reach, some := s.reach(f), part.Wrap != [3]bool{}
			for axis := range 3 {
				for side := range 2 {
					if b := &s.Fields[f].Boundary[axis][side]; p.open[axis][side] && !b.Periodic {
						n := min(reach[axis], len(b.Scale))
						w.At[axis][side] = ptxcode.Wall{Scale: b.Scale[:n], Shift: b.Shift[:n]}
						some = some || n > 0
					}
				}
			}
			if some {
				walls, have = append(walls, w), append(have, f)
			}
		}
		e := deviceEntry{fields: have}
		if len(walls) > 0 {
			e.Entry = m.Ghosts(fmt.Sprint("ghosts", i), part, walls)
		}
		c.ghosts = append(c.ghosts, e)
	}
	if c.walk = s.newDeviceWalk(p, steps); c.walk != nil {
		c.walk.Entry = m.Walk("steps", part, c.walk.Walk)
	}
	c.text = m.PTX()
	return c
}

// ghostLists are the fields whose ghost cells are made together: those that evolve, those that
// stay, and those that each pass writes.
func (s *System) ghostLists() [][]int {
	lists := make([][]int, 2)
	for f := range s.Fields {
		switch s.Fields[f].Role {
		case Evolved:
			lists[0] = append(lists[0], f)
		case Static:
			lists[1] = append(lists[1], f)
		}
	}
	for i := range s.Passes {
		lists = append(lists, s.Passes[i].Writes)
	}
	return lists
}

// PTX is the text of the kernels that take a step on one device that has the whole grid.
func (s *System) PTX() string {
	p := devicePart{ghosts: s.deepestGhosts()}
	reach := s.stepReach()
	deepest := max(reach[0], reach[1], reach[2])
	for axis := range 3 {
		p.lo[axis], p.hi[axis] = 0, s.Size[axis]
		if axis >= 3-s.Dims {
			p.lo[axis], p.hi[axis] = deepest, deepest+s.Size[axis]
			p.wrap[axis] = s.periodic(axis)
			p.open[axis] = [2]bool{!p.wrap[axis], !p.wrap[axis]}
		}
	}
	p.layout.Row = p.hi[2] + deepest
	p.layout.Plane = p.layout.Row * (p.hi[1] + p.lo[1])
	return string(s.newDeviceCode(&p, s.ghostLists(), usualSteps).text)
}
