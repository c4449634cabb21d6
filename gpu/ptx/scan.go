package ptx

import (
	"fmt"
	"strings"
)

// A SyntaxError is a place in a file at which no reader can go on.
type SyntaxError struct {
	File string // as named to the reader
	Line int    // from 1
	Msg  string
}

func (e *SyntaxError) Error() string { return fmt.Sprintf("%s:%d: %s", e.File, e.Line, e.Msg) }

// A token is a word (names, numbers, directives, an opcode with its modifiers), a
// string in quotes, or one character of punctuation. The last of a file is "".
type token struct {
	text string
	line int // at which it begins, from 1
	end  int // offset behind it
}

// A scanner cuts a text into tokens.
type scanner struct {
	file, text string
	at, line   int
}

func (s *scanner) wrong(format string, args ...any) {
	panic(&SyntaxError{s.file, s.line, fmt.Sprintf(format, args...)})
}

// scan is the token at or after s.at.
func (s *scanner) scan() token {
	s.blank()
	if s.at == len(s.text) {
		return token{"", s.line, s.at}
	}
	c, left, n := s.text[s.at], s.text[s.at:], 0
	switch {
	case c == '"':
		n = s.quoted()
	case inWord(c):
		for n < len(left) && (inWord(left[n]) || strings.HasPrefix(left[n:], "::")) {
			if left[n] == ':' {
				n++
			}
			n++
		}
	case strings.IndexByte(",;:|!@()[]{}<>=+-", c) >= 0:
		n = 1
	default:
		s.wrong("unexpected character %q", c)
	}
	s.at += n
	return token{left[:n], s.line, s.at}
}

// blank passes over white space and comments.
func (s *scanner) blank() {
	for s.at < len(s.text) {
		c, left := s.text[s.at], s.text[s.at:]
		switch {
		case c == '\n':
			s.line++
			s.at++
		case c == ' ' || c == '\t' || c == '\r' || c == 0 && len(left) == 1:
			s.at++ // a compiler's text may end in the zero of a C string
		case strings.HasPrefix(left, "//"):
			end := strings.IndexByte(left, '\n')
			if end < 0 {
				end = len(left)
			}
			s.at += end
		case strings.HasPrefix(left, "/*"):
			end := strings.Index(left[2:], "*/")
			if end < 0 {
				s.wrong("comment without end")
			}
			s.line += strings.Count(left[:end+4], "\n")
			s.at += end + 4
		default:
			return
		}
	}
}

// quoted is the bytes of the string at s.at.
func (s *scanner) quoted() int {
	left := s.text[s.at+1:]
	end := strings.IndexAny(left, "\"\n")
	if end < 0 || left[end] != '"' {
		s.wrong("string without end")
	}
	return end + 2
}

// skip passes over everything to the brace that closes the one before s.at.
func (s *scanner) skip() {
	for depth := 1; depth > 0; {
		n := strings.IndexAny(s.text[s.at:], `{}"/`)
		if n < 0 {
			n = len(s.text) - s.at
		}
		s.line += strings.Count(s.text[s.at:s.at+n], "\n")
		s.at += n
		if s.at == len(s.text) {
			s.wrong("%q has no %q", "{", "}")
		}
		switch before := s.at; s.text[s.at] {
		case '{':
			depth++
			s.at++
		case '}':
			depth--
			s.at++
		case '"':
			s.at += s.quoted()
		default:
			if s.blank(); s.at == before {
				s.wrong("unexpected character %q", '/')
			}
		}
	}
}

func inWord(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' ||
		c == '_' || c == '$' || c == '%' || c == '.'
}
