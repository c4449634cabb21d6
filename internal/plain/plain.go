// Package plain makes text that came from outside, such as the name of a file, a
// host or a processor, fit for a terminal: control characters, which could move the
// cursor, set the title or forge a line, and characters that turn the direction of
// text are shown as \x1b or \u202e.
package plain

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// Text is a text in one line: line breaks and tabs are shown as \n and \t.
func Text(s string) string {
	clean, rest := escape(s, "")
	return clean + hex(rest)
}

// Lines is a part of a longer text whose line breaks and tabs are meant. It returns
// the beginning of a character at the part's end, if there is one, for the next
// part.
func Lines(s string) (clean, rest string) { return escape(s, "\n\t") }

// JSON is a JSON text with such characters in its strings as \u escapes, which stand
// for the same value.
func JSON(text []byte) []byte {
	var b strings.Builder
	for _, r := range string(text) {
		switch hi, lo := utf16.EncodeRune(r); {
		case harmless(r):
			b.WriteRune(r)
		case hi != unicode.ReplacementChar:
			fmt.Fprintf(&b, `\u%04x\u%04x`, hi, lo)
		default:
			fmt.Fprintf(&b, `\u%04x`, r)
		}
	}
	return []byte(b.String())
}

// harmless tells whether a character shows itself and nothing else. The joiners of
// letters belong to words of some languages.
func harmless(r rune) bool {
	const nonJoiner, joiner = '\u200c', '\u200d'
	return unicode.IsGraphic(r) || r == nonJoiner || r == joiner
}

// escape shows what is not harmless, but for the characters to keep. rest is the
// beginning of a character at the end.
func escape(s, keep string) (clean, rest string) {
	var b strings.Builder
	for len(s) > 0 {
		r, n := utf8.DecodeRuneInString(s)
		switch {
		case r == utf8.RuneError && n == 1 && !utf8.FullRuneInString(s):
			return b.String(), s
		case r == utf8.RuneError && n == 1:
			b.WriteString(hex(s[:1]))
		case harmless(r) || strings.ContainsRune(keep, r):
			b.WriteRune(r)
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\t':
			b.WriteString(`\t`)
		case r == '\r':
			b.WriteString(`\r`)
		case r < 0x80:
			b.WriteString(hex(s[:1]))
		case r <= 0xffff:
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			fmt.Fprintf(&b, `\U%08x`, r)
		}
		s = s[n:]
	}
	return b.String(), ""
}

// hex shows bytes as \x1b.
func hex(s string) string {
	var b strings.Builder
	for _, c := range []byte(s) {
		fmt.Fprintf(&b, `\x%02x`, c)
	}
	return b.String()
}

// Line is Text with the lines of the text folded into one.
func Line(text string) string {
	return Text(strings.Join(strings.FieldsFunc(text, func(r rune) bool { return r == '\n' || r == '\r' }), "; "))
}
