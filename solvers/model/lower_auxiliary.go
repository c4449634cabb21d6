package model

import (
	"fmt"
	"slices"

	"hybrid/solvers/model/formula"
	"hybrid/solvers/model/ir"
)

// Of an argument that is no field an operator takes the formula in all cells of its stencil. Where
// that takes far more operations than to work out the argument once in each cell, it becomes an
// auxiliary field, which a pass of its own makes and operators read. It lives within a step, and
// has no boundary: its pass goes beyond the grid as far as it is read, so that it is there what
// the formula is.

// A made field is what a pass before the rules' makes: a let that is a field, or an auxiliary field.
type made struct {
	name      string
	what      string // in whose text the formula stands
	expr      *formula.Expr
	auxiliary bool
}

// auxiliaries chooses such fields, and has the rules and lets read them.
func (l *lowering) auxiliaries() {
	a := l.arguments()
	for _, arg := range a.arguments {
		a.consider(arg)
	}
	a.read()
}

// arguments finds those of operators.
func (l *lowering) arguments() *auxiliaries {
	a := &auxiliaries{lowering: l, lets: l.lets, ids: map[string]int{}, known: map[*formula.Expr]int{}, seen: map[int]bool{}, fields: map[int]string{}, of: map[int]*argument{}}
	for i := range l.spec.Lets {
		if let := &l.spec.Lets[i]; let.Faces != nil {
			a.collect("let."+let.Name, let.Expr)
		}
	}
	for _, r := range l.spec.Rules {
		a.collect(l.what(r), r.Expr)
	}
	return a
}

// read puts the fields chosen in the place of their formulas.
func (a *auxiliaries) read() {
	var all []made
	for i := range a.spec.Lets {
		if let := &a.spec.Lets[i]; let.Faces != nil {
			all = append(all, made{let.Name, "let." + let.Name, a.reading(let.Expr), false})
		}
	}
	for _, arg := range a.arguments {
		if name, ok := a.fields[a.id(arg.expr)]; ok {
			all = append(all, made{name, arg.what, a.inside(arg.expr), true})
		}
	}
	for _, r := range a.spec.Rules {
		r.Expr = a.reading(r.Expr)
		a.rules = append(a.rules, r)
	}
	a.lowering.lets = a.readingLets()
	a.arrange(all)
}

// auxiliaries is the choice of them. Formulas of the same structure have the same number.
type auxiliaries struct {
	*lowering
	lets      map[string]*Let // those that are no fields, as the spec has them
	ids       map[string]int
	known     map[*formula.Expr]int
	seen      map[int]bool
	arguments []*argument // inner ones before outer ones
	of        map[int]*argument
	fields    map[int]string // names of those that become fields
}

// An argument is one of operators.
type argument struct {
	name  string
	expr  *formula.Expr
	what  string          // in whose text it stands
	calls []*formula.Expr // of operators, no two the same
}

// let is the one that a name stands for.
func (a *auxiliaries) let(e *formula.Expr) *Let {
	if e.Kind == formula.Name || e.Kind == formula.Shift {
		return a.lets[e.Name]
	}
	return nil
}

// id is the number of a formula.
func (a *auxiliaries) id(e *formula.Expr) int {
	if id, ok := a.known[e]; ok {
		return id
	}
	var id int
	if let := a.let(e); let != nil && e.Kind == formula.Name {
		id = a.id(let.Expr)
	} else {
		key := fmt.Sprint(e.Kind, " ", e.Name, " ", e.Value, e.Offset)
		for _, arg := range e.Args {
			key += fmt.Sprint(" ", a.id(arg))
		}
		if _, ok := a.ids[key]; !ok {
			a.ids[key] = len(a.ids)
		}
		id = a.ids[key]
	}
	a.known[e] = id
	return id
}

// collect finds the arguments of operators in a formula, and in lets that it makes use of.
func (a *auxiliaries) collect(what string, e *formula.Expr) {
	if let := a.let(e); let != nil {
		a.collect("let."+let.Name, let.Expr)
		return
	}
	if a.seen[a.id(e)] {
		return
	}
	a.seen[a.id(e)] = true
	for _, arg := range e.Args {
		a.collect(what, arg)
	}
	if e.Kind != formula.Call || !formula.IsOperator(e.Name) {
		return
	}
	for _, expr := range e.Args {
		id := a.id(expr)
		if a.of[id] == nil {
			arg := &argument{name: "(" + expr.String() + ")", what: what}
			for let := a.let(expr); let != nil && expr.Kind == formula.Name; let = a.let(expr) {
				arg.name, arg.what, expr = let.Name, "let."+let.Name, let.Expr
			}
			arg.expr = expr
			a.of[id] = arg
			a.arguments = append(a.arguments, arg)
		}
		if arg := a.of[id]; !slices.Contains(arg.calls, e) {
			arg.calls = append(arg.calls, e)
		}
	}
}

// reading is a formula that reads the fields chosen so far.
func (a *auxiliaries) reading(e *formula.Expr) *formula.Expr {
	if name, ok := a.fields[a.id(e)]; ok {
		return &formula.Expr{Kind: formula.Name, Name: name, Type: e.Type, Lo: e.Lo, Hi: e.Hi}
	}
	return a.inside(e)
}

// inside is a formula whose parts read them.
func (a *auxiliaries) inside(e *formula.Expr) *formula.Expr {
	made := *e
	made.Args = nil
	for _, part := range e.Args {
		made.Args = append(made.Args, a.reading(part))
	}
	return &made
}

// readingLets are the lets that stand for their formulas, which read the fields chosen so far.
func (a *auxiliaries) readingLets() map[string]*Let {
	lets := map[string]*Let{}
	for name, let := range a.lets {
		if a.fields[a.id(let.Expr)] != name {
			lets[name] = &Let{Name: name, Expr: a.reading(let.Expr)}
		}
	}
	return lets
}

// consider makes a field of an argument where it is worth it: where all that operators make of it
// takes more than one and a half times the operations in a cell, loads and stores among them.
func (a *auxiliaries) consider(arg *argument) {
	own := a.program(arg.what, a.inside(arg.expr))
	if len(own.Nodes) == 1 || !a.canBeMade(own) { // a field's cell is as good as an auxiliary field's
		return
	}
	inline := a.program(arg.what, a.readingAll(arg.calls)...)
	n := len(a.sys.Fields)
	a.fields[a.id(arg.expr)] = arg.name
	a.load[arg.name] = a.add(Field{Name: arg.name, Role: Stage, Auxiliary: true})
	outer := a.program(arg.what, a.readingAll(arg.calls)...)
	const store = 1
	if 2*work(inline) <= 3*(work(own)+store+work(outer)) {
		delete(a.fields, a.id(arg.expr))
		delete(a.load, arg.name)
		a.sys.Fields = a.sys.Fields[:n]
	}
}

// canBeMade tells whether a formula is the same beyond the grid by a pass that goes there. Beyond
// a seam coordinates are those of the cells that are there, where operators have them go on, and
// what is made once, of coordinates alone, is made within the grid.
func (a *auxiliaries) canBeMade(p *ir.Program) bool {
	if len(p.Rows) == 0 || len(newHoisting(p).edges()) > 0 {
		return false
	}
	for axis := range 3 {
		if p.Uses(ir.Coord, uint64(axis)) && a.periodic(a.faces(), axis) {
			return false
		}
	}
	return true
}

// program is that of formulas in a cell, in one text.
func (a *auxiliaries) program(what string, all ...*formula.Expr) *ir.Program {
	f := a.formulas(a.load).in(what)
	f.lets = a.readingLets()
	var outs []ir.Value
	for _, e := range all {
		outs = append(outs, f.valueOf(e, [3]int{}))
	}
	return f.g.Program(outs...)
}

func (a *auxiliaries) readingAll(all []*formula.Expr) (made []*formula.Expr) {
	for _, e := range all {
		made = append(made, a.reading(e))
	}
	return made
}

// work is the operations of a program in a cell, its loads among them.
func work(p *ir.Program) (n int) {
	for v := range p.Nodes {
		if op := p.Nodes[v].Op; p.Levels[v] == ir.PerCell && op != ir.Coord && op != ir.Neg {
			n++
		}
	}
	return n
}

// arrange puts fields into passes: each after those that make what it reads, lets apart from
// auxiliary fields, which are made beyond the grid too.
func (l *lowering) arrange(all []made) {
	by := map[string]*made{}
	for i := range all {
		by[all[i].name] = &all[i]
	}
	before := map[string]int{} // layers that must be made before a name can be read
	var layerOf func(e *formula.Expr) int
	layerOf = func(e *formula.Expr) (most int) {
		for _, part := range e.Args {
			most = max(most, layerOf(part))
		}
		if n, ok := before[e.Name]; ok || e.Kind != formula.Name && e.Kind != formula.Shift {
			return max(most, n)
		}
		if m := by[e.Name]; m != nil {
			before[e.Name] = layerOf(m.expr) + 1
		} else if let := l.lets[e.Name]; let != nil {
			before[e.Name] = layerOf(let.Expr)
		}
		return before[e.Name]
	}
	var layers [][2][]made
	for _, m := range all {
		in := layerOf(m.expr)
		for len(layers) <= in {
			layers = append(layers, [2][]made{})
		}
		kind := 0
		if m.auxiliary {
			kind = 1
		}
		layers[in][kind] = append(layers[in][kind], m)
	}
	for _, layer := range layers {
		for _, pass := range layer {
			if len(pass) > 0 {
				l.layers = append(l.layers, pass)
			}
		}
	}
}

// around finds how far around the grid passes make auxiliary fields: as far as those behind them
// read them.
func (l *lowering) around() {
	sys := l.sys
	read := make([][3]int, len(sys.Fields))
	for i := len(sys.Passes) - 1; i >= 0; i-- {
		p := &sys.Passes[i]
		for _, f := range p.Writes {
			for axis, n := range read[f] {
				if sys.Fields[f].Auxiliary {
					p.Around[axis] = max(p.Around[axis], n)
				}
			}
			read[f] = [3]int{}
		}
		for f := range sys.Fields {
			reach, _ := p.reach(f)
			for axis, n := range reach {
				read[f][axis] = max(read[f][axis], n)
			}
		}
	}
}
