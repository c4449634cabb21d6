package model

import (
	"fmt"
	"math"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/pelletier/go-toml/v2/unstable"

	"hybrid/internal/near"
	"hybrid/solvers/model/formula"
	"hybrid/solvers/model/ir"
)

// The bounds of a model.
const (
	maxNames  = 1024    // parameters, fields, lets
	maxFields = 64      // of them fields
	maxChecks = 64      //
	maxPoints = 256     //
	maxAxis   = 1 << 30 // cells along an axis
	maxCells  = 1 << 40 // of the grid
)

// Read reads a model from the text of a file in TOML; docs/models.md says what stands in it. path
// is the file's, for messages and as that from which names of .npy files count. set changes it
// beforehand: NAME=VALUE a parameter, SECTION.KEY=VALUE another entry, as time.dt=0.1 or
// grid.size=[64,64]; --dt=VALUE is time.dt by the name of its flag, and --steps=VALUE time.steps
// where the file has neither steps nor an end.
// An error asks for the exit status 2, and has lines that show its place: see task.PlaceError.
func Read(path, text string, set ...string) (*Spec, error) {
	return readBy("--set", path, text, set)
}

// readBy is Read where what changes the file was given by an option or a variable of that name.
func readBy(option, path, text string, set []string) (s *Spec, err error) {
	defer func() {
		switch r := recover().(type) {
		case nil:
		case refusal:
			s, err = nil, r.err
		default:
			panic(r)
		}
	}()
	r := &reader{
		spec:    &Spec{Name: strings.TrimSuffix(filepath.Base(path), ".toml"), Texts: map[string]string{}, places: map[string]location{}},
		path:    path,
		option:  option,
		root:    readTOML(&document{name: path, text: strings.TrimPrefix(text, "\ufeff")}),
		numbers: map[string]float64{"pi": math.Pi, "e": math.E},
		names:   map[string]formula.Symbol{"pi": {What: "a number"}, "e": {What: "a number"}},
		defined: map[string]*node{},
	}
	for _, s := range set {
		r.set(s)
	}
	r.read()
	return r.spec, nil
}

// A reader is what makes a Spec of a file. Its methods panic with a refusal.
type reader struct {
	spec    *Spec
	path    string
	option  string // by which entries are set
	root    *node
	numbers map[string]float64        // of names that are constants
	names   map[string]formula.Symbol // that formulas may have
	defined map[string]*node          // where the model's own names are
	let     *node                     // the section, for names that are not there yet
}

// sections are the tables of a model.
var sections = []string{"grid", "parameters", "fields", "let", "equations", "updates", "boundary", "time", "output", "check"}

// entries are those of the sections that name nothing of the model's own.
var entries = map[string][]string{
	"grid":   {"size", "spacing", "extent", "origin", "order"},
	"time":   {"dt", "steps", "end", "scheme"},
	"output": {"every", "fields", "points"},
}

func (r *reader) read() {
	r.only(r.root, "", append([]string{"title", "source"}, sections...)...)
	r.spec.Title, r.spec.Source = r.text("title"), r.text("source")
	for _, name := range sections {
		if n := r.root.find(name); n != nil && n.kind != unstable.Table {
			n.refuse("%s is %s: want a table, [%s] and lines below it", name, n.what(), name)
		}
	}
	r.parameters(r.root.find("parameters"))
	r.grid(r.root.find("grid"))
	r.fields(r.root.find("fields"))
	r.started()
	r.lets()
	r.initial(r.root.find("fields"))
	r.rules()
	r.boundary(r.root.find("boundary"))
	r.time(r.root.find("time"))
	r.output(r.root.find("output"))
	r.checks(r.root.find("check"))
}

// only refuses keys of a table that are none of some.
func (r *reader) only(n *node, what string, allowed ...string) {
	if n == nil {
		return
	}
	for _, item := range n.items {
		if !slices.Contains(allowed, item.key) {
			key := item.key
			if len(key) > 40 {
				key = key[:40] + "..."
			}
			where := "a model"
			if what != "" {
				where = what
			}
			item.refuseKey("%s has no %q%s: want %s", where, key, near.Word(item.key, allowed, ""), strings.Join(allowed, ", "))
		}
	}
}

// text is a text of the file's beginning.
func (r *reader) text(key string) string {
	n := r.root.find(key)
	if n == nil {
		return ""
	}
	if n.kind != unstable.String {
		n.refuse("%s is %s: want a text in quotation marks", key, n.what())
	}
	return strings.Join(strings.Fields(n.text), " ")
}

// formula reads the formula of a value, from the byte from of its content on. what is its name
// in Texts and messages, scope what it may use.
func (r *reader) formula(n *node, from int, what string, allow formula.Use, place string) (*formula.Expr, formula.Use) {
	if !n.scalar() {
		n.refuse("%s is %s: want a formula in quotation marks, or a number", what, n.what())
	}
	text := n.text[from:]
	if n.kind != unstable.String {
		text = strconv.FormatFloat(r.literal(n, what), 'g', -1, 64)
	}
	e, err := formula.Parse(text)
	if err != nil {
		n.refuseFormula(from, what, err)
	}
	r.ahead(n, from, what, text, e)
	use, err := e.Check(text, &formula.Scope{Names: r.names, Allow: allow, Dims: max(1, len(r.spec.Size)), Place: place})
	if err != nil {
		n.refuseFormula(from, what, err)
	}
	r.spec.Texts[what] = text
	r.spec.places[what] = location{n, from}
	return e, use
}

// ahead refuses names for formulas that are not read yet.
func (r *reader) ahead(n *node, from int, what, text string, e *formula.Expr) {
	if _, known := r.names[e.Name]; !known && (e.Kind == formula.Name || e.Kind == formula.Shift) {
		if let := r.let.find(e.Name); let != nil {
			msg := fmt.Sprintf("%s is a name for a formula %s: a name stands above what makes use of it, and not in its own formula", e.Name, let.in.place(let.keyLo))
			n.refuseFormula(from, what, &formula.Error{Text: text, Lo: e.Lo, Hi: e.Hi, Msg: msg})
		}
	}
	for _, a := range e.Args {
		r.ahead(n, from, what, text, a)
	}
}

// literal is a number as TOML writes it.
func (r *reader) literal(n *node, what string) float64 {
	text := strings.ReplaceAll(n.text, "_", "")
	var x float64
	var err error
	if i, whole := strconv.ParseInt(text, 0, 64); whole == nil && n.kind == unstable.Integer {
		x = float64(i)
	} else {
		x, err = strconv.ParseFloat(text, 64)
	}
	if err != nil || math.IsInf(x, 0) || math.IsNaN(x) {
		n.refuse("%s is %.40s: want a finite number", what, n.text)
	}
	return x
}

// number reads a number, or a formula of names that are constants.
func (r *reader) number(n *node, what string) float64 {
	if n.kind == unstable.Integer || n.kind == unstable.Float {
		r.spec.places[what] = location{n, 0}
		return r.literal(n, what)
	}
	if n.kind != unstable.String {
		n.refuse("%s is %s: want a number, or a formula of parameters in quotation marks", what, n.what())
	}
	e, _ := r.formula(n, 0, what, 0, "a number that is known at the start")
	return r.constant(what, e)
}

// constant is the value of a formula of names that are constants: the same on every machine, for
// it is worked out as programs are.
func (r *reader) constant(what string, e *formula.Expr) float64 {
	f := &formulas{
		sums: sums{g: ir.New(ir.F64)}, spec: r.spec, grid: &System{}, numbers: r.numbers, what: what,
		constants: ir.New(ir.F64), reals: map[place]sum{}, truths: map[place]ir.Value{},
	}
	s := f.real(e, [3]int{})
	if !s.isConstant() {
		f.refuse(e, "this is no constant")
	}
	return s.constant
}

// whole reads a whole number from lo to hi.
func (r *reader) whole(n *node, what string, lo, hi int) int {
	x := r.number(n, what)
	if x != math.Trunc(x) || x < float64(lo) || x > float64(hi) {
		n.refuse("%s is %v: want a whole number from %d to %d", what, x, lo, hi)
	}
	return int(x)
}

// choice reads one of some words.
func (r *reader) choice(n *node, what string, words ...string) string {
	if n.kind != unstable.String || !slices.Contains(words, n.text) {
		guess := ""
		if n.kind == unstable.String {
			guess = near.Word(n.text, words, "")
		}
		n.refuse("%s is %s%s: want one of %s", what, n.what(), guess, strings.Join(words, ", "))
	}
	return n.text
}

// perAxis reads a number for each axis, or one for all; nil where there is no value.
func (r *reader) perAxis(n *node, what string, dims int) []float64 {
	switch {
	case n == nil:
		return nil
	case n.kind != unstable.Array:
		return slices.Repeat([]float64{r.number(n, what)}, dims)
	case len(n.items) != dims:
		n.refuse("%s has %d numbers where the grid has %d: want %s, or one number for all", what, len(n.items), dims, []string{"one", "that of rows, y, and that of columns, x", "those of planes, z, of rows, y, and of columns, x"}[dims-1])
	}
	var all []float64
	for _, item := range n.items {
		all = append(all, r.number(item, what))
	}
	return all
}

// define makes a name known.
func (r *reader) define(n *node, s formula.Symbol) {
	switch first := r.defined[n.key]; {
	case !isName(n.key):
		n.refuseKey("%.40q is no name: want up to 64 letters a to z, A to Z, digits and _, a letter first", n.key)
	case formula.Reserved(n.key) || n.key == "all":
		n.refuseKey("%s has a meaning of its own in formulas: choose another name", n.key)
	case first != nil:
		n.refuseKey("%s is a name twice: it is %s %s", n.key, r.names[n.key].What, first.in.place(first.keyLo))
	case len(r.defined) == maxNames:
		n.refuseKey("more than %d names", maxNames)
	}
	r.defined[n.key] = n
	r.names[n.key] = s
}

func isName(s string) bool {
	e, err := formula.Parse(s)
	return err == nil && e.Kind == formula.Name && e.Name == s || formula.Reserved(s)
}
