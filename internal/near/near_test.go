package near

import "testing"

func TestWord(t *testing.T) {
	known := []string{"heat", "matmul", "a", "D", "Du"}
	for word, want := range map[string]string{
		"haet": " (did you mean --heat?)", "hea": " (did you mean --heat?)", "matmull": " (did you mean --matmul?)", "d": " (did you mean --D?)", "Dv": " (did you mean --Du?)",
		"b": "", "x": "", "cold": "", "": "",
	} {
		if got := Word(word, known, "--"); got != want {
			t.Errorf("%q: %q, want %q", word, got, want)
		}
	}
	choices := []string{"auto", "on", "off", "distribution", "info", "integrate"}
	for word, want := range map[string]string{"of": " (did you mean off?)", "dist": " (did you mean distribution?)", "in": " (did you mean on?)", "i": ""} {
		if got := Word(word, choices, ""); got != want {
			t.Errorf("%q: %q, want %q", word, got, want)
		}
	}
	if got := Word("x", nil, ""); got != "" {
		t.Error(got)
	}
}
