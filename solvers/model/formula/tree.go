// Package formula reads the formulas of models: numbers, names, operators and functions,
// with the place of each in the text, so that a mistake can be shown under it.
//
//	text := "Du*laplacian(u) - u*v^2 + F*(1 - u)"
//	e, err := formula.Parse(text)
//	use, err := e.Check(text, scope)
//
// To Parse names mean nothing; what they stand for is said by Check's Scope. Parse has the
// grammar, and functions in call.go is the list of what can be called.
package formula

// A Kind is what a node of a formula is.
type Kind uint8

const (
	Number Kind = iota // Value
	Name               // Name
	Call               // Name and Args: a function or an operator of fields
	Shift              // Name[Offset...]: a field so many cells away, rows first: u[-1,0]
	Unary              // Name "-" or "not", one of Args
	Binary             // Name "+ - * / ^ < <= > >= == != and or", two of Args
)

// A Type is what a formula's value is.
type Type uint8

const (
	Real  Type = iota
	Truth      // of a comparison: as a number 1 or 0
)

// An Expr is a formula, or a part of one.
type Expr struct {
	Kind   Kind
	Type   Type // Check fills it in
	Name   string
	Value  float64
	Args   []*Expr
	Offset []int
	Lo, Hi int // its place in the text, in bytes
}
