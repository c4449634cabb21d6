package plain

import "strings"

// Quote has a shell take any text as one word.
func Quote(text string) string { return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'" }

// Word is a text that a shell takes as one word: quoted where it has other characters than
// those that no shell changes.
func Word(text string) string {
	special := func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && !strings.ContainsRune("/._-+=:,@%", r)
	}
	if text == "" || strings.ContainsFunc(text, special) {
		return Quote(text)
	}
	return text
}
