package model

import (
	"testing"

	"hybrid/solvers/task"
)

// TestVerdictsTogether are of a plain loop and of the model's checks: the one that fails comes
// first, and both are told.
func TestVerdictsTogether(t *testing.T) {
	loop, checks := task.Right("loop"), task.Wrong("checks")
	for _, c := range []struct {
		a, b   task.Verdict
		answer task.Answer
		detail string
	}{
		{loop, task.Right("checks"), task.Yes, "loop; checks"},
		{loop, checks, task.No, "checks; loop"},
		{task.Wrong("loop"), checks, task.No, "loop; checks"},
		{task.Unknown("loop"), checks, task.No, "checks; loop"},
		{task.Unknown("loop"), task.Right("checks"), task.Unknown("").Answer, "loop; checks"},
	} {
		if got := together(c.a, &c.b); got.Answer != c.answer || got.Detail != c.detail {
			t.Errorf("%v and %v: %v", c.a, c.b, *got)
		}
	}
}
