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
	if got := Word("x", nil, ""); got != "" {
		t.Error(got)
	}
}
