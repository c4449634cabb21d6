package npy

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// fields are the three entries of a header's dictionary, as they stand there.
type fields struct {
	descr   string
	fortran bool
	shape   []int
}

var (
	errSyntax     = errors.New("its header is not the Python dictionary of a .npy file")
	errStructured = errors.New("its elements are structured (several fields each): save one field, numpy.ascontiguousarray(a['name'])")
)

// parseFields reads the dictionary {'descr': str, 'fortran_order': bool, 'shape': tuple of int}: every entry once, in
// any order, and nothing else. It knows just that much of Python's syntax, and the L that Python 2 put behind integers.
func parseFields(text string) (fields, error) {
	var f fields
	p := literal{rest: text}
	seen := map[string]bool{}
	if !p.take('{') {
		return f, errSyntax
	}
	for !p.take('}') {
		key, ok := p.str()
		if !ok || !p.take(':') {
			return f, errSyntax
		}
		if seen[key] {
			return f, fmt.Errorf("its header gives %s twice", quote(key))
		}
		seen[key] = true
		var err error
		switch key {
		case "descr":
			f.descr, err = p.descr()
		case "fortran_order":
			f.fortran, err = p.boolean()
		case "shape":
			f.shape, err = p.tuple()
		default:
			return f, fmt.Errorf("its header has an unknown entry %s", quote(key))
		}
		if err != nil {
			return f, err
		}
		if !p.take(',') {
			if !p.take('}') {
				return f, errSyntax
			}
			break
		}
	}
	if p.skip(); p.rest != "" {
		return f, errSyntax
	}
	for _, key := range []string{"descr", "fortran_order", "shape"} {
		if !seen[key] {
			return f, fmt.Errorf("its header has no %s", quote(key))
		}
	}
	return f, nil
}

// literal is a Python literal that is being read; rest is what is left of it.
type literal struct{ rest string }

func (p *literal) skip() { p.rest = strings.TrimLeft(p.rest, " \t\r\n") }

func (p *literal) take(c byte) bool {
	p.skip()
	if p.rest == "" || p.rest[0] != c {
		return false
	}
	p.rest = p.rest[1:]
	return true
}

// str reads 'text' or "text" without escapes, which no header of numbers has.
func (p *literal) str() (string, bool) {
	p.skip()
	if p.rest == "" || (p.rest[0] != '\'' && p.rest[0] != '"') {
		return "", false
	}
	text, rest, found := strings.Cut(p.rest[1:], p.rest[:1])
	if !found || strings.ContainsAny(text, "\\\n") {
		return "", false
	}
	p.rest = rest
	return text, true
}

func (p *literal) descr() (string, error) {
	if p.take('[') || p.take('(') || p.take('{') {
		return "", errStructured
	}
	s, ok := p.str()
	if !ok {
		return "", errSyntax
	}
	return s, nil
}

func (p *literal) boolean() (bool, error) {
	p.skip()
	if rest, ok := strings.CutPrefix(p.rest, "False"); ok {
		p.rest = rest
		return false, nil
	}
	rest, ok := strings.CutPrefix(p.rest, "True")
	if !ok {
		return false, errSyntax
	}
	p.rest = rest
	return true, nil
}

// maxDims is the most dimensions a NumPy array can have.
const maxDims = 64

func (p *literal) tuple() ([]int, error) {
	shape := []int{}
	if !p.take('(') {
		return nil, errSyntax
	}
	for !p.take(')') {
		p.skip()
		n := len(p.rest) - len(strings.TrimLeft(p.rest, "-0123456789"))
		v, err := strconv.ParseInt(p.rest[:n], 10, 0)
		switch {
		case errors.Is(err, strconv.ErrRange):
			return nil, fmt.Errorf("its shape has a dimension of %s, beyond the largest, %d", clip(p.rest[:n]), math.MaxInt)
		case err != nil:
			return nil, errSyntax
		case v < 0:
			return nil, fmt.Errorf("its shape has a negative dimension, %d", v)
		case len(shape) == maxDims:
			return nil, fmt.Errorf("its shape has more than %d dimensions", maxDims)
		}
		shape = append(shape, int(v))
		p.rest = strings.TrimPrefix(p.rest[n:], "L")
		comma := p.take(',')
		if p.take(')') {
			if len(shape) == 1 && !comma {
				return nil, errSyntax // (3) is a number, (3,) a tuple
			}
			break
		}
		if !comma {
			return nil, errSyntax
		}
	}
	return shape, nil
}
