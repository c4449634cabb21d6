// Package model solves problems that are given as formulas: what `hybrid solve` does.
//
//	spec       a model as its file says it: grid, parameters, fields, equations, boundary, time, output
//	System     the same in cells: what each step makes of the fields, as programs of package ir
//	engine     takes the steps, on threads, ranks and devices
package model

import "hybrid/solvers/model/ir"

// A System is a model in cells. Axes are 0 planes, 1 rows, 2 columns; a model of two
// dimensions has one plane, of one dimension one plane and one row.
type System struct {
	Type    ir.Type
	Dims    int // of the model, 1 to 3: the last so many axes
	Size    [3]int
	Origin  [3]float64
	Spacing [3]float64
	DT      float64
	Limit   Limit // of DT
	Steps   int

	// Fields are what programs read and write, by number: first those that the model
	// evolves, then those that hold between the stages of a step, then those that stay.
	Fields []Field
	// Passes are what a step does, in order.
	Passes []Pass
}

// A Field is a number for each cell.
type Field struct {
	Name string
	Role Role
	// Initial makes the field at the start, at the time 0, from coordinates and fields of
	// Noise; nil for a Stage and where File is given.
	Initial *ir.Program
	// Noise are seeds of Philox: field number i of Initial is uniform in [0, 1), by the number
	// of the cell in the whole grid.
	Noise []uint64
	File  string // .npy of the whole grid
	// Boundary is what stands beyond the grid: axis, then 0 at its low end and 1 at its
	// high one. That of a stage is its field's.
	Boundary [3][2]Boundary
	// Auxiliary is set of a Stage that has no boundary: where it is read beyond the grid, the pass
	// that makes it makes it there too.
	Auxiliary bool
}

// A Role is what becomes of a field.
type Role uint8

const (
	Evolved Role = iota // part of the state: in output, checkpoints, checks
	Stage               // of use within a step only
	Static              // stays as it is
)

// A Boundary says what the ghost cells beyond a face hold. Ghost cell d = 1, 2, ... mirrors
// the d-th cell inside, u: it is fma(Scale[d-1], u, Shift[d-1]), where Shift depends on time
// and coordinates. Neither is needed where the grid is periodic along the axis, which it is
// at both ends or none. Ghost cells beyond columns are made first, beyond rows next, corners
// with them, beyond planes last.
type Boundary struct {
	Periodic bool
	Scale    []float64     // for as many d as the passes reach
	Shift    []*ir.Program // one output each, no loads; Coord is of the point of the face
}

// A Pass makes some fields from others, in all cells at once.
type Pass struct {
	Program *ir.Program // outputs, in the order of Writes; loads by field number
	Writes  []int       // fields; one that is read by the same pass too is read as it was before
	Time    float64     // of the pass, in steps from that of the step's beginning: 0, 0.5, 1
	// After is the time, in steps from the step's beginning, at which the fields that it
	// writes are: that of their boundary.
	After float64
	// Around is how many cells around the grid, by axis, it makes as well: of auxiliary fields, as far
	// as later passes read them there.
	Around [3]int
}

// TimeOf is the time at some part of a step: (step + part) dt.
func (s *System) TimeOf(step int, part float64) float64 { return (float64(step) + part) * s.DT }
