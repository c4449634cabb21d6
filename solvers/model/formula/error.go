package formula

import (
	"fmt"
	"strings"
	"unicode"
)

// An Error is a mistake in a formula.
type Error struct {
	Text   string // the formula
	Lo, Hi int    // the place in it, in bytes
	Msg    string
}

// Error is the message, and below it the formula's line with the place underlined:
//
//	unknown name lapacian (did you mean laplacian?)
//	    Du*lapacian(u) - u*v^2
//	       ^^^^^^^^
func (e *Error) Error() string { return e.Msg + "\n" + Underline(e.Text, e.Lo, e.Hi, "    ") }

// Underline shows the line of a text that has the byte lo, and below it marks up to hi, or
// to the line's end. Of a long line it shows a part. Each of the two lines begins with margin.
func Underline(text string, lo, hi int, margin string) string {
	lo = min(max(lo, 0), len(text))
	hi = min(max(hi, lo), len(text))
	from := strings.LastIndexByte(text[:lo], '\n') + 1
	to := len(text)
	if n := strings.IndexByte(text[lo:], '\n'); n >= 0 {
		to = lo + n
	}
	before, marked, after := visible(text[from:lo]), visible(text[lo:max(lo, min(hi, to))]), visible(text[max(lo, min(hi, to)):to])
	const wide, aside = 60, 30
	if len(marked) > wide {
		after, marked = nil, marked[:wide]
	}
	if len(before) > wide {
		before = append([]rune("..."), before[len(before)-aside:]...)
	}
	if len(after) > aside && len(before)+len(marked)+len(after) > 2*wide {
		after = append(after[:aside:aside], []rune("...")...)
	}
	return fmt.Sprintf("%s%s%s%s\n%s%s%s", margin, string(before), string(marked), string(after),
		margin, strings.Repeat(" ", len(before)), strings.Repeat("^", max(1, len(marked))))
}

// visible is a text as a terminal may be given it, a column for each rune of most scripts.
func visible(text string) []rune {
	runes := []rune(strings.ToValidUTF8(text, "\ufffd"))
	for i, r := range runes {
		switch {
		case r == '\t' || r == '\r':
			runes[i] = ' '
		case !unicode.IsPrint(r):
			runes[i] = '\ufffd'
		}
	}
	return runes
}

func wrong(text string, lo, hi int, format string, args ...any) *Error {
	return &Error{text, lo, hi, fmt.Sprintf(format, args...)}
}
