package model

import (
	"fmt"
	"maps"
	"math"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/pelletier/go-toml/v2/unstable"

	"hybrid/internal/near"
	"hybrid/solvers/model/formula"
)

func (r *reader) parameters(n *node) {
	if n == nil {
		return
	}
	for _, p := range n.items {
		r.spec.Parameters = append(r.spec.Parameters, Parameter{p.key, r.number(p, "parameters."+p.key)})
		r.define(p, formula.Symbol{What: "a parameter"})
		r.numbers[p.key] = r.spec.Parameters[len(r.spec.Parameters)-1].Value
	}
}

// sizeForm is what a grid's size may be.
const sizeForm = "size = [rows, columns], size = [planes, rows, columns], or size = columns"

// sizeInWords is a size as people say it, 20x30, which no formula is.
var sizeInWords = regexp.MustCompile(`^\s*[0-9]+(\s*[xX×,]\s*[0-9]+){1,2}\s*$`)

func (r *reader) grid(n *node) {
	r.only(n, "[grid]", entries["grid"]...)
	size := n.find("size")
	if size == nil {
		where := r.root
		if n != nil {
			where = n
		}
		where.refuseKey("[grid] has no size: want %s", sizeForm)
	}
	s := r.spec
	of := []*node{size}
	if size.kind == unstable.Array {
		of = size.items
	}
	if len(of) < 1 || len(of) > 3 {
		size.refuse("grid.size has %d numbers: want %s", len(of), sizeForm)
	}
	cells := 1
	if size.kind == unstable.String && sizeInWords.MatchString(size.text) {
		numbers := strings.FieldsFunc(size.text, func(r rune) bool { return r < '0' || r > '9' })
		size.refuse("grid.size is the text %q: want [%s], an array of rows and columns, or of planes, rows and columns", size.text, strings.Join(numbers, ", "))
	}
	for _, item := range of {
		s.Size = append(s.Size, r.whole(item, "grid.size", 1, maxAxis))
		if cells *= s.Size[len(s.Size)-1]; cells > maxCells {
			size.refuse("the grid has more than 2^40 cells")
		}
	}
	s.places["grid.size"] = location{size, 0}
	dims := len(s.Size)
	s.Origin = r.perAxis(n.find("origin"), "grid.origin", dims)
	if s.Origin == nil {
		s.Origin = make([]float64, dims)
	}
	s.Spacing = r.perAxis(n.find("spacing"), "grid.spacing", dims)
	if extent := n.find("extent"); extent != nil {
		if s.Spacing != nil {
			extent.refuseKey("[grid] has an extent and a spacing: want one of them")
		}
		s.Spacing = r.perAxis(extent, "grid.extent", dims)
		for i := range s.Spacing {
			s.Spacing[i] /= float64(s.Size[i])
		}
	}
	if s.Spacing == nil {
		s.Spacing = slices.Repeat([]float64{1}, dims)
	}
	for i, h := range s.Spacing {
		// A cell's coordinate, and what operators divide by, have to be numbers.
		if far := math.Abs(s.Origin[i]) + h*float64(s.Size[i]); !(h >= 1e-30 && far <= 1e30) {
			blamed := n
			for _, key := range []string{"spacing", "extent", "origin"} {
				if entry := n.find(key); entry != nil {
					blamed = entry
					break
				}
			}
			blamed.refuse("the spacing of [grid] is %v from %v on: want above 1e-30, and coordinates of at most 1e30", h, s.Origin[i])
		}
	}
	s.Order = 2
	if order := n.find("order"); order != nil {
		if s.Order = r.whole(order, "grid.order", 2, 6); s.Order%2 != 0 {
			order.refuse("grid.order is %d: want 2, 4 or 6", s.Order)
		}
	}
	maps.Copy(r.names, formula.Standard(dims))
	for i := range dims {
		r.numbers["d"+string("xyz"[i])] = s.Spacing[dims-1-i]
	}
}

func (r *reader) fields(n *node) {
	if n == nil || len(n.items) == 0 {
		r.root.refuse("the model has no [fields]: want at least one, as u = \"sin(x)\"")
	}
	if len(n.items) > maxFields {
		n.items[maxFields].refuseKey("more than %d fields", maxFields)
	}
	var static []FieldSpec
	for _, item := range n.items {
		r.define(item, formula.Symbol{What: "a field", Use: formula.UsesField, At: true})
		if r.rule(item.key) != nil {
			r.spec.Fields = append(r.spec.Fields, FieldSpec{Name: item.key})
		} else {
			static = append(static, FieldSpec{Name: item.key, Static: true})
		}
	}
	r.spec.Fields = append(r.spec.Fields, static...)
}

// started refuses rules of what is no field, before formulas are read that make use of it.
func (r *reader) started() {
	fields := r.root.find("fields").keys()
	for _, section := range []string{"equations", "updates"} {
		rules := r.root.find(section)
		if rules == nil {
			continue
		}
		for _, item := range rules.items {
			if !slices.Contains(fields, item.key) {
				item.refuseKey("[%s] has %.40q, which [fields] does not start%s: it has %s", section, item.key, near.Word(item.key, fields, ""), strings.Join(fields, ", "))
			}
		}
	}
}

// initial reads how fields begin.
func (r *reader) initial(n *node) {
	for i := range r.spec.Fields {
		f := &r.spec.Fields[i]
		item, what := n.find(f.Name), "fields."+f.Name
		if item.kind != unstable.String || !strings.HasSuffix(item.text, ".npy") {
			f.Initial, _ = r.formula(item, 0, what, formula.UsesCoord|formula.UsesNoise|formula.UsesStep, "an initial field")
			continue
		}
		if strings.ContainsRune(item.text, 0) {
			item.refuse("%s: a path has no byte 0", what)
		}
		if f.File = item.text; !filepath.IsAbs(f.File) {
			f.File = filepath.Join(filepath.Dir(r.path), f.File)
		}
	}
}

// rule is the equation or the update of a field, nil where it has none.
func (r *reader) rule(field string) *node {
	if n := r.root.find("equations").find(field); n != nil {
		return n
	}
	return r.root.find("updates").find(field)
}

const everything = formula.UsesField | formula.UsesCoord | formula.UsesTime

func (r *reader) lets() {
	if r.let = r.root.find("let"); r.let == nil {
		return
	}
	for _, item := range r.let.items {
		what := "let." + item.key
		e, use := r.formula(item, 0, what, everything|formula.UsesStep|formula.UsesOperator|formula.UsesOffset|formula.UsesNoise, "a name for a formula")
		r.spec.Lets = append(r.spec.Lets, Let{Name: item.key, Expr: e})
		if r.root.find("boundary").find(item.key) != nil {
			use |= formula.UsesField // it is one
		}
		r.define(item, formula.Symbol{What: formula.Let, Type: e.Type, Use: use, At: use&formula.UsesField != 0})
	}
}

func (r *reader) rules() {
	equations, updates := r.root.find("equations"), r.root.find("updates")
	if equations != nil && updates != nil {
		updates.refuseKey("the model has [equations] and [updates]: want one of them. An equation is written as an update as u = \"u + dt*(...)\"")
	}
	n, section, place := equations, "equations", "an equation"
	allow := everything | formula.UsesOperator
	if updates != nil {
		n, section, place = updates, "updates", "an update"
		allow |= formula.UsesOffset | formula.UsesStep
	}
	if n == nil || len(n.items) == 0 {
		r.root.refuse("the model has no [equations], u = \"...\" for du/dt, and no [updates], u = \"...\" for the next value")
	}
	for _, f := range r.spec.Fields {
		if item := n.find(f.Name); item != nil {
			e, _ := r.formula(item, 0, section+"."+f.Name, allow, place)
			r.spec.Rules = append(r.spec.Rules, Rule{f.Name, e, updates != nil})
		}
	}
}

func (r *reader) time(n *node) {
	s := r.spec
	updates := s.Rules[0].Update
	r.only(n, "[time]", entries["time"]...)
	if !updates {
		s.Scheme = "euler"
	}
	if scheme := n.find("scheme"); scheme != nil {
		if updates {
			scheme.refuseKey("[time] has a scheme, but [updates] say the next value themselves: leave it out")
		}
		s.Scheme = r.choice(scheme, "time.scheme", "euler", "rk2", "rk4")
	}
	dt := n.find("dt")
	switch {
	case dt != nil && dt.kind == unstable.String && dt.text == "auto":
		s.places["time.dt"] = location{dt, 0}
		if updates {
			dt.refuse("dt = \"auto\" is for [equations]: with [updates] want a number")
		}
	case dt != nil && dt.kind == unstable.String && r.numbers[dt.text] == 0 && near.Word(dt.text, []string{"auto"}, "") != "":
		dt.refuse("time.dt is the text %q (did you mean auto?): want a number above 0, a formula, or \"auto\"", dt.text)
	case dt != nil:
		if s.DT = r.number(dt, "time.dt"); !(s.DT > 0) {
			dt.refuse("time.dt is %v: want a number above 0, or \"auto\"", s.DT)
		}
	case updates:
		s.DT = 1
	}
	steps, end := n.find("steps"), n.find("end")
	switch {
	case steps != nil && end != nil:
		end.refuseKey("[time] has steps and an end: want one of them")
	case steps != nil:
		s.Steps = r.whole(steps, "time.steps", 0, 1<<53)
	case end != nil:
		if s.End = r.number(end, "time.end"); s.End < 0 {
			end.refuse("time.end is %v: want a number from 0 on", s.End)
		}
		if s.DT > 0 && s.End/s.DT > 1<<53 {
			end.refuse("time.end is %v, more than 2^53 steps of %v", s.End, s.DT)
		}
	default:
		if n == nil {
			r.root.refuse("the model has no [time]: want steps = 1000, or end = 2.5")
		}
		n.refuseKey("[time] has neither steps nor an end: want steps = 1000, or end = 2.5")
	}
}

func (r *reader) output(n *node) {
	s := r.spec
	r.only(n, "[output]", entries["output"]...)
	if every := n.find("every"); every != nil {
		s.Output.Every = r.whole(every, "output.every", 1, 1<<53)
	}
	var fields []string
	for _, f := range s.Fields {
		fields = append(fields, f.Name)
		if !f.Static {
			s.Output.Fields = append(s.Output.Fields, f.Name)
		}
	}
	if list := n.find("fields"); list != nil {
		if list.kind != unstable.Array || len(list.items) == 0 {
			list.refuse("output.fields is %s: want an array of fields, as [\"%s\"]", list.what(), fields[0])
		}
		s.Output.Fields = nil
		for _, item := range list.items {
			name := r.choice(item, "one of output.fields", fields...)
			if slices.Contains(s.Output.Fields, name) {
				item.refuse("output.fields has %s twice", name)
			}
			s.Output.Fields = append(s.Output.Fields, name)
		}
	}
	if points := n.find("points"); points != nil {
		r.points(points)
	}
}

// points reads places, each in the order of x, y, z.
func (r *reader) points(n *node) {
	s := r.spec
	dims := len(s.Size)
	form := fmt.Sprintf("want [[%s], ...]", strings.Join([]string{"x", "y", "z"}[:dims], ", "))
	if n.kind != unstable.Array {
		n.refuse("output.points is %s: %s", n.what(), form)
	}
	if len(n.items) > maxPoints {
		n.refuse("output.points has %d: %d are the most", len(n.items), maxPoints)
	}
	for _, item := range n.items {
		if item.kind != unstable.Array || len(item.items) != dims {
			item.refuse("a point of output.points is %s: %s", item.what(), form)
		}
		var at []float64
		for i, c := range item.items {
			x := r.number(c, "a coordinate of output.points")
			axis := dims - 1 - i
			lo := s.Origin[axis]
			if hi := lo + s.Spacing[axis]*float64(s.Size[axis]); x < lo || x > hi {
				c.refuse("%c of a point is %v, outside of the grid: want from %v to %v", "xyz"[i], x, lo, hi)
			}
			at = append(at, x)
		}
		s.Output.Points = append(s.Output.Points, at)
	}
}

func (r *reader) checks(n *node) {
	if n == nil {
		return
	}
	if len(n.items) > maxChecks {
		n.items[maxChecks].refuseKey("more than %d checks", maxChecks)
	}
	for _, item := range n.items {
		if !isName(item.key) {
			item.refuseKey("%.40q is no name of a check: want up to 64 letters a to z, A to Z, digits and _, a letter first", item.key)
		}
		what := "check." + item.key
		e, use := r.formula(item, 0, what, everything|formula.UsesStep|formula.UsesReduction, "a check")
		if e.Type != formula.Truth {
			item.refuse("%s is a number, and a check is a condition: want a comparison, as abs(mean(u) - 1) < 1e-9", what)
		}
		if use&(formula.UsesField|formula.UsesReduction) == 0 {
			item.refuse("%s has no field in it, and says nothing of the result: want a condition on a field, as max(u) < 100", what)
		}
		r.spec.Check = append(r.spec.Check, Check{item.key, r.spec.Texts[what], e, use&(formula.UsesField|formula.UsesCoord) != 0})
	}
}
