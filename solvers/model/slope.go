package model

import (
	"maps"

	"hybrid/solvers/model/ir"
)

// A slope is how a value depends on fields that evolve.
type slope struct {
	linear map[ir.Value]ir.Value // by the load of a field: its coefficient, which depends on none
	other  map[ir.Value]bool     // loads that it depends on otherwise
}

func (s *slope) none() bool { return len(s.linear) == 0 && len(s.other) == 0 }

// slopes finds those of a graph's values, and adds their coefficients to it.
type slopes struct {
	*sums
	evolves func(field int) bool
	known   map[ir.Value]slope
}

func (d *slopes) of(v ir.Value) slope {
	s, ok := d.known[v]
	if !ok {
		s = d.find(v)
		d.known[v] = s
	}
	return s
}

func (d *slopes) find(v ir.Value) slope {
	n := d.g.Nodes[v]
	g := d.g
	switch n.Op {
	case ir.Load:
		if d.evolves(int(n.Field)) {
			return slope{linear: map[ir.Value]ir.Value{v: g.Const(1)}}
		}
		return slope{}
	case ir.Neg:
		return d.scaled(d.of(n.A), g.Neg)
	case ir.Add:
		return d.added(d.of(n.A), d.of(n.B))
	case ir.Sub:
		return d.added(d.of(n.A), d.scaled(d.of(n.B), g.Neg))
	case ir.Mul:
		return d.product(n.A, n.B)
	case ir.FMA:
		return d.added(d.product(n.A, n.B), d.of(n.C))
	case ir.Div:
		if by := d.of(n.B); by.none() {
			return d.scaled(d.of(n.A), func(c ir.Value) ir.Value { return g.Div(c, n.B) })
		}
	case ir.Select:
		if m := d.of(n.A); m.none() {
			zero := g.Const(0)
			return d.added(
				d.scaled(d.of(n.B), func(c ir.Value) ir.Value { return g.Select(n.A, c, zero) }),
				d.scaled(d.of(n.C), func(c ir.Value) ir.Value { return g.Select(n.A, zero, c) }))
		}
	}
	return d.otherwise(n.Operands()...)
}

// otherwise is the slope of what is no linear function of its operands.
func (d *slopes) otherwise(operands ...ir.Value) slope {
	s := slope{other: map[ir.Value]bool{}}
	for _, v := range operands {
		of := d.of(v)
		maps.Copy(s.other, of.other)
		for load := range of.linear {
			s.other[load] = true
		}
	}
	return s
}

func (d *slopes) product(a, b ir.Value) slope {
	x, y := d.of(a), d.of(b)
	switch {
	case y.none():
		return d.scaled(x, func(c ir.Value) ir.Value { return d.mul(c, b) })
	case x.none():
		return d.scaled(y, func(c ir.Value) ir.Value { return d.mul(a, c) })
	}
	return d.otherwise(a, b)
}

func (d *slopes) scaled(s slope, by func(ir.Value) ir.Value) slope {
	made := slope{linear: map[ir.Value]ir.Value{}, other: s.other}
	for load, c := range s.linear {
		made.linear[load] = by(c)
	}
	return made
}

func (d *slopes) added(x, y slope) slope {
	made := slope{linear: maps.Clone(x.linear), other: maps.Clone(x.other)}
	if made.linear == nil {
		made.linear = map[ir.Value]ir.Value{}
	}
	for load, c := range y.linear {
		if has, ok := made.linear[load]; ok {
			c = d.add(has, c)
		}
		made.linear[load] = c
	}
	if made.other == nil {
		made.other = map[ir.Value]bool{}
	}
	maps.Copy(made.other, y.other)
	return made
}
