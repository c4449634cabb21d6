package option

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
)

// An Object is the parameters of a run by name, in the order of their declaration,
// as JSON has them.
type Object struct {
	names  []string
	values map[string]any
}

// Object is all parameters but those that only say how to report. A name is that
// of the flag with _ for -.
func (s *Set) Object() *Object {
	o := &Object{values: map[string]any{}}
	for _, p := range s.params {
		if !p.Aside {
			o.Set(strings.ReplaceAll(p.Name, "-", "_"), p.value())
		}
	}
	return o
}

// Set gives a parameter the value that it came to, such as a size that a file
// decided, or adds one.
func (o *Object) Set(name string, value any) *Object {
	if !slices.Contains(o.names, name) {
		o.names = append(o.names, name)
	}
	o.values[name] = value
	return o
}

// MarshalJSON writes the parameters in their order.
func (o *Object) MarshalJSON() ([]byte, error) {
	b := bytes.NewBufferString("{")
	for i, name := range o.names {
		if i > 0 {
			b.WriteByte(',')
		}
		key, err := json.Marshal(name)
		if err != nil {
			return nil, err
		}
		value, err := json.Marshal(o.values[name])
		if err != nil {
			return nil, err
		}
		b.Write(key)
		b.WriteByte(':')
		b.Write(value)
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}
