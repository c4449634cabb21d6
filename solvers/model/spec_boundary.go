package model

import (
	"maps"
	"slices"
	"strings"

	"github.com/pelletier/go-toml/v2/unstable"

	"hybrid/internal/near"
	"hybrid/solvers/model/formula"
)

// conditionForm is what a boundary condition may be.
const conditionForm = "want \"value EXPR\", \"derivative EXPR\", \"robin A B EXPR\" or \"periodic\""

// robinForm is what the one of three parts may be.
const robinForm = "robin A B EXPR, A and B numbers or formulas of parameters without spaces"

// conditionsMeant are names of conditions in papers.
var conditionsMeant = map[string]string{
	"dirichlet": "value EXPR", "fixed": "value EXPR", "neumann": "derivative EXPR",
	"no-flux": "derivative 0", "noflux": "derivative 0", "zero-flux": "derivative 0", "insulated": "derivative 0", "reflecting": "derivative 0",
	"cyclic": "periodic",
}

// A named is a face's condition, its text, and where it stands.
type named struct {
	face FaceSpec
	text string
	from int // the text's first byte in the content of at
	at   *node
}

// boundary reads the conditions of all fields: for each face that of the field, of all, or none.
func (r *reader) boundary(n *node) {
	s := r.spec
	var names []string
	for _, f := range s.Fields {
		names = append(names, f.Name)
	}
	for _, l := range s.Lets {
		names = append(names, l.Name)
	}
	r.only(n, "[boundary]", append([]string{"all"}, names...)...)
	own := map[string]map[string]named{}
	for _, name := range append([]string{"all"}, names...) {
		if item := n.find(name); item != nil {
			own[name] = r.conditions(item)
		}
	}
	for i := range s.Fields {
		f := &s.Fields[i]
		faces := maps.Clone(own[f.Name])
		for face, c := range own["all"] {
			if _, is := faces[face]; !is && (!f.Static || c.face.Kind == Periodic) {
				if faces == nil {
					faces = map[string]named{}
				}
				faces[face] = c
			}
		}
		own[f.Name] = faces
	}
	delete(own, "all")
	r.periodic(own, names)
	for i := range s.Fields {
		s.Fields[i].Faces = r.faces(s.Fields[i].Name, own[s.Fields[i].Name])
	}
	for i := range s.Lets {
		if l := &s.Lets[i]; own[l.Name] != nil {
			if l.Expr.Type == formula.Truth {
				n.find(l.Name).refuseKey("%s is a condition: only a number has a boundary", l.Name)
			}
			l.Faces = r.faces(l.Name, own[l.Name])
		}
	}
}

// faceNamesOf are the names of faces along the axes of the file's arrays.
func (r *reader) faceNamesOf() [][2]string { return faceNames[3-len(r.spec.Size):] }

// conditions reads those of a field: a table of faces, or a text for all of them.
func (r *reader) conditions(n *node) map[string]named {
	all := map[string]named{}
	sides := map[string][]string{} // what may be named, and the faces that it is
	var allowed []string
	for i, pair := range slices.Backward(r.faceNamesOf()) {
		axis := string("xyz"[len(r.spec.Size)-1-i])
		sides[axis] = pair[:]
		sides[pair[0]], sides[pair[1]] = pair[:1], pair[1:]
		allowed = append(allowed, pair[0], pair[1], axis)
	}
	if n.kind == unstable.String {
		for _, pair := range r.faceNamesOf() {
			for _, f := range pair {
				all[f] = r.condition(n, n.key, "boundary."+n.key)
			}
		}
		return all
	}
	if n.kind != unstable.Table {
		n.refuse("boundary.%s is %s: %s for all faces, or a table of %s", n.key, n.what(), conditionForm, strings.Join(allowed, ", "))
	}
	r.only(n, "boundary."+n.key, allowed...)
	for _, item := range n.items {
		for _, face := range sides[item.key] {
			if first, is := all[face]; is {
				item.refuseKey("boundary.%s: %s has a condition twice: first %s", n.key, face, first.at.in.place(first.at.keyLo))
			}
			all[face] = r.condition(item, n.key, "boundary."+n.key+"."+item.key)
		}
	}
	return all
}

// condition reads one of a field. what is the entry that it stands in, for one face or several.
func (r *reader) condition(n *node, field, what string) named {
	if n.kind != unstable.String {
		n.refuse("%s is %s: %s", what, n.what(), conditionForm)
	}
	kind, at := word(n.text, 0)
	f := FaceSpec{}
	switch kind {
	case "periodic":
		if rest, at := word(n.text, at); rest != "" {
			n.refuse("%s: %.40q behind periodic, at byte %d: it has no value", what, rest, at)
		}
		return named{face: FaceSpec{Kind: Periodic}, at: n}
	case "value":
		f.Kind = Value
	case "derivative":
		f.Kind = Derivative
	case "robin":
		f.Kind = Robin
		var a, b string
		a, at = word(n.text, at)
		end := at
		b, at = word(n.text, at)
		if b == "" {
			n.refuse("%s is %.60q: want %s", what, n.text, robinForm)
		}
		f.A = r.coefficient(n, what, a, end)
		f.B = r.coefficient(n, what, b, at)
		if f.A == 0 && f.B == 0 {
			n.refuse("%s: A and B are 0: want A u + B du/dn = EXPR with one of them not 0", what)
		}
	default:
		if say := conditionsMeant[strings.ToLower(kind)]; say != "" {
			if rest := strings.TrimSpace(n.text[at:]); rest != "" {
				say = strings.Replace(say, "EXPR", short(rest), 1)
			}
			n.refuse("%s is %.60q: write %q", what, n.text, say)
		}
		n.refuse("%s is %.60q%s: %s", what, n.text, near.Word(kind, []string{"value", "derivative", "robin", "periodic"}, ""), conditionForm)
	}
	rest := strings.TrimSpace(n.text[at:])
	switch {
	case rest == "" && f.Kind == Robin:
		n.refuse("%s is %.60q: want %s", what, n.text, robinForm)
	case rest == "":
		n.refuse("%s is %.60q: %s", what, n.text, conditionForm)
	}
	from := strings.LastIndex(n.text, rest)
	if _, err := formula.Parse(n.text[from:]); err != nil && f.Kind == Robin { // a part of A or B
		n.refuseFormula(from, what+": "+robinForm, err)
	}
	uses, place := formula.UsesCoord|formula.UsesTime|formula.UsesStep, "a boundary condition"
	if r.stays(field) {
		uses, place = uses&^formula.UsesTime, "the boundary of a field that stays"
	}
	f.Rhs, _ = r.formula(n, from, what, uses, place)
	delete(r.spec.Texts, what) // until it is known which fields have it
	return named{f, n.text[from:], from, n}
}

// coefficient is A or B of robin, a word that ends at a byte of a text.
func (r *reader) coefficient(n *node, what, text string, end int) float64 {
	from := end - len(text)
	e, err := formula.Parse(text)
	if err == nil {
		_, err = e.Check(text, &formula.Scope{Names: r.names, Dims: len(r.spec.Size), Place: "a coefficient"})
	}
	if err != nil {
		n.refuseFormula(from, what+": "+robinForm, err)
	}
	r.spec.Texts[what], r.spec.places[what] = text, location{n, from}
	return r.constant(what, e)
}

// word is the next word of a text, and where it ends.
func word(text string, at int) (string, int) {
	rest := strings.TrimLeft(text[at:], " \t\r\n")
	at = len(text) - len(rest)
	n := strings.IndexAny(rest, " \t\r\n")
	if n < 0 {
		n = len(rest)
	}
	return rest[:n], at + n
}

// periodic makes the grid periodic along an axis for all fields, where it is for one: for those
// too that say nothing of the axis. Those that say something else are refused.
func (r *reader) periodic(own map[string]map[string]named, names []string) {
	for _, pair := range r.faceNamesOf() {
		var first named
		var of string
		for _, name := range names {
			for _, face := range pair {
				if c, is := own[name][face]; is && c.face.Kind == Periodic && first.at == nil {
					first, of = c, name
				}
			}
		}
		if first.at == nil {
			continue
		}
		for _, name := range names {
			faces := own[name]
			for _, face := range pair {
				if c, is := faces[face]; is && c.face.Kind != Periodic {
					c.at.refuseKey("%s is not periodic at %s, but %s is %s: a grid is periodic at opposite faces, for all fields, or at none", name, face, of, first.at.in.place(first.at.keyLo))
				}
			}
			low, atLow := faces[pair[0]]
			high, atHigh := faces[pair[1]]
			switch {
			case atLow && !atHigh:
				low.at.refuseKey("%s is periodic at %s and not at %s: a grid is periodic at both or at none", name, pair[0], pair[1])
			case atHigh && !atLow:
				high.at.refuseKey("%s is periodic at %s and not at %s: a grid is periodic at both or at none", name, pair[1], pair[0])
			}
			if faces == nil && r.isField(name) {
				faces = map[string]named{}
				own[name] = faces
			}
			if faces != nil {
				faces[pair[0]], faces[pair[1]] = first, first
			}
		}
	}
}

func (r *reader) isField(name string) bool {
	return slices.ContainsFunc(r.spec.Fields, func(f FieldSpec) bool { return f.Name == name })
}

// stays tells whether a name is that of a field without a rule.
func (r *reader) stays(name string) bool {
	return slices.ContainsFunc(r.spec.Fields, func(f FieldSpec) bool { return f.Name == name && f.Static })
}

// faces puts a field's conditions in the order of axes.
func (r *reader) faces(field string, conditions map[string]named) [][2]FaceSpec {
	var all [][2]FaceSpec
	for _, pair := range r.faceNamesOf() {
		var faces [2]FaceSpec
		for end, face := range pair {
			faces[end] = conditions[face].face
			if faces[end].Rhs != nil {
				what, c := "boundary."+field+"."+face, conditions[face]
				r.spec.Texts[what] = c.text
				r.spec.places[what] = location{c.at, c.from}
			}
		}
		all = append(all, faces)
	}
	return all
}
