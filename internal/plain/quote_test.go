package plain

import "testing"

func TestWord(t *testing.T) {
	for text, want := range map[string]string{
		"":           "''",
		"runs/ck-1":  "runs/ck-1",
		"my ck":      "'my ck'",
		"it's":       `'it'\''s'`,
		"$(id)":      "'$(id)'",
		"ck*":        "'ck*'",
		"~/ck":       "'~/ck'",
		"two\nlines": "'two\nlines'",
	} {
		if got := Word(text); got != want {
			t.Errorf("%q is the word %s; want %s", text, got, want)
		}
	}
}
