package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hybrid/internal/plain"
)

// hostile is a name that sets a terminal's title, clears it, turns the direction of
// its text and forges a line.
const hostile = "\x1b]0;owned\a\x1b[2J\u009b31m\u202e\r\nverified  yes\t\x9b"

// TestNamesCannotSteerTheTerminal gives every command names from outside that would.
func TestNamesCannotSteerTheTerminal(t *testing.T) {
	t.Setenv("CUDA_VISIBLE_DEVICES", strings.ReplaceAll(hostile, "\x00", ""))
	dir := t.TempDir()
	file := func(ending string) string { return filepath.Join(dir, hostile+ending) }
	text := filepath.Join(dir, hostile)
	for _, f := range []struct{ path, text string }{{text, "one two"}, {file(".bin"), "a\x00b"}, {file(".json"), "{}"}} {
		if err := os.WriteFile(f.path, []byte(f.text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	small := []string{"--gpu", "off"}
	for _, args := range [][]string{
		{"heat", "--nx", "9", "--ny", "9", "--steps", "2", "--out", file(".npy"), "--out", file(".png")},
		{"heat", "--initial", file(".npy"), "--steps", "2", "--frames", file(".frames"), "--every", "1"},
		{"heat", "--initial", file(".none.npy")},
		{"heat", "--initial", hostile},
		{"heat", "--boundary", hostile},
		{"matmul", "--n", "4", "--out", file(".c.npy")},
		{"matmul", "--a", file(".c.npy"), "--b", file(".c.npy")},
		{"matmul", "--a", file(".c.npy"), "--b", file(".none.npy")},
		{"sort", "--n", "10", "--out", file(".s.npy")},
		{"sort", "--in", file(".s.npy")},
		{"sort", "--in", file(".none.npy")},
		{"pi", "--samples", hostile},
		{"integrate", "--func", "x+" + hostile},
		{"integrate", "--func", "1/x +\n0*x", "--a", "-1", "--n", "10"},
		{"walk", "--walks", "10", "--steps", "10", "--out", file(".csv"), "--out", file(".w.png")},
		{"walk", "--walks", "10", "--out", file("/x.csv")},
		{"mandelbrot", "--width", "9", "--height", "9", "--out", file(".m.npy"), "--imbalance", file(".i.png")},
		{"mandelbrot", "--center", hostile},
		{"wordcount", text, "--out", file(".tsv")},
		{"wordcount", dir},
		{"wordcount", file(".bin")},
		{"wordcount", file(".none")},
		{"patterns", "--patterns", hostile},
		{"patterns", "--sizes", hostile},
		{"bench", "--baseline", file(".json")},
		{"bench", "--size", hostile},
		{"bench", "--kernels", hostile, "--csv", file(".csv")},
		{"info"},
		{"completion", hostile},
		{"help", hostile},
		{hostile},
		{"--" + hostile},
		{"heat", "--" + hostile},
		{"heat", "-" + hostile + "=1"},
		{"heat", "--nx", "--nx=" + hostile},
		{"heat", hostile},
	} {
		if args[0] != "info" && args[0] != "completion" && args[0] != "help" && len(args) > 2 {
			args = append(args, small...)
		}
		_, stdout, stderr := call(t, nil, args...)
		for line := range strings.Lines(stdout + stderr) {
			if line = strings.TrimSuffix(line, "\n"); plain.Text(line) != line {
				t.Errorf("%q: printed %q", args, line)
			}
			if strings.HasPrefix(line, "verified  yes") {
				t.Errorf("%q: a name has forged %q", args, line)
			}
		}
		if stdout+stderr == "" {
			t.Errorf("%q printed nothing", args)
		}
	}
	_, stdout, stderr := call(t, nil, "wordcount", text, "--json", "--quiet")
	var object struct{ Params struct{ Files []string } }
	err := json.Unmarshal([]byte(stdout), &object)
	want := strings.ToValidUTF8(text, "\ufffd")
	if err != nil || len(object.Params.Files) != 1 || object.Params.Files[0] != want || plain.Text(strings.TrimSpace(stdout)) != strings.TrimSpace(stdout) || stderr != "" {
		t.Errorf("JSON: %q, %q, %v", stdout, stderr, err)
	}
}
