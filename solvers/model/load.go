package model

import (
	"errors"
	"fmt"
	"slices"
	"strconv"

	"hybrid/solvers/model/ir"
	"hybrid/solvers/task"
)

// load reads a model, with what the options change in it, and cuts it into cells.
func load(m source, set []string, p *statement, t ir.Type) (*Spec, *System, error) {
	if p.DT > 0 {
		set = append(slices.Clone(set), "--dt="+strconv.FormatFloat(p.DT, 'g', -1, 64))
	}
	spec, err := Read(m.name, m.text, set...)
	if err != nil {
		return nil, nil, err
	}
	if p.stepsGiven {
		spec.Steps, spec.End = p.Steps, 0
	}
	sys, err := spec.System(t)
	var known *task.StatusError
	if err != nil && !errors.As(err, &known) {
		err = &task.StatusError{Err: fmt.Errorf("%s: %w", m.name, err), Status: task.BadUsage}
	}
	return spec, sys, err
}
