package plain

import (
	"encoding/json"
	"testing"
)

func TestText(t *testing.T) {
	for text, want := range map[string]string{
		"":                         "",
		"a b.npy":                  "a b.npy",
		"Größe 日本 ½ ±é👍":           "Größe 日本 ½ ±é👍",
		"\u00a0|\u3000":            "\u00a0|\u3000",
		"می\u200cخواهم \u200d":     "می\u200cخواهم \u200d",
		"\x1b]0;owned\a":           `\x1b]0;owned\x07`,
		"a\nb\tc\rd\x00\x7f\b":     `a\nb\tc\rd\x00\x7f\x08`,
		"\u009b31m|\u0085":         `\u009b31m|\u0085`,
		"a\u202etxt.exe\u2066":     `a\u202etxt.exe\u2066`,
		"\u2028\u2029\ufeff\u00ad": `\u2028\u2029\ufeff\u00ad`,
		"\U000e0041":               `\U000e0041`,
		"\x9b31m\xff":              `\x9b31m\xff`,
		"cut \xe6\x97":             `cut \xe6\x97`,
		"\xe6\x1b":                 `\xe6\x1b`,
	} {
		if got := Text(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

func TestLinesComeInParts(t *testing.T) {
	const text = "日\x1b[31m\n\tß\u009b\r\x9b"
	want := `日\x1b[31m` + "\n\t" + `ß\u009b\r\x9b`
	for at := range len(text) {
		first, rest := Lines(text[:at])
		second, rest := Lines(rest + text[at:])
		if got := first + second + rest; got != want {
			t.Errorf("cut at %d: %q, want %q", at, got, want)
		}
	}
}

func TestJSONKeepsItsValue(t *testing.T) {
	const text = "\x1b]0;\a\u007f\u009b\u202e\U000e0041日👍\n\""
	from, err := json.Marshal(map[string]string{"name": text})
	if err != nil {
		t.Fatal(err)
	}
	var got map[string]string
	to := JSON(from)
	if err := json.Unmarshal(to, &got); err != nil || got["name"] != text {
		t.Errorf("%s: %q, %v", to, got["name"], err)
	}
	if clean := Text(string(to)); clean != string(to) {
		t.Errorf("%q is not plain", to)
	}
}
