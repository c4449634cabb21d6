package main

import (
	"hybrid/internal/option"
	kernel "hybrid/study/work"
)

// A reader refuses options that cannot be, each being right by itself. The first
// mistake stays.
type reader struct {
	*option.Set
	kernels []kernel.Kernel // that bench can measure
	err     error
}

func (r *reader) fail(format string, args ...any) {
	if r.err == nil {
		r.err = bad(format, args...)
	}
}

// ignored is what the help says of an option that a command takes because all do.
func ignored(why string) string { return "taken by every command. " + why }
