package heatmap

import "testing"

func TestInk(t *testing.T) {
	for _, c := range []struct {
		terminal bool
		env      map[string]string
		want     Ink
	}{
		{true, map[string]string{"TERM": "xterm-256color", "COLORTERM": "truecolor"}, TrueColour},
		{true, map[string]string{"TERM": "xterm-256color"}, Colours256},
		{true, map[string]string{"TERM": "xterm-256color", "COLORTERM": "truecolor", "NO_COLOR": "1"}, Letters},
		{true, map[string]string{"TERM": "dumb", "COLORTERM": "truecolor"}, Letters},
		{true, nil, Letters},
		{false, map[string]string{"TERM": "xterm-256color", "COLORTERM": "truecolor"}, Letters},
		{true, map[string]string{"TERM": "xterm-256color", "CLICOLOR": "0"}, Letters},
		{false, map[string]string{"CLICOLOR_FORCE": "1"}, Colours256},
		{false, map[string]string{"CLICOLOR_FORCE": "0"}, Letters},
		{false, map[string]string{"CLICOLOR_FORCE": "1", "NO_COLOR": "1"}, Letters},
		{false, map[string]string{"HYBRID_COLOR": "always", "NO_COLOR": "1", "COLORTERM": "truecolor"}, TrueColour},
		{true, map[string]string{"TERM": "xterm", "HYBRID_COLOR": "never", "CLICOLOR_FORCE": "1"}, Letters},
	} {
		if got := InkFor(c.terminal, c.env["HYBRID_COLOR"], func(name string) string { return c.env[name] }); got != c.want {
			t.Errorf("terminal %v with %v: ink %v, want %v", c.terminal, c.env, got, c.want)
		}
	}
}
