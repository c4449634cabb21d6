package cli

import (
	"slices"
	"strings"

	"hybrid/internal/near"
	"hybrid/solvers/task/option"
)

// otherVariables are those that are no parameter of a command: of the program's start, of
// its messages, and of the tests, whose own all begin with testVariables.
var otherVariables = []string{"HYBRID_DEBUG", "HYBRID_LIBCUDA", "HYBRID_LIBMPI", "HYBRID_REQUIRE"}

const testVariables = "HYBRID_TEST_"

// sayUnread names, once, the variables of the environment that look like the program's and
// are not: nobody reads them, so a run would do something else than was meant. They are no
// error, as a variable for another command is none, and as the environment may have them
// from elsewhere: HYBRID_ROOT from a cluster's module, say. Who wants quiet is told of those that
// are a slip away from one that is read.
func (p *Program) sayUnread(c *console, o *option.Set, quiet bool) {
	if c.mute || c.saidUnread {
		return
	}
	c.saidUnread = true
	var own, all []string // of this command, and of all
	for _, x := range p.Environ {
		name, value, _ := strings.Cut(x, "=")
		if !strings.HasPrefix(name, o.Prefix) || strings.HasPrefix(name, testVariables) || value == "" {
			continue
		}
		if all == nil {
			own = append(o.Variables(), otherVariables...)
			for _, of := range p.Options() {
				all = append(all, of.Variables()...)
			}
			all = append(all, otherVariables...)
		}
		if slices.Contains(all, name) {
			continue
		}
		guess := nearVariable(name, own, o.Prefix)
		if guess == "" {
			guess = nearVariable(name, all, o.Prefix)
		}
		if quiet && guess == "" {
			continue
		}
		c.say("%s is set, but hybrid knows no such variable%s: it changes nothing", name, guess)
	}
}

// nearVariable is the variable that was meant. Names are compared without what all have in
// common, so that few letters make few slips.
func nearVariable(name string, known []string, prefix string) string {
	short := make([]string, len(known))
	for i, k := range known {
		short[i] = strings.TrimPrefix(k, prefix)
	}
	return near.Word(strings.TrimPrefix(name, prefix), short, prefix)
}
