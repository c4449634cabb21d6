package model

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"hybrid/solvers/model/ir"
	"hybrid/solvers/task"
)

// load reads a model, with what the options change in it, and cuts it into cells. The steps of
// --steps are as long as those to the model's end, if it has one. It is collective.
func load(m source, set []string, p *statement, t ir.Type, place task.Place) (*Spec, *System, error) {
	if p.DT > 0 {
		set = append(slices.Clone(set), "--dt="+strconv.FormatFloat(p.DT, 'g', -1, 64))
	}
	if p.stepsGiven {
		set = append(slices.Clone(set), fmt.Sprintf("--steps=%d", p.Steps))
	}
	spec, err := readBy(cmp.Or(p.setBy, "--set"), m.name, m.text, set)
	if err != nil {
		return nil, nil, err
	}
	sys, err := spec.systemOn(t, &place)
	if err == nil && p.stepsGiven {
		sys.Steps = p.Steps
	}
	var known *task.StatusError
	if err != nil && !errors.As(err, &known) {
		err = &task.StatusError{Err: fmt.Errorf("%s: %w", m.name, err), Status: task.BadUsage}
	}
	return spec, sys, err
}
