package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/agnivade/levenshtein"
	"github.com/urfave/cli/v2"
)

// A statusError is an error with the exit status that it asks for.
type statusError struct {
	error
	status int
}

// ExitCode is the status that the process is to end with.
func (e *statusError) ExitCode() int { return e.status }

func (e *statusError) Unwrap() error { return e.error }

// A shownError is an error with lines below its own that show the place of what is
// wrong.
type shownError struct {
	error
	place string
}

func (e *shownError) Unwrap() error { return e.error }

// The exit statuses beside 0 and 128+n.
const (
	failed     = 1
	badUsage   = 2
	unverified = 3
)

// bad is an error of whoever typed the command: bad usage or bad input.
func bad(format string, args ...any) error {
	return &statusError{fmt.Errorf(format, args...), badUsage}
}

func unknownCommand(name string) error {
	if strings.HasPrefix(name, "-") {
		return bad("unknown flag %s: flags come after the command; see hybrid --help", name)
	}
	return bad("unknown command %q%s: the commands are %s; see hybrid --help",
		name, didYouMean(name, commandNames(), ""), strings.Join(commandNames(), ", "))
}

// explainUsage turns what the flag parser says into our own words.
func explainUsage(command string, args []string, flags []cli.Flag, err error) error {
	text := err.Error()
	if name, ok := strings.CutPrefix(text, "flag provided but not defined: -"); ok {
		name = strings.TrimLeft(name, "-")
		if len(name) == 1 && !slices.ContainsFunc(args, func(arg string) bool { return strings.HasPrefix(arg, "--"+name) }) {
			return bad("unknown flag -%s: see %s --help", name, command)
		}
		return bad("unknown flag --%s%s: see %s --help", name, didYouMean(name, flagNames(flags), "--"), command)
	}
	if name, ok := strings.CutPrefix(text, "flag needs an argument: -"); ok {
		return bad("--%s needs a value: --%[1]s VALUE", strings.TrimLeft(name, "-"))
	}
	var value, name string
	if n, _ := fmt.Sscanf(text, "invalid boolean value %q for -%s", &value, &name); n == 2 {
		return bad("--%s is %q: it takes no value, or true or false", strings.TrimRight(name, ":"), value)
	}
	if rest, ok := strings.CutPrefix(text, "bad flag syntax: "); ok {
		return bad("%q is no flag: flags are --name value; see %s --help", rest, command)
	}
	return &statusError{err, badUsage}
}

func flagNames(flags []cli.Flag) []string {
	var names []string
	for _, f := range flags {
		names = append(names, f.Names()[0])
	}
	return names
}

// didYouMean names the known word nearest to a mistyped one, if one is near.
func didYouMean(word string, known []string, prefix string) string {
	best := slices.MinFunc(known, func(a, b string) int {
		return levenshtein.ComputeDistance(word, a) - levenshtein.ComputeDistance(word, b)
	})
	if levenshtein.ComputeDistance(word, best) > max(1, len(word)/3) {
		return ""
	}
	return fmt.Sprintf(" (did you mean %s%s?)", prefix, best)
}
