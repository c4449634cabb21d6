package model

import (
	"fmt"
	"math"

	"hybrid/solvers/model/ir"
	"hybrid/solvers/task"
)

// System cuts the model into cells: its operators become differences, its scheme passes, its
// boundary ghost cells, in numbers of the type. An error says what of the model cannot be cut
// so: a time step that is unstable or cannot be chosen, a boundary that fixes no ghost cell, a
// formula that becomes too long. No file is read: where a coefficient comes from one, or from
// noise, no limit of the time step is known.
func (s *Spec) System(t ir.Type) (*System, error) { return s.systemOn(t, nil) }

// systemOn is System on ranks that read the files which the time step depends on. It is collective.
func (s *Spec) systemOn(t ir.Type, place *task.Place) (sys *System, err error) {
	defer func() {
		switch r := recover().(type) {
		case nil:
		case refusal:
			sys, err = nil, r.err
		default:
			panic(r)
		}
	}()
	l := &lowering{spec: s, place: place, sys: s.gridOf(t), lets: map[string]*Let{}, load: map[string]int{}}
	l.fields()
	l.time()
	l.auxiliaries()
	l.passes()
	l.around()
	l.hoist()
	l.initials()
	l.boundaries()
	return l.sys, nil
}

// A lowering is the making of a system.
type lowering struct {
	spec   *Spec
	place  *task.Place // nil: no file is read
	sys    *System
	lets   map[string]*Let // those that are no fields
	load   map[string]int  // fields, and lets that are fields
	rules  []Rule          // the spec's, which read auxiliary fields
	layers [][]made        // lets that are fields and auxiliary fields, by the passes that make them
	stages [][]int         // what the rules' fields are read from, by stage of the scheme: the first time their own
}

// gridOf is a system of the model's grid, without fields.
func (s *Spec) gridOf(t ir.Type) *System {
	sys := &System{Type: t, Dims: len(s.Size), Size: [3]int{1, 1, 1}, Spacing: [3]float64{1, 1, 1}}
	first := 3 - sys.Dims
	copy(sys.Size[first:], s.Size)
	copy(sys.Spacing[first:], s.Spacing)
	copy(sys.Origin[first:], s.Origin)
	return sys
}

// fields numbers the fields: those that evolve, lets that are fields, stages, those that stay.
func (l *lowering) fields() {
	var static []*FieldSpec
	for i := range l.spec.Fields {
		f := &l.spec.Fields[i]
		if f.Static {
			static = append(static, f)
			continue
		}
		l.load[f.Name] = l.add(Field{Name: f.Name, File: f.File})
	}
	for i := range l.spec.Lets {
		if let := &l.spec.Lets[i]; let.Faces == nil {
			l.lets[let.Name] = let
		} else {
			l.load[let.Name] = l.add(Field{Name: let.Name, Role: Stage})
		}
	}
	l.stages = make([][]int, 1+map[string]int{"rk2": 1, "rk4": 3}[l.spec.Scheme])
	for _, r := range l.spec.Rules {
		l.stages[0] = append(l.stages[0], l.load[r.Field])
	}
	for i := range l.stages[1:] {
		for _, r := range l.spec.Rules {
			l.stages[1+i] = append(l.stages[1+i], l.add(Field{Name: fmt.Sprintf("%s in stage %d", r.Field, 1+i), Role: Stage}))
		}
	}
	for _, f := range static {
		l.load[f.Name] = l.add(Field{Name: f.Name, Role: Static, File: f.File})
	}
}

func (l *lowering) add(f Field) int {
	l.sys.Fields = append(l.sys.Fields, f)
	return len(l.sys.Fields) - 1
}

// formulas is what makes formulas where some fields are read from others.
func (l *lowering) formulas(load map[string]int) *formulas {
	numbers := map[string]float64{"pi": math.Pi, "e": math.E}
	if l.sys.DT > 0 { // it is chosen already
		numbers["dt"] = l.sys.DT
	}
	for i := range l.sys.Dims {
		numbers["d"+string("xyz"[i])] = l.sys.Spacing[2-i]
	}
	for _, p := range l.spec.Parameters {
		numbers[p.Name] = p.Value
	}
	f := &formulas{
		sums: sums{g: ir.New(l.sys.Type)}, spec: l.spec, grid: l.sys, load: load, lets: l.lets, numbers: numbers,
		constants: ir.New(ir.F64), reals: map[place]sum{}, truths: map[place]ir.Value{},
	}
	f.tooLarge = func(x float64) {
		f.refuse(nil, "the model has the number %v, which %v does not hold: choose parameters, spacing and step nearer to 1", x, f.g.Type)
	}
	return f
}

// in says to errors what formula is made.
func (f *formulas) in(what string) *formulas {
	f.what = what
	return f
}

// initials makes the programs that fields begin with.
func (l *lowering) initials() {
	for i := range l.spec.Fields {
		spec := &l.spec.Fields[i]
		if spec.Initial == nil {
			continue
		}
		field := &l.sys.Fields[l.load[spec.Name]]
		f := l.formulas(nil).in("fields." + spec.Name)
		f.noise = func(seed uint64) ir.Value {
			for i, s := range field.Noise {
				if s == seed {
					return f.g.Load(i, 0, 0, 0)
				}
			}
			field.Noise = append(field.Noise, seed)
			return f.g.Load(len(field.Noise)-1, 0, 0, 0)
		}
		field.Initial = f.g.Program(f.valueOf(spec.Initial, [3]int{}))
	}
}
