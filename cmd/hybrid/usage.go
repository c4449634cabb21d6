package main

import (
	"fmt"
	"strings"

	"hybrid/internal/option"
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
	return bad("unknown command %q%s: the commands are %s; see hybrid --help",
		name, option.Near(name, commandNames(), ""), strings.Join(commandNames(), ", "))
}
