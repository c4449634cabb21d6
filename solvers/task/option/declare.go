package option

import (
	"errors"
	"fmt"
	"math"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"hybrid/internal/number"
)

// Int declares a whole number, by default otherwise. A default outside of the range
// stands for a parameter that was not given.
func (s *Set) Int(to *int, name string, otherwise int, help string, settings ...Setting) {
	whole(s, to, name, otherwise, help, settings)
}

// Int32 is Int for another type.
func (s *Set) Int32(to *int32, name string, otherwise int32, help string, settings ...Setting) {
	whole(s, to, name, otherwise, help, settings)
}

// Uint64 is Int for another type.
func (s *Set) Uint64(to *uint64, name string, otherwise uint64, help string, settings ...Setting) {
	whole(s, to, name, otherwise, help, settings)
}

// Bytes is Int for a number of bytes: K, M and G are powers of 1024.
func (s *Set) Bytes(to *int, name string, otherwise int, help string, settings ...Setting) {
	whole(s, to, name, otherwise, help, append([]Setting{func(p *Param) { p.Kind, p.Arg = Bytes, "SIZE" }}, settings...))
}

func whole[T int | int32 | uint64](s *Set, to *T, name string, otherwise T, help string, settings []Setting) {
	most := uint64(math.MaxUint64)
	switch any(otherwise).(type) {
	case int:
		most = math.MaxInt
	case int32:
		most = math.MaxInt32
	}
	p := s.add(Param{Name: name, Kind: Count, Help: help, Arg: "N", Most: most, value: func() any { return *to }}, settings)
	if p == nil {
		return
	}
	*to = otherwise
	if o := uint64(otherwise); p.Default == "" && o >= p.Least {
		p.Default = fmt.Sprint(o)
	}
	read, such := number.Parse, number.Forms
	if p.Kind == Bytes {
		read, such = number.ParseBytes, "8, 64K or 1M"
	}
	want := fmt.Errorf("want a whole number from %d to %d, such as %s", p.Least, p.Most, such)
	p.count = func(n uint64) error {
		if n < p.Least || n > p.Most {
			return want
		}
		*to = T(n)
		return nil
	}
	p.set = func(text string) error {
		n, err := read(text)
		if err != nil {
			return want
		}
		return p.count(n)
	}
}

// Positive declares a finite number above 0. A default of 0 stands for a parameter
// that was not given.
func (s *Set) Positive(to *float64, name string, otherwise float64, help string, settings ...Setting) {
	s.float(to, name, otherwise, help, settings, func(x float64) error {
		if !(x > 0) || math.IsInf(x, 0) {
			return errors.New("want a number above 0, such as 0.01 or 1e-2")
		}
		return nil
	})
}

// Finite declares a finite number.
func (s *Set) Finite(to *float64, name string, otherwise float64, help string, settings ...Setting) {
	s.float(to, name, otherwise, help, settings, func(x float64) error {
		if math.IsNaN(x) || math.IsInf(x, 0) {
			return errors.New("want a finite number, such as -0.5 or 1e3")
		}
		return nil
	})
}

// Extended declares a number that may be infinite: inf, -inf, Infinity and the like.
// Among the parameters an infinite one is the string "inf" or "-inf", as JSON has no
// number for it.
func (s *Set) Extended(to *float64, name string, otherwise float64, help string, settings ...Setting) {
	p := s.float(to, name, otherwise, help, settings, func(x float64) error {
		if math.IsNaN(x) {
			return errors.New("want a number, such as -0.5 or 1e3, or inf or -inf")
		}
		return nil
	})
	if p == nil {
		return
	}
	p.value = func() any {
		switch {
		case math.IsInf(*to, 1):
			return "inf"
		case math.IsInf(*to, -1):
			return "-inf"
		}
		return *to
	}
}

// float declares a number whose check refuses what it cannot be.
func (s *Set) float(to *float64, name string, otherwise float64, help string, settings []Setting, check func(float64) error) *Param {
	p := s.add(Param{Name: name, Kind: Number, Help: help, Arg: "X", value: func() any { return *to }}, settings)
	if p == nil {
		return nil
	}
	*to = otherwise
	if p.Default == "" && check(otherwise) == nil {
		p.Default = fmt.Sprint(otherwise)
	}
	p.set = func(text string) error {
		x, err := strconv.ParseFloat(text, 64)
		if err != nil {
			x = math.NaN()
		}
		if err := check(x); err != nil {
			return err
		}
		*to = x
		return nil
	}
	return p
}

// Pair declares two finite numbers, with a comma between them.
func (s *Set) Pair(to *[2]float64, name string, otherwise [2]float64, help string, settings ...Setting) {
	p := Param{Name: name, Kind: Number, Help: help, Arg: "X,Y", value: func() any { return *to }, set: func(text string) error {
		a, b, both := strings.Cut(text, ",")
		x, err1 := strconv.ParseFloat(strings.TrimSpace(a), 64)
		y, err2 := strconv.ParseFloat(strings.TrimSpace(b), 64)
		if !both || err1 != nil || err2 != nil || math.IsNaN(x+y) || math.IsInf(x, 0) || math.IsInf(y, 0) {
			return errors.New("want two numbers with a comma between them, as -0.5,0")
		}
		*to = [2]float64{x, y}
		return nil
	}}
	if s.add(p, settings) != nil {
		*to = otherwise
	}
}

// Text declares a text of any kind.
func (s *Set) Text(to *string, name, otherwise, help string, settings ...Setting) {
	p := Param{Name: name, Help: help, Arg: "TEXT", Default: otherwise, value: func() any { return *to },
		set: func(text string) error { *to = text; return nil }}
	if s.add(p, settings) != nil {
		*to = otherwise
	}
}

// Choice declares one of the words of Choices or Explained, the first by default.
func (s *Set) Choice(to *string, name, help string, settings ...Setting) {
	p := s.add(Param{Name: name, Kind: Word, Help: help, Arg: "NAME", value: func() any { return *to }}, settings)
	if p == nil {
		return
	}
	words := p.Words()
	*to = words[0]
	p.set = func(text string) error {
		if !slices.Contains(words, text) {
			return Want(text, words, "want one of "+strings.Join(words, ", "))
		}
		*to = text
		return nil
	}
}

// Words are the words of Choices.
func (p *Param) Words() []string {
	words := make([]string, len(p.Choices))
	for i, c := range p.Choices {
		words[i] = c.Word
	}
	return words
}

// In declares the name of a file to read, with one of some endings; no endings are
// any.
func (s *Set) In(to *string, name, help string, endings []string, settings ...Setting) {
	s.file(to, name, help, endings, "want a file whose name ends in %s", settings)
}

// Out declares the name of a file to write.
func (s *Set) Out(to *string, name, help string, endings []string, settings ...Setting) {
	s.file(to, name, help, endings, "the name must end in %s", settings)
}

func (s *Set) file(to *string, name, help string, endings []string, want string, settings []Setting) {
	s.add(Param{Name: name, Help: help, Arg: "FILE" + strings.Join(endings, "|"), value: func() any { return *to },
		set: func(text string) error {
			if len(endings) > 0 && !slices.Contains(endings, filepath.Ext(text)) {
				return fmt.Errorf(want, AnyOf(endings))
			}
			*to = text
			return nil
		}}, settings)
}

// Dir declares the name of a directory.
func (s *Set) Dir(to *string, name, help string, settings ...Setting) {
	s.add(Param{Name: name, Help: help, Arg: "DIR", value: func() any { return *to },
		set: func(text string) error {
			if text == "" {
				return &wantError{is: "is empty", want: "want a directory"}
			}
			*to = text
			return nil
		}}, settings)
}

// Outs declares names of files to write, whose endings say what; the flag may be
// given several times.
func (s *Set) Outs(to *[]string, name, help string, endings []string, settings ...Setting) {
	s.List(to, name, help, append([]Setting{Arg("FILE"), Meant("output", "o"), func(p *Param) {
		set := p.set
		p.set = func(text string) error {
			if !slices.Contains(endings, filepath.Ext(text)) {
				return fmt.Errorf("the name must end in %s, which says what is written", AnyOf(endings))
			}
			return set(text)
		}
	}}, settings...)...)
}

// List declares texts; the flag may be given several times, and the variable has
// them between colons.
func (s *Set) List(to *[]string, name, help string, settings ...Setting) {
	s.list(to, Param{Name: name, Kind: List, Help: help, Arg: "TEXT"}, settings)
}

// Operands declares the arguments beside the flags.
func (s *Set) Operands(to *[]string, name string, settings ...Setting) {
	s.list(to, Param{Name: name, Kind: Operands}, settings)
}

func (s *Set) list(to *[]string, p Param, settings []Setting) {
	p.value = func() any { return *to }
	p.set = func(text string) error { *to = append(*to, text); return nil }
	if s.add(p, settings) != nil {
		*to = []string{}
	}
}

// Toggle declares what is off unless the flag is there.
func (s *Set) Toggle(to *bool, name, help string, settings ...Setting) {
	s.add(Param{Name: name, Kind: Toggle, Help: help, value: func() any { return *to },
		set: func(text string) error {
			on, err := strconv.ParseBool(text)
			if err != nil {
				return errors.New("want 1 or 0, true or false")
			}
			*to = on
			return nil
		}}, settings)
}

// Func declares a parameter that set reads; its error says what would be right.
// value is what it came to.
func (s *Set) Func(name, help string, set func(text string) error, value func() any, settings ...Setting) {
	s.add(Param{Name: name, Help: help, Arg: "TEXT", set: set, value: value}, settings)
}

// AnyOf lists words with commas and an or.
func AnyOf(words []string) string {
	n := len(words)
	if n < 2 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:n-1], ", ") + " or " + words[n-1]
}

// A Name is a value of a type that has names.
type Name interface {
	String() string
	UnmarshalText([]byte) error
}

// Named declares a value that has names, those of Choices or Explained, the first by
// default.
func (s *Set) Named(to Name, name, help string, settings ...Setting) {
	p := s.add(Param{Name: name, Kind: Word, Help: help, Arg: "NAME", value: func() any { return to.String() }}, settings)
	if p == nil {
		return
	}
	words := p.Words()
	read := func(text string) error {
		if !slices.Contains(words, text) {
			return Want(text, words, "want one of "+strings.Join(words, ", "))
		}
		return to.UnmarshalText([]byte(text))
	}
	if err := read(words[0]); err != nil {
		panic("option: " + name + ": " + err.Error()) // the declaration has a word that the type does not know
	}
	p.set = read
}
