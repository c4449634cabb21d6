package formula

import (
	"fmt"
	"math/bits"
	"regexp"
	"slices"
	"strings"

	"hybrid/internal/near"
)

// A Use is what a formula makes use of; several are added up.
type Use uint16

const (
	UsesField     Use = 1 << iota // a field's value
	UsesCoord                     // x, y, z
	UsesTime                      // t
	UsesStep                      // dt
	UsesOperator                  // laplacian, dx, ...
	UsesOffset                    // u[-1,0]
	UsesNoise                     // noise(seed)
	UsesReduction                 // mean(u), integral(u), ...
)

// kinds are the Uses in words, in their order.
var kinds = [...]string{"a field", "a coordinate", "the time t", "the step dt", "a derivative", "an offset", "noise", "a mean, min, max or integral"}

// A Symbol is what a name stands for.
type Symbol struct {
	What string // "a parameter", "a field", Let, ...: for messages
	Type Type
	Use  Use  // of a let, what its formula makes use of
	At   bool // it may have an offset, and is what operators may be applied to by way of it
}

// Let is What of a name for a formula.
const Let = "a name for a formula"

// A Scope is what a formula may say.
type Scope struct {
	Names map[string]Symbol // that it may have
	Allow Use               // what these names and its operators may make use of
	Dims  int               // of the grid
	Place string            // "an initial field", for messages
}

// refusals say of each Use why it has no place in a formula.
var refusals = [...]string{
	"%s is a field, and %s may not use fields",
	"%s depends on the cell, and %s has one value for the whole grid",
	"%s changes in a run, and %s does not",
	"%s has no place in %s",
	"%s has a place in [equations] and [updates], and not in %s",
	"%s has a place in [updates] only, and not in %s: a derivative is laplacian(u), dx(u), ...",
	"%s has a place in [fields] only, and not in %s",
	"%s has a place in [check] only, and not in %s",
}

// Standard are the names that every model has, on a grid of so many dimensions: x, y, z, t, dx,
// dy, dz, dt, pi and e.
func Standard(dims int) map[string]Symbol {
	all := map[string]Symbol{
		"t": {What: "the time", Use: UsesTime}, "dt": {What: "the step", Use: UsesStep},
		"pi": {What: "a number"}, "e": {What: "a number"},
	}
	for _, c := range []string{"x", "y", "z"}[:dims] {
		all[c] = Symbol{What: "a coordinate", Use: UsesCoord}
		all["d"+c] = Symbol{What: "the spacing"}
	}
	return all
}

// isSpacing tells whether a name of a function is one of the spacing too.
func isSpacing(name string) bool { return Standard(3)[name].What == "the spacing" }

// Reserved tells whether a name has a meaning that a model cannot change.
func Reserved(name string) bool {
	if _, is := Standard(3)[name]; is || name == "and" || name == "or" || name == "not" {
		return true
	}
	_, is := functions[name]
	return is
}

// Check finds out what the formula's names stand for and whether types and arguments fit, sets
// each Type, and returns what the formula makes use of. text is what it was read from. An
// error is an *Error. A Truth may stand where a Real is wanted, and is 1 or 0 there; a Real
// where a Truth is wanted is a mistake.
func (e *Expr) Check(text string, s *Scope) (Use, error) {
	c := &checker{text, s}
	use, err := c.check(e, s.Allow)
	if err != nil {
		return 0, err
	}
	return use, nil
}

type checker struct {
	text string
	*Scope
}

func (c *checker) wrong(e *Expr, format string, args ...any) *Error {
	return wrong(c.text, e.Lo, e.Hi, format, args...)
}

func (c *checker) check(e *Expr, allow Use) (use Use, err *Error) {
	switch e.Kind {
	case Number:
		return 0, nil
	case Name:
		return c.name(e, allow)
	case Shift:
		return c.shift(e, allow)
	case Call:
		return c.call(e, allow)
	}
	for _, a := range e.Args {
		of, err := c.check(a, allow)
		if err != nil {
			return 0, err
		}
		use |= of
	}
	switch e.Name {
	case "and", "or", "not":
		e.Type = Truth
		for _, a := range e.Args {
			if err := c.truth(a, e.Name); err != nil {
				return 0, err
			}
		}
	case "<", "<=", ">", ">=", "==", "!=":
		e.Type = Truth
	}
	return use, nil
}

// truth refuses a number where a condition is wanted.
func (c *checker) truth(e *Expr, wantedBy string) *Error {
	if e.Type == Truth {
		return nil
	}
	shown := c.text[e.Lo:e.Hi]
	if e.Kind == Binary {
		shown = "(" + shown + ")"
	}
	return c.wrong(e, "%s wants a condition, and this is a number: write %s != 0, or another comparison", wantedBy, short(shown))
}

func (c *checker) name(e *Expr, allow Use) (Use, *Error) {
	s, is := c.Names[e.Name]
	if !is {
		return 0, c.unknown(e)
	}
	if err := c.allowed(e, e.Name, s.Use, allow); err != nil {
		return 0, err
	}
	e.Type = s.Type
	return s.Use, nil
}

// allowed refuses what has no place.
func (c *checker) allowed(e *Expr, what string, use, allow Use) *Error {
	if extra := use &^ allow; extra != 0 {
		kind := bits.TrailingZeros16(uint16(extra))
		if e.Kind == Name && c.Names[e.Name].What == Let {
			return c.wrong(e, "%s makes use of %s, and %s may not", e.Name, kinds[kind], c.Place)
		}
		refusal := refusals[kind]
		if 1<<kind == UsesField && c.Allow&UsesNoise != 0 { // an initial field
			refusal += ": give the formula that both need a name in [let]"
		}
		return c.wrong(e, refusal, what, c.Place)
	}
	return nil
}

func (c *checker) unknown(e *Expr) *Error {
	if slices.Contains([]string{"y", "z", "dy", "dz"}, e.Name) {
		return c.wrong(e, "%s where the grid has %s, as many as grid.size has numbers", e.Name, dimensions(c.Dims))
	}
	if f, is := functions[e.Name]; is {
		return c.wrong(e, "%s is a function: write %s", e.Name, f.form(e.Name))
	}
	if slices.Contains([]string{"true", "false"}, strings.ToLower(e.Name)) {
		return c.wrong(e, "there is no %s: write 1 == 1 or 1 == 0", e.Name)
	}
	if say := c.derivative(e.Name); say != "" {
		return c.wrong(e, "unknown name %s: a derivative is written %s", short(e.Name), say)
	}
	var known []string
	for name, s := range c.Names {
		if s.Use&^c.Allow == 0 {
			known = append(known, name)
		}
	}
	slices.Sort(known)
	close := known
	if len(e.Name) == 1 { // every other letter is as near
		close = slices.DeleteFunc(slices.Clone(known), func(k string) bool { return !strings.EqualFold(k, e.Name) })
	}
	return c.wrong(e, "unknown name %s%s: %s may use %s", short(e.Name), near.Word(e.Name, close, ""), c.Place, strings.Join(known, ", "))
}

// subscripts are derivatives as papers write them: u_x, u_xx or uxx.
var subscripts = regexp.MustCompile(`^(.+?)(?:_([xyz])|_?([xyz])([xyz]))$`)

// derivative is how to write one that a name stands for in papers, "" where it stands for none.
func (c *checker) derivative(name string) string {
	m := subscripts.FindStringSubmatch(name)
	if m == nil || c.Allow&UsesOperator == 0 || !c.Names[m[1]].At {
		return ""
	}
	for _, axis := range m[2:] {
		if _, is := c.Names[axis]; axis != "" && !is {
			return ""
		}
	}
	switch {
	case m[2] != "":
		return "d" + m[2] + "(" + m[1] + ")"
	case m[3] == m[4]:
		return "d2" + m[3] + "(" + m[1] + "), or laplacian(" + m[1] + ") for all axes"
	}
	return "d" + m[3] + "(d" + m[4] + "(" + m[1] + "))"
}

func dimensions(n int) string {
	if n == 1 {
		return "1 dimension"
	}
	return fmt.Sprintf("%d dimensions", n)
}

func (c *checker) shift(e *Expr, allow Use) (Use, *Error) {
	s, is := c.Names[e.Name]
	switch {
	case !is:
		return 0, c.unknown(e)
	case !s.At:
		return 0, c.wrong(e, "%s is %s, and only a field has an offset", e.Name, s.What)
	case len(e.Offset) != c.Dims:
		return 0, c.wrong(e, "%d offsets where the grid has %s: want one for each, %s", len(e.Offset), dimensions(c.Dims), []string{"as in u[-1]", "rows before columns, as in u[-1,0]", "planes, rows, columns, as in u[-1,0,0]"}[c.Dims-1])
	}
	if err := c.allowed(e, c.text[e.Lo:e.Hi], UsesOffset, allow); err != nil {
		return 0, err
	}
	return UsesOffset | UsesField, nil
}
