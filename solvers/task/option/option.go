// Package option states what a program can be told, each parameter once, bound to
// the variable that it sets:
//
//	func (c *Config) Options(o *option.Set) {
//		o.Group("Problem")
//		o.Int(&c.NX, "nx", 100, "columns, the ring included", option.Range(3, 1<<31-1))
//		o.Positive(&c.Alpha, "alpha", 0.1, "thermal diffusivity", option.Unit("length^2/time"))
//		o.Choice(&c.Boundary, "boundary", "", option.Choices("dirichlet", "neumann"))
//		o.Toggle(&c.Verify, "verify", "compare with an independent solver")
//	}
//
// From such declarations come the flags of a command line and the variables of the
// environment in their place (Parse), the messages about values that cannot be,
// the lines of a help (Help), what a shell offers (Complete) and the parameters of
// a run as JSON (Object). The package knows no command and no solver.
package option

import (
	"fmt"
	"slices"
	"strings"

	"hybrid/internal/number"
)

// A Kind is what a parameter's value is.
type Kind int

const (
	Text     Kind = iota
	Count         // a whole number of things
	Bytes         // a whole number of bytes
	Number        // a floating-point number
	Word          // one of Choices
	Toggle        // on or off: a flag without a value
	List          // a flag that may be given several times
	Operands      // no flag: the arguments beside the flags
)

// A Param is one parameter.
type Param struct {
	Name    string
	Short   string // letters that stand for the name: "h" for -h
	Kind    Kind
	Group   string
	Help    string   // a sentence for the help, or several
	Arg     string   // what stands for the value in the help: N, FILE
	Unit    string   // of a number; "" is none, or that of what is counted
	Least   uint64   // of a Count or Bytes
	Most    uint64   // of a Count or Bytes
	Choices []Choice // of a Word; of others what a shell is to offer
	Forms   []Choice // lines of the help on what the value can look like
	Default string   // in words; "" is none
	Size    bool     // it decides how much memory the work takes
	Local   bool     // processes of one job may differ in it
	EnvOnly bool     // it has a variable, but no flag
	NoEnv   bool     // it has no variable
	Aside   bool     // it says how to report, not what to do: it is no parameter of the run
	Pairs   bool     // each value of a List is NAME=VALUE, and may have colons
	Bare    bool     // who gives a value without a flag, and there are no operands, meant this one
	Meant   []string // what other programs call the flag, for who tries that

	set   func(text string) error // an error says what would be right
	count func(n uint64) error    // the same for a Count
	value func() any
	given []string
	from  string // what gave the value
}

// A Choice is one of the words that a parameter can be.
type Choice struct{ Word, Help string }

// A Set is what a program or a command can be told.
type Set struct {
	Command string // "hybrid heat", as messages name it
	Prefix  string // of variables: "HYBRID_"
	params  []*Param
	group   string
}

// A Setting is a property of a parameter that is not like most.
type Setting func(*Param)

// Range is the least and the most of a Count or Bytes.
func Range(least, most uint64) Setting { return func(p *Param) { p.Least, p.Most = least, most } }

// Default says in words what holds where the parameter is not given, if that is no
// single value.
func Default(words string) Setting { return func(p *Param) { p.Default = words } }

// Unit is that of a number.
func Unit(unit string) Setting { return func(p *Param) { p.Unit = unit } }

// Arg is what stands for the value in the help.
func Arg(arg string) Setting { return func(p *Param) { p.Arg = arg } }

// Size marks a parameter that decides how much memory the work takes.
func Size(p *Param) { p.Size = true }

// Local marks a parameter in which the processes of one job may differ.
func Local(p *Param) { p.Local = true }

// EnvOnly marks a parameter that has a variable, but no flag.
func EnvOnly(p *Param) { p.EnvOnly = true }

// NoEnv marks a parameter that has no variable.
func NoEnv(p *Param) { p.NoEnv = true }

// Aside marks a parameter that says how to report and not what to do.
func Aside(p *Param) { p.Aside = true }

// Pairs says of a List that each value is NAME=VALUE: in its variable, what stands behind a colon
// and has no = is a part of the value before, as in F=0.02:0.06:5:k=0.06.
func Pairs(p *Param) { p.Pairs = true }

// Bare marks a parameter that an argument without a flag was meant for, where the command has no
// operands and the parameter can be that: the message says so.
func Bare(p *Param) { p.Bare = true }

// Meant are names that the flag has elsewhere: the message about one of them says what it is
// called here.
func Meant(names ...string) Setting { return func(p *Param) { p.Meant = append(p.Meant, names...) } }

// Short are letters that stand for the name of a flag.
func Short(letters string) Setting { return func(p *Param) { p.Short = letters } }

// Choices are the words that a parameter can be, or that a shell is to offer.
func Choices(words ...string) Setting {
	return func(p *Param) {
		for _, w := range words {
			p.Choices = append(p.Choices, Choice{Word: w})
		}
	}
}

// Explained are Choices with a help for each: word, help, word, help, ....
func Explained(pairs ...string) Setting {
	return func(p *Param) {
		for pair := range slices.Chunk(pairs, 2) {
			p.Choices = append(p.Choices, Choice{pair[0], pair[1]})
		}
	}
}

// Forms are lines of the help on what a value can look like: form, help, form, help,
// ....
func Forms(pairs ...string) Setting {
	return func(p *Param) {
		for pair := range slices.Chunk(pairs, 2) {
			p.Forms = append(p.Forms, Choice{pair[0], pair[1]})
		}
	}
}

// Group puts the parameters that are declared from here on under a heading of the
// help.
func (s *Set) Group(heading string) { s.group = heading }

// add declares a parameter and returns it. One that is declared already stays as it
// is, and nil is returned: what a command says of a parameter goes before what all
// commands say of it.
func (s *Set) add(p Param, settings []Setting) *Param {
	if s.Find(p.Name) != nil {
		return nil
	}
	p.Group = s.group
	for _, setting := range settings {
		setting(&p)
	}
	s.params = append(s.params, &p)
	return &p
}

// Params are all parameters, in the order of their declaration.
func (s *Set) Params() []*Param { return s.params }

// Find is the parameter of that name; nil where there is none.
func (s *Set) Find(name string) *Param {
	for _, p := range s.params {
		if p.Name == name {
			return p
		}
	}
	return nil
}

// Given tells whether a flag, a variable or an operand gave the parameter a value.
func (s *Set) Given(name string) bool { return s.must(name).given != nil }

// Name is what to call a parameter in a message: the flag, or the variable that
// gave its value; of operands "the" and what they are.
func (s *Set) Name(name string) string {
	p := s.Find(name)
	switch {
	case p != nil && p.Kind == Operands:
		return "the " + name
	case p != nil && p.from != "":
		return p.from
	}
	return "--" + name
}

func (s *Set) must(name string) *Param {
	p := s.Find(name)
	if p == nil {
		panic("option: nobody declared " + name)
	}
	return p
}

// Value is what the parameter came to.
func (p *Param) Value() any { return p.value() }

// LessThan tells whether a Count is less than a number of at least 0.
func (p *Param) LessThan(n int) bool {
	have, err := number.Parse(fmt.Sprint(p.value()))
	return err == nil && have < uint64(n)
}

// Env is the variable in a parameter's place.
func (s *Set) Env(p *Param) string {
	return s.Prefix + strings.ToUpper(strings.ReplaceAll(p.Name, "-", "_"))
}

// Variables are all that are read in the place of a parameter.
func (s *Set) Variables() []string {
	var names []string
	for _, p := range s.params {
		if p.hasVariable() {
			names = append(names, s.Env(p))
		}
	}
	return names
}

func (p *Param) hasVariable() bool { return p.Kind != Operands && !p.NoEnv }

// AsFlags are the parameters that were given, in order, whether flags or variables
// gave them: without those that processes of one job may differ in.
func (s *Set) AsFlags() []string {
	var words []string
	for _, p := range s.params {
		for _, v := range p.given {
			switch {
			case p.Local:
			case p.Kind == Operands:
				words = append(words, fmt.Sprintf("%q", v))
			case p.Kind == Toggle && p.value() == true:
				words = append(words, "--"+p.Name)
			case p.Kind != Toggle:
				words = append(words, fmt.Sprintf("--%s %q", p.Name, v))
			}
		}
	}
	return words
}
