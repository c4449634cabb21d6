package compare

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"hybrid/internal/inputfile"
	"hybrid/study/result"
)

// remedy is what to do about a file that is no study.
const remedy = "give a file that hybrid bench --json has written"

// What is more than any study has.
const (
	mostBytes  = 8 << 20
	mostPoints = 1 << 12
)

// Read reads the result of an earlier hybrid bench --json from a file. The error
// names the file, what is wrong with it and what to do.
func Read(path string) (*result.Result, error) {
	data, err := load(path)
	if err != nil {
		return nil, fmt.Errorf("baseline: %w: %s", err, remedy)
	}
	r, err := parse(data)
	if err != nil {
		return nil, fmt.Errorf("baseline %s: %w: %s", path, err, remedy)
	}
	return r, nil
}

// load reads a file, or a pipe that another program writes to.
func load(path string) ([]byte, error) {
	f, err := inputfile.OpenStream(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var data bytes.Buffer
	n, err := data.ReadFrom(io.LimitReader(f, mostBytes+1))
	if err == nil && n > mostBytes {
		err = fmt.Errorf("%s has more than %d bytes", path, mostBytes)
	}
	return data.Bytes(), err
}

func parse(data []byte) (*result.Result, error) {
	if len(bytes.TrimSpace(data)) == 0 {
		return nil, errors.New("it is empty")
	}
	var e struct {
		Command *string         `json:"command"`
		Result  json.RawMessage `json:"result"`
	}
	if err := json.Unmarshal(data, &e); err != nil {
		return nil, explain(data, err)
	}
	switch {
	case e.Command == nil || e.Result == nil:
		return nil, errors.New("it is JSON, but not of hybrid bench: it has no command with a result")
	case *e.Command != "bench":
		return nil, fmt.Errorf("it is the output of hybrid %.40q, not of hybrid bench", *e.Command)
	}
	var o outline
	if err := json.Unmarshal(e.Result, &o); err != nil {
		return nil, explain(e.Result, err)
	}
	if n := o.points(); n > mostPoints {
		return nil, fmt.Errorf("it has %d measurements, more than %d", n, mostPoints)
	}
	r := new(result.Result)
	if err := json.Unmarshal(e.Result, r); err != nil {
		return nil, explain(e.Result, err)
	}
	return r, check(r)
}

// explain says where in data JSON ends to be JSON, or to be a study.
func explain(data []byte, err error) error {
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) {
		return fmt.Errorf("line %d is not JSON: %v", 1+bytes.Count(data[:min(int(syntax.Offset), len(data))], []byte("\n")), err)
	}
	var kind *json.UnmarshalTypeError
	if errors.As(err, &kind) {
		return fmt.Errorf("it is JSON, but not of hybrid bench: %s is %s", orThis(kind.Field), article(kind.Value))
	}
	return err
}

func orThis(field string) string {
	if field == "" {
		return "it"
	}
	return field
}

// check reports what makes a study useless as a baseline: without kernels, or with
// a time that cannot be.
func check(r *result.Result) error {
	if len(r.Kernels) == 0 && len(r.Scaling) == 0 {
		return errors.New("it is a study without kernels: there is nothing to compare")
	}
	for _, n := range numbers(r) {
		if n.Kind == result.OfProbe {
			continue
		}
		for _, t := range values(n.sample) {
			if !measurable(t) {
				return fmt.Errorf("the time of %.200s is %v s, which must be positive", n.Name, t)
			}
		}
	}
	return nil
}

// An outline is the lists of a study without what is in them, which takes a hundred times the memory
// of the few characters that can stand for it in a file.
type outline struct {
	Probes, Kernels []struct{}
	Versus          []struct{} `json:"cpu_gpu"`
	Scaling         []struct{ Points []struct{} }
	Projection      []struct{ Points []struct{} }
	Comparison      struct{ Rows []struct{} }
}

// points is how many measurements there are, and what else takes as much memory.
func (o *outline) points() int {
	n := len(o.Probes) + len(o.Kernels) + len(o.Versus) + len(o.Scaling) + len(o.Projection) + len(o.Comparison.Rows)
	for _, s := range o.Scaling {
		n += len(s.Points)
	}
	for _, p := range o.Projection {
		n += len(p.Points)
	}
	return n
}

func article(kind string) string {
	if kind == "array" || kind == "object" {
		return "an " + kind
	}
	return "a " + kind
}
