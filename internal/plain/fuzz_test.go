package plain

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"
)

// FuzzText: what is shown has no character that steers a terminal, and shows itself.
func FuzzText(f *testing.F) {
	for _, text := range []string{"a b.npy", "\x1b]0;owned\a", "a\nb\tc\r\x00\x7f", "\u009b31m\u202e\u2028\ufeff\U000e0041", "cut \xe6\x97", "می\u200cخواهم", "\xff\x9b"} {
		f.Add(text, 3)
	}
	f.Fuzz(func(t *testing.T, text string, cut int) {
		got := Text(text)
		if !utf8.ValidString(got) || strings.ContainsFunc(got, func(r rune) bool { return !harmless(r) }) {
			t.Errorf("%q is shown as %q", text, got)
		}
		if again := Text(got); again != got {
			t.Errorf("%q is shown as %q, and that as %q", text, got, again)
		}
		if !strings.ContainsAny(text, "\n\t") {
			at := 0
			if len(text) > 0 {
				at = int(uint(cut) % uint(len(text)))
			}
			first, rest := Lines(text[:at])
			second, rest := Lines(rest + text[at:])
			if lines := first + second + hex(rest); lines != got {
				t.Errorf("%q cut at %d is shown as %q, whole as %q", text, at, lines, got)
			}
		}
		if line := Line(text); strings.ContainsFunc(line, func(r rune) bool { return !harmless(r) }) {
			t.Errorf("%q in a line is %q", text, line)
		}
		from, err := json.Marshal(text)
		if err != nil {
			t.Fatal(err)
		}
		var want, value string
		if err := json.Unmarshal(from, &want); err != nil {
			t.Fatal(err)
		}
		to := JSON(from)
		if err := json.Unmarshal(to, &value); err != nil || value != want || Text(string(to)) != string(to) {
			t.Errorf("%s became %s: %q, %v", from, to, value, err)
		}
	})
}
