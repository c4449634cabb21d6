package words

import (
	"slices"
	"testing"
	"unicode/utf8"

	"github.com/rivo/uniseg"

	"hybrid/simd"
)

func TestSegments(t *testing.T) {
	for text, want := range map[string][]string{
		"I won't, you won\u2019t.":       {"I", "won't", "you", "won\u2019t"},
		"'tis the dogs' x-rays":          {"tis", "the", "dogs", "x-rays"},
		"out-of-the-box -- well-\nknown": {"out-of-the-box", "well", "known"},
		"-5 e-mail- a--b":                {"5", "e-mail", "a", "b"},
		"3.14 1,000,000 10:30 U.S.A.":    {"3.14", "1,000,000", "10", "30", "U.S.A"},
		"can_open __ _a":                 {"can_open", "_a"},
		"co\u00adop\u00ader\u00adate":    {"cooperate"},
		"\ufeffone\u200e two\u2060s":     {"one", "twos"},
		"\u0645\u06cc\u200c\u062e":       {"\u0645\u06cc\u200c\u062e"},
		"字は アパート":                        {"字", "は", "アパート"},
		"naïve e\u0301t":                 {"naïve", "e\u0301t"},
		"#tag a@b.org ❤":                 {"tag", "a", "b.org"},
	} {
		s, err := NewScanner(Segments(false), simd.Auto)
		if err != nil {
			t.Fatal(err)
		}
		if got := scanned(s, []byte(text)); !slices.Equal(got, want) {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

// TestSoftHyphen has one in words of every alphabet in UTF-8, and alone.
func TestSoftHyphen(t *testing.T) {
	for name, a := range alphabets {
		s, err := NewScanner(a, simd.Auto)
		if err != nil {
			t.Fatal(err)
		}
		want := []string{"cooperate", "a"}
		if !a.utf8 {
			want = []string{"co", "operate", "a"}
		}
		if got := scanned(s, []byte("co\u00adoperate \u00ad \u00ada\u00ad")); !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
}

// TestRuns has every character that no run has break words on both sides, whatever
// they end with: a run is cut at no place at which the rules do not.
func TestRuns(t *testing.T) {
	a := Segments(false)
	for r := rune(1); r < 0x20000; r++ {
		if a.has(r) || !utf8.ValidRune(r) {
			continue
		}
		for _, side := range []string{"a", "1", "א", "ア", "_", "a\u0301"} {
			text := side + string(r) + side
			rest, state, at := []byte(text), -1, 0
			var edges []int
			for len(rest) > 0 {
				var segment []byte
				segment, rest, state = uniseg.FirstWord(rest, state)
				at += len(segment)
				edges = append(edges, at)
			}
			if !slices.Contains(edges, len(side)) || !slices.Contains(edges, len(side)+utf8.RuneLen(r)) {
				t.Fatalf("%U joins in %q, but runs end there", r, text)
			}
		}
	}
}
