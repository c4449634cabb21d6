package model

import "math"

// time chooses the step and how many there are.
func (l *lowering) time() {
	l.sys.DT = l.spec.DT
	l.sys.Steps = l.spec.Steps
	if l.sys.Steps == 0 {
		l.sys.Steps = int(math.Ceil(l.spec.End/l.sys.DT - 1e-9))
	}
}
