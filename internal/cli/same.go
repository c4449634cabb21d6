package cli

import (
	"slices"
	"strings"

	"hybrid/mpi"
	"hybrid/mpi/gather"
	"hybrid/solvers/task"
)

// sameOnAll reports a rank that runs another command than rank 0, or was given
// other settings, as can happen when variables are set on one node alone. It is
// collective.
func sameOnAll(c *mpi.Comm, command string, given []string) error {
	own := append([]string{command}, given...)
	first, err := gather.FromRoot(c, own)
	if err != nil {
		return err
	}
	switch {
	case first[0] != command:
		err = task.Bad("rank %d on %s runs %q, but rank 0 %q: all ranks of a job run the same command", c.Rank(), c.Host(), command, first[0])
	case !slices.Equal(own, first):
		mine, theirs := differences(own[1:], first[1:])
		err = task.Bad("rank %d on %s was given %s, but rank 0 %s: give all ranks the same flags and HYBRID_ variables",
			c.Rank(), c.Host(), mine, theirs)
	}
	return c.Agree(err)
}

// differences are what one list has and the other not, in words.
func differences(a, b []string) (onlyA, onlyB string) {
	missing := func(from, in []string) string {
		left := slices.DeleteFunc(slices.Clone(from), func(s string) bool { return slices.Contains(in, s) })
		if len(left) == 0 {
			return "no such option"
		}
		return strings.Join(left, " ")
	}
	onlyA, onlyB = missing(a, b), missing(b, a)
	if onlyA == onlyB { // the same, in another order or number
		return strings.Join(a, " "), strings.Join(b, " ")
	}
	return onlyA, onlyB
}
