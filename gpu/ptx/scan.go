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

// A Token is a word (names, numbers, directives, an opcode with its modifiers), a
// string in quotes, or one character of punctuation. The last of a file is "".
type Token struct {
	Text string
	Line int // at which it begins, from 1
}

// Scan cuts src into tokens. file stands for it in errors, which are *SyntaxError.
func Scan(file string, src []byte) ([]Token, error) {
	s := scanner{file: file, text: string(src), line: 1}
	var all []Token
	for {
		t, err := s.next()
		if err != nil {
			return nil, err
		}
		all = append(all, t)
		if t.Text == "" {
			return all, nil
		}
	}
}

// A scanner hands out the tokens of a text.
type scanner struct {
	file, text string
	at, line   int
}

func (s *scanner) fail(format string, args ...any) (Token, error) {
	return Token{}, &SyntaxError{s.file, s.line, fmt.Sprintf(format, args...)}
}

// next is the token at or after s.at.
func (s *scanner) next() (Token, error) {
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
				return s.fail("comment without end")
			}
			s.line += strings.Count(left[:end+4], "\n")
			s.at += end + 4
		case c == '"':
			end := strings.IndexAny(left[1:], "\"\n")
			if end < 0 || left[1+end] != '"' {
				return s.fail("string without end")
			}
			return s.take(end + 2), nil
		case inWord(c):
			n := 0
			for n < len(left) && (inWord(left[n]) || strings.HasPrefix(left[n:], "::")) {
				if left[n] == ':' {
					n++
				}
				n++
			}
			return s.take(n), nil
		case strings.IndexByte(",;:|!@()[]{}<>=+-", c) >= 0:
			return s.take(1), nil
		default:
			return s.fail("unexpected character %q", c)
		}
	}
	return Token{"", s.line}, nil
}

// take makes a token of the next n bytes.
func (s *scanner) take(n int) Token {
	t := Token{s.text[s.at : s.at+n], s.line}
	s.at += n
	return t
}

func inWord(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' ||
		c == '_' || c == '$' || c == '%' || c == '.'
}
