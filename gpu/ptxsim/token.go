package ptxsim

import (
	"fmt"
	"strings"
)

// syntaxError is raised by panic inside Parse, which returns it.
type syntaxError struct {
	file string
	line int
	msg  string
}

func (e *syntaxError) Error() string { return fmt.Sprintf("%s:%d: %s", e.file, e.line, e.msg) }

// token is a word (names, numbers, directives, an opcode with its modifiers), a
// string in quotes, or one character of punctuation. The last of a file is "".
type token struct {
	text string
	line int
}

func wordByte(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' ||
		c == '_' || c == '$' || c == '%' || c == '.'
}

// scan cuts src into tokens.
func scan(file string, src []byte) []token {
	s := string(src)
	var out []token
	line := 1
	fail := func(format string, args ...any) {
		panic(&syntaxError{file, line, fmt.Sprintf(format, args...)})
	}
	for i := 0; i < len(s); {
		c := s[i]
		switch {
		case c == '\n':
			line++
			i++
		case c == ' ' || c == '\t' || c == '\r' || c == 0 && i == len(s)-1:
			i++ // NVRTC's text may end in the zero of a C string
		case strings.HasPrefix(s[i:], "//"):
			for i < len(s) && s[i] != '\n' {
				i++
			}
		case strings.HasPrefix(s[i:], "/*"):
			n := strings.Index(s[i+2:], "*/")
			if n < 0 {
				fail("comment without end")
			}
			line += strings.Count(s[i:i+n+4], "\n")
			i += n + 4
		case c == '"':
			n := strings.IndexAny(s[i+1:], "\"\n")
			if n < 0 || s[i+1+n] != '"' {
				fail("string without end")
			}
			out = append(out, token{s[i : i+n+2], line})
			i += n + 2
		case wordByte(c):
			j := i
			for j < len(s) && (wordByte(s[j]) || strings.HasPrefix(s[j:], "::")) {
				if s[j] == ':' {
					j++
				}
				j++
			}
			out = append(out, token{s[i:j], line})
			i = j
		case strings.IndexByte(",;:|!@()[]{}<>=+-", c) >= 0:
			out = append(out, token{s[i : i+1], line})
			i++
		default:
			fail("unexpected character %q", c)
		}
	}
	return append(out, token{"", line})
}
