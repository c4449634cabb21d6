package option

import (
	"bytes"
	"encoding/json"
	"fmt"
	"unicode/utf8"
)

// Saved is what a parameter of an earlier run was.
type Saved struct {
	Name  string          `json:"name"`
	Given []string        `json:"given,omitempty"` // as it was typed; none: it was not given
	Value json.RawMessage `json:"value"`
}

// Save is what the parameters are that keep says.
func (s *Set) Save(keep func(*Param) bool) ([]Saved, error) {
	var all []Saved
	for _, p := range s.params {
		if !keep(p) {
			continue
		}
		for _, text := range p.given {
			if !utf8.ValidString(text) {
				return nil, fmt.Errorf("%s is %q, which is not UTF-8, and a checkpoint keeps text in UTF-8 alone: give it another name", s.Name(p.Name), text)
			}
		}
		value, err := json.Marshal(p.value())
		if err != nil {
			return nil, fmt.Errorf("--%s: %w", p.Name, err)
		}
		all = append(all, Saved{p.Name, p.given, value})
	}
	return all, nil
}

// A ContradictionError says that a parameter was given another value than an earlier run
// had, with which this one goes on.
type ContradictionError struct {
	Name, Is string
	Was      string // "" where it was not given
}

func (e *ContradictionError) Error() string {
	if e.Was == "" {
		return fmt.Sprintf("%s is %q, but the run that goes on was not given it", e.Name, e.Is)
	}
	return fmt.Sprintf("%s is %q, but in the run that goes on it is %q", e.Name, e.Is, e.Was)
}

// Restore gives the parameters that were not given what they were in an earlier run. One
// that was given must be what it was, a *ContradictionError if not, unless it may be
// another.
func (s *Set) Restore(saved []Saved, may func(*Param) bool) error {
	for _, v := range saved {
		p := s.Find(v.Name)
		if p == nil {
			return fmt.Errorf("it was given --%s, which this program does not know: use the one that wrote it", v.Name)
		}
		if p.given == nil {
			for _, text := range v.Given {
				if err := p.set(text); err != nil {
					return p.explain(text, err)
				}
			}
			p.given = v.Given
			continue
		}
		value, err := json.Marshal(p.value())
		if err != nil {
			return err
		}
		var was bytes.Buffer // a file of JSON may have it on several lines
		if err := json.Compact(&was, v.Value); err != nil {
			return err
		}
		if bytes.Equal(value, was.Bytes()) || may(p) {
			continue
		}
		e := &ContradictionError{Name: s.Name(v.Name), Is: p.given[len(p.given)-1]}
		if n := len(v.Given); n > 0 {
			e.Was = v.Given[n-1]
		}
		return e
	}
	return nil
}
