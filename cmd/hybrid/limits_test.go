//go:build linux && !race

package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var trace = regexp.MustCompile(`goroutine [0-9]|fatal error|panic:|runtime:`)

// limited runs hybrid in a process of its own behind what a shell does first.
func limited(t *testing.T, before, args string) (status int, stderr string) {
	t.Helper()
	cmd := exec.Command("sh", "-c", before+` && exec "$0" `+args, os.Args[0])
	cmd.Dir = t.TempDir()
	cmd.Env = append(os.Environ(), "HYBRID_TEST_AS_MAIN=1", "HYBRID_GPU=off", "GOMAXPROCS=2", "GOCOVERDIR="+cmd.Dir)
	var text strings.Builder
	cmd.Stderr = &text
	var exit *exec.ExitError
	if err := cmd.Run(); err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return cmd.ProcessState.ExitCode(), text.String()
}

// TestFewFiles runs under every small limit of open files.
func TestFewFiles(t *testing.T) {
	done := 0
	for n := 5; n < 24; n++ {
		status, stderr := limited(t, fmt.Sprintf("ulimit -n %d", n), "heat --nx 20 --ny 20 --steps 3 --quiet --out a.npy --out b.vti --out c.png")
		switch {
		case status == 0 && stderr == "":
			done++
		case status != 1 || !strings.HasPrefix(stderr, "hybrid: ") || strings.Count(stderr, "\n") != 1 || trace.MatchString(stderr):
			t.Errorf("%d files: status %d\n%.2000s", n, status, stderr)
		}
	}
	if done == 0 {
		t.Error("no limit is enough")
	}
}

// TestSurroundings closes streams and takes away what programs find around them.
func TestSurroundings(t *testing.T) {
	out := filepath.Join(t.TempDir(), "a.npy")
	heat := "heat --nx 20 --ny 20 --steps 3 --quiet --out " + out
	for before, want := range map[string]string{
		"exec 0<&- 1>&- 2>&-": "",
		"export TMPDIR=/none HOME=/none XDG_CACHE_HOME=/none": "",
		"export HOME=/dev/null XDG_CACHE_HOME=":               "",
		"unset HOME XDG_CACHE_HOME TMPDIR PATH LANG":          "",
		"export LANG=tr_TR.UTF-8 LC_ALL=xx TZ=nowhere":        "",
		"mkdir gone && cd gone && rmdir ../gone":              "",
		"ulimit -s 100":                                       "",
		"ulimit -f 0":                                         "--out: cannot reserve ",
		"ulimit -f 2":                                         "--out: cannot reserve ",
	} {
		os.Remove(out)
		status, stderr := limited(t, before, heat)
		_, err := os.Stat(out)
		if want == "" && (status != 0 || stderr != "" || err != nil) ||
			want != "" && (status != 2 || err == nil || !strings.HasPrefix(stderr, "hybrid: heat: "+want) || strings.Count(stderr, "\n") != 1) {
			t.Errorf("%s: status %d, %.2000s, file %v", before, status, stderr, err)
		}
	}
}

// TestLongArguments gives one argument of 100 KB, and many short ones.
func TestLongArguments(t *testing.T) {
	long := strings.Repeat("7", 100_000)
	for _, args := range [][]string{
		{"heat", "--nx", long}, {"heat", "--" + long}, {"heat", "--out", long + ".npy"}, {"sort", "--in", long + ".npy"}, {long}, {"integrate", "--func", strings.Repeat("(", 100_000)},
		{"integrate", "--func", strings.Repeat("-", 100_000) + "x"}, {"bench", "--size", "pi=" + long}, {"wordcount", long}, {"patterns", "--sizes", strings.Repeat("8,", 50_000)}, {"mandelbrot", "--center", long + "," + long + "x"},
	} {
		status, stdout, stderr := call(t, nil, args...)
		first, _, _ := strings.Cut(stderr, "\n")
		if status != 2 || stdout != "" || len(first) > 3100 || strings.Count(stderr, "\n") > 3 || !strings.HasPrefix(stderr, "hybrid: ") {
			t.Errorf("%.40q: status %d, %d bytes in %d lines: %.100s", args, status, len(stderr), strings.Count(stderr, "\n"), stderr)
		}
	}
	many := append([]string{"pi", "--gpu", "off"}, strings.Fields(strings.Repeat("--samples 10 ", 8000))...)
	if status, _, stderr := call(t, nil, many...); status != 0 {
		t.Errorf("8000 times the same flag: status %d, %.200s", status, stderr)
	}
}
