package option

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"hybrid/internal/near"
)

// A wantError says of a value what would be right.
type wantError struct {
	is   string // or has, what is wrong; "" for the text that was given
	near string // a guess at what was meant
	want string
}

func (e *wantError) Error() string { return e.want }

// Want is an error of a Func whose value is not one of some words.
func Want(text string, words []string, want string) error {
	return &wantError{near: near.Word(text, words, ""), want: want}
}

// WantItem is an error of a Func of whose values one is not one of some words.
func WantItem(item string, words []string, want string) error {
	return &wantError{is: fmt.Sprintf("has %q", item), near: near.Word(item, words, ""), want: want}
}

// Parse takes the arguments of a command line apart and sets what the parameters
// are bound to: as the flags say or, where there is none, the variables, which env
// looks up. Flags and operands may be in any order; behind -- all are operands. It
// returns the first mistake, of the arguments before that of a value.
func (s *Set) Parse(args []string, env func(string) string) error {
	if err := s.sort(args); err != nil {
		return err
	}
	for _, p := range s.params {
		p.from = "--" + p.Name
		if v := env(s.Env(p)); v != "" && p.given == nil && p.hasVariable() {
			p.given, p.from = []string{v}, s.Env(p)
			if p.Kind == List {
				p.given = p.items(v)
			}
		} else if p.EnvOnly {
			p.from = s.Env(p)
		}
	}
	for _, p := range s.params {
		for _, text := range p.given {
			if err := p.set(text); err != nil {
				return p.explain(text, err)
			}
		}
	}
	return nil
}

// items are the values of a list between colons.
func (p *Param) items(text string) (items []string) {
	for _, item := range strings.Split(text, ":") {
		if n := len(items); p.Pairs && n > 0 && !strings.Contains(item, "=") {
			items[n-1] += ":" + item
			continue
		}
		items = append(items, item)
	}
	return items
}

// Give gives a parameter a value as a flag would. The error calls it by its name.
func (s *Set) Give(name, text string) error {
	p := s.must(name)
	p.from, p.given = name, []string{text}
	if err := p.set(text); err != nil {
		return p.explain(text, err)
	}
	return nil
}

// GiveCount is Give for a whole number.
func (s *Set) GiveCount(name string, n uint64) error {
	p := s.must(name)
	text := fmt.Sprint(n)
	p.from, p.given = name, []string{text}
	if err := p.count(n); err != nil {
		return p.explain(text, err)
	}
	return nil
}

// explain is the error of a value.
func (p *Param) explain(text string, err error) error {
	is, near := fmt.Sprintf("is %q", text), ""
	var want *wantError
	if errors.As(err, &want) {
		near = want.near
		if want.is != "" {
			is = want.is
		}
	}
	if p.Kind == Toggle && strings.HasPrefix(p.from, "--") {
		err = errors.New("it takes no value, or true or false")
	}
	return fmt.Errorf("%s %s%s: %w", p.from, is, near, err)
}

// sort puts each argument to its parameter. Of a flag that is given several times
// and is no list, the last value stays.
func (s *Set) sort(args []string) error {
	operands := s.operands()
	take := func(args ...string) error {
		if operands == nil && len(args) > 0 {
			return fmt.Errorf("unexpected argument %q%s: every option is a flag, --name value; see %s --help", args[0], s.bare(args[0]), s.Command)
		}
		if len(args) > 0 {
			operands.given = append(operands.given, args...)
		}
		return nil
	}
	for i := 0; i < len(args); i++ {
		arg := args[i]
		if arg == "--" {
			return take(args[i+1:]...)
		}
		if len(arg) < 2 || arg[0] != '-' {
			if err := take(arg); err != nil {
				return err
			}
			continue
		}
		p, value, has, err := s.flag(arg)
		if err != nil {
			return err
		}
		switch {
		case has:
		case p.Kind == Toggle:
			value = "true"
		case i+1 == len(args) && p.Kind == Word:
			return fmt.Errorf("--%s needs a value: want one of %s", p.Name, strings.Join(p.Words(), ", "))
		case i+1 == len(args):
			return fmt.Errorf("--%s needs a value: --%[1]s VALUE", p.Name)
		default:
			i++
			if value = args[i]; s.isFlag(value) {
				return fmt.Errorf("--%s needs a value: --%[1]s VALUE, but %s follows", p.Name, value)
			}
		}
		if p.Kind != List {
			p.given = nil
		}
		p.given = append(p.given, value)
	}
	return nil
}

// bare names the flag that an argument without one was meant for, for an error. It may set what
// the parameters are bound to.
func (s *Set) bare(arg string) string {
	for _, p := range s.params {
		if p.Bare && p.set(arg) == nil {
			return fmt.Sprintf(" (did you mean --%s %q?)", p.Name, arg)
		}
	}
	return ""
}

// flag is the parameter that an argument names, --name, --name=value or with one
// dash, and its value.
func (s *Set) flag(arg string) (p *Param, value string, has bool, err error) {
	text := strings.TrimPrefix(strings.TrimPrefix(arg, "-"), "-")
	name, value, has := strings.Cut(text, "=")
	if name == "" || name[0] == '-' {
		return nil, "", false, fmt.Errorf("%q is no flag: flags are --name value; see %s --help", arg, s.Command)
	}
	var known []string
	for _, p := range s.params {
		if p.Kind == Operands || p.EnvOnly {
			continue
		}
		if p.Name == name || len(name) == 1 && strings.Contains(p.Short, name) && !strings.HasPrefix(arg, "--") {
			return p, value, has, nil
		}
		known = append(known, p.Name)
	}
	for _, p := range s.params {
		if slices.Contains(p.Meant, name) {
			return nil, "", false, fmt.Errorf("unknown flag %s (did you mean --%s?): see %s --help", strings.TrimSuffix(arg, "="+value), p.Name, s.Command)
		}
	}
	if len(name) == 1 && !strings.HasPrefix(arg, "--") {
		return nil, "", false, fmt.Errorf("unknown flag -%s: see %s --help", name, s.Command)
	}
	return nil, "", false, fmt.Errorf("unknown flag --%s%s: see %s --help", name, near.Word(name, known, "--"), s.Command)
}

// isFlag tells whether an argument is a flag of the set, or ends them.
func (s *Set) isFlag(arg string) bool {
	if arg == "--" {
		return true
	}
	if len(arg) < 2 || arg[0] != '-' {
		return false
	}
	_, _, _, err := s.flag(arg)
	return err == nil
}

func (s *Set) operands() *Param {
	i := slices.IndexFunc(s.params, func(p *Param) bool { return p.Kind == Operands })
	if i < 0 {
		return nil
	}
	return s.params[i]
}

// Complete is what can follow the arguments: the choices of the flag that was
// typed last, nothing where it takes a file or a number, or else the flags, behind
// the choices of operands.
func (s *Set) Complete(args []string) []string {
	if len(args) > 0 && s.isFlag(args[len(args)-1]) {
		if p, _, has, err := s.flag(args[len(args)-1]); err == nil && !has && p.Kind != Toggle {
			return p.Words()
		}
	}
	var words []string
	if p := s.operands(); p != nil && len(p.Choices) > 0 {
		return p.Words()
	}
	for _, p := range s.params {
		if p.Kind != Operands && !p.EnvOnly {
			words = append(words, "--"+p.Name)
		}
	}
	return words
}
