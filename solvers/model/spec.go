package model

import "hybrid/solvers/model/formula"

// A Spec is a model as its file says it, with what flags have changed: checked, but not yet
// cut into cells. Axes are those of the file's arrays: planes, rows, columns, as many as there
// are. Read makes one.
//
// In its formulas names are resolved and typed. Those of fields, parameters and lets stand in the
// lists here; beside them there are x, y, z, t, pi, e, dx, dy, dz (the spacing) and dt.
// A let's formula has lets before it only. dt is in no equation.
type Spec struct {
	Name, Title, Source string // Source is where the model comes from: a paper, a book
	Size                []int
	Spacing, Origin     []float64
	Order               int               // of accuracy of the operators: 2, 4 or 6
	Scheme              string            // euler, rk2, rk4; "" where the model has updates
	DT                  float64           // 0: auto, of equations only
	Steps               int               // 0: End says
	End                 float64           // time; 0: Steps says. Both 0: no step
	Parameters          []Parameter       // in the file's order
	Fields              []FieldSpec       // those that evolve, then those that stay
	Lets                []Let             // names for formulas, each of those before it
	Rules               []Rule            // one for each field that evolves, in their order
	Output              Output            // what is written where nothing else is asked for
	Check               []Check           // what must hold at the end of a run
	Texts               map[string]string // each formula's text: fields.u, let.mu, equations.u, updates.u, boundary.u.left, check.mass

	places map[string]location // of entries that lowering may refuse
}

// A Parameter is a number with a name.
type Parameter struct {
	Name  string
	Value float64
}

// A FieldSpec is a field: how it begins and what stands at the grid's faces. The grid is periodic
// along an axis for all fields or for none.
type FieldSpec struct {
	Name    string
	Static  bool // it stays, for it has no rule: a mask, a coefficient that varies
	Initial *formula.Expr
	File    string        // .npy, in the place of a formula: its path, from where the program runs
	Faces   [][2]FaceSpec // for each axis of the model, low end and high end
}

// A FaceSpec is a boundary condition at the grid's face.
type FaceSpec struct {
	Kind FaceKind
	A, B float64       // of Robin: A u + B du/dn = Value
	Rhs  *formula.Expr // the value, the outward derivative, or the right side of Robin, in t and coordinates
}

// A FaceKind is a kind of boundary condition.
type FaceKind uint8

const (
	Derivative FaceKind = iota // the outward derivative is given; that of a face that is not named is 0
	Value
	Robin
	Periodic
)

// A Let is a name for a formula in fields, so that a model is read like its paper. Where
// it has faces it is a field of its own within a step, with its own boundary.
type Let struct {
	Name  string
	Expr  *formula.Expr
	Faces [][2]FaceSpec // nil: the formula stands wherever the name does
}

// A Rule says what becomes of a field: its derivative in time, or with Update its next value.
type Rule struct {
	Field  string
	Expr   *formula.Expr
	Update bool
}

// Output is what a model asks to be written.
type Output struct {
	Every  int         // 0: nothing is said
	Fields []string    // without any in the file those that evolve
	Points [][]float64 // of the series, as coordinates x, y, z
}

// A Check is what must hold at the end: a formula in t, parameters and the fields' mean, min,
// max and integral, as "abs(mean(u) - 1) < 1e-12", or in fields and coordinates too: then it must
// hold in each cell. Its type is Truth. What min, max, mean and integral are of is a formula in
// fields and coordinates.
type Check struct {
	Name string
	Text string
	Expr *formula.Expr
	Cell bool // outside of min, max, mean and integral it makes use of fields or coordinates
}
