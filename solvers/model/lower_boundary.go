package model

import (
	"fmt"

	"hybrid/internal/units"
	"hybrid/solvers/model/ir"
)

// axisNames are those of a system's axes.
var axisNames = [3]string{"z", "y", "x"}

// faceNames are those of the grid's faces.
var faceNames = [3][2]string{{"front", "back"}, {"top", "bottom"}, {"left", "right"}}

// boundaries makes what stands beyond the grid of every field, as deep as passes read.
func (l *lowering) boundaries() {
	sys := l.sys
	specs := l.faces()
	for axis := 3 - sys.Dims; axis < 3; axis++ {
		periodic := l.periodic(specs, axis)
		for i := range sys.Fields {
			field := &sys.Fields[i]
			reach := sys.reach(i)[axis]
			if reach > sys.Size[axis] {
				l.spec.refuse("grid.size", nil, "a grid of %s along %s, and %s is read %s away: take more cells", units.Count(sys.Size[axis], "cell"), axisNames[axis], field.Name, units.Count(reach, "cell"))
			}
			for end := range 2 {
				b := &field.Boundary[axis][end]
				if b.Periodic = periodic; periodic || field.Auxiliary {
					continue
				}
				face := FaceSpec{}
				if specs[i] != nil {
					face = specs[i][axis-(3-sys.Dims)][end]
				}
				for d := 1; d <= reach; d++ {
					scale, shift := l.ghost(field, face, axis, end, d)
					b.Scale = append(b.Scale, scale)
					b.Shift = append(b.Shift, shift)
				}
			}
		}
	}
}

// faces are those of the spec for each field of the system; nil: none are given.
func (l *lowering) faces() [][][2]FaceSpec {
	specs := make([][][2]FaceSpec, len(l.sys.Fields))
	for _, f := range l.spec.Fields {
		specs[l.load[f.Name]] = f.Faces
	}
	for _, let := range l.spec.Lets {
		if let.Faces != nil {
			specs[l.load[let.Name]] = let.Faces
		}
	}
	for _, stage := range l.stages[1:] {
		for i, field := range stage {
			specs[field] = specs[l.stages[0][i]]
		}
	}
	return specs
}

// periodic tells whether the grid is periodic along an axis: all fields are, or none. A face
// of which nothing is said goes with the others.
func (l *lowering) periodic(specs [][][2]FaceSpec, axis int) bool {
	var is, not string
	for i, faces := range specs {
		if faces == nil {
			continue
		}
		for end, face := range faces[axis-(3-l.sys.Dims)] {
			name := fmt.Sprintf("%s of %s", faceNames[axis][end], l.sys.Fields[i].Name)
			switch {
			case face.Kind == Periodic:
				is = name
			case face.Kind != Derivative || face.Rhs != nil:
				not = name
			}
		}
	}
	if is != "" && not != "" {
		l.spec.refuse("", nil, "%s is periodic, and %s is not: the grid is periodic along %s for all fields, or for none", is, not, axisNames[axis])
	}
	return is != ""
}

// ghost is the ghost cell d beyond a face as scale times the cell d inside plus shift. With H
// for the distance of the two, (2d-1) h, their mean is taken for the value at the face, and
// their difference over H for the outward derivative:
//
//	A (ghost + u)/2 + B (ghost - u)/H = c
func (l *lowering) ghost(field *Field, face FaceSpec, axis, end, d int) (scale float64, shift *ir.Program) {
	a, b := face.A, face.B
	switch face.Kind {
	case Value:
		a, b = 1, 0
	case Derivative:
		a, b = 0, 1
	}
	distance := float64(2*d-1) * l.sys.Spacing[axis]
	mean, slope := a/2, b/distance
	if mean+slope == 0 {
		l.spec.refuse("boundary."+field.Name+"."+faceNames[axis][end], nil, "%s of %s: %g %s + %g d%s/dn fixes no ghost cell with a spacing of %g: A/2 + B/%g is 0: choose another spacing, or A and B of one sign",
			faceNames[axis][end], field.Name, a, field.Name, b, field.Name, l.sys.Spacing[axis], distance)
	}
	f := l.formulas(nil).in("boundary." + field.Name + "." + faceNames[axis][end])
	at := l.sys.face(axis, end)
	f.fixed[axis] = &at
	var c sum
	if face.Rhs != nil {
		c = f.real(face.Rhs, [3]int{})
	}
	return (slope - mean) / (mean + slope), f.g.Program(f.value(c.times(1 / (mean + slope))))
}
