package cli

import (
	"bytes"
	"encoding"
	"encoding/json"
	"errors"
	"math"
	"reflect"
	"strings"
)

// marshal is json.Marshal, with null for numbers that JSON does not have: NaN and
// the infinities.
func marshal(v any) ([]byte, error) {
	text, err := json.Marshal(v)
	var unsupported *json.UnsupportedValueError
	if errors.As(err, &unsupported) {
		return json.Marshal(finiteOnly(reflect.ValueOf(v)))
	}
	return text, err
}

// An object is a JSON object whose members keep their order.
type object []member

type member struct {
	name  string
	value any
	depth int // of structs embedded in each other
}

func (o object) MarshalJSON() ([]byte, error) {
	b := bytes.NewBufferString("{")
	for i, m := range o {
		name, err := json.Marshal(m.name)
		if err != nil {
			return nil, err
		}
		value, err := json.Marshal(m.value)
		if err != nil {
			return nil, err
		}
		if i > 0 {
			b.WriteByte(',')
		}
		b.Write(append(append(name, ':'), value...))
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// finiteOnly is what json.Marshal makes of v, as values, with nil for floats that
// are not finite. Values that write themselves are left to it.
func finiteOnly(v reflect.Value) any {
	if !v.IsValid() {
		return nil
	}
	switch v.Interface().(type) {
	case json.Marshaler, encoding.TextMarshaler:
		return v.Interface()
	}
	switch v.Kind() {
	case reflect.Float32, reflect.Float64:
		if f := v.Float(); math.IsNaN(f) || math.IsInf(f, 0) {
			return nil
		}
	case reflect.Pointer, reflect.Interface:
		return finiteOnly(v.Elem()) // not valid where v is nil
	case reflect.Slice, reflect.Array:
		if v.Kind() == reflect.Slice && (v.IsNil() || v.Type().Elem().Kind() == reflect.Uint8) {
			break
		}
		list := make([]any, v.Len())
		for i := range list {
			list[i] = finiteOnly(v.Index(i))
		}
		return list
	case reflect.Map:
		if v.IsNil() || v.Type().Key().Kind() != reflect.String {
			break
		}
		values := map[string]any{}
		for key, value := range v.Seq2() {
			values[key.String()] = finiteOnly(value)
		}
		return values
	case reflect.Struct:
		var o object
		return o.fields(v, 0)
	}
	return v.Interface()
}

// fields adds those of a struct. Of two with one name the outer one counts.
func (o object) fields(v reflect.Value, depth int) object {
	for i := range v.NumField() {
		field, value := v.Type().Field(i), v.Field(i)
		name, options, _ := strings.Cut(field.Tag.Get("json"), ",")
		if field.Anonymous && name == "" && value.Kind() == reflect.Struct {
			o = o.fields(value, depth+1)
			continue
		}
		if !field.IsExported() || name == "-" || strings.Contains(options, "omitempty") && empty(value) {
			continue
		}
		if name == "" {
			name = field.Name
		}
		at := -1
		for k, m := range o {
			if m.name == name {
				at = k
			}
		}
		switch m := (member{name, finiteOnly(value), depth}); {
		case at < 0:
			o = append(o, m)
		case depth < o[at].depth:
			o = append(append(o[:at:at], o[at+1:]...), m)
		}
	}
	return o
}

// empty is what omitempty leaves out.
func empty(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Array, reflect.Map, reflect.Slice, reflect.String:
		return v.Len() == 0
	case reflect.Struct:
		return false
	}
	return v.IsZero()
}
