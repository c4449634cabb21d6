package main

import (
	"fmt"
	"io"
	"strings"
	"testing"

	"hybrid/internal/cli"
	"hybrid/internal/cores"
	"hybrid/internal/stdio"
	"hybrid/solvers/task"
)

// TestClosedStreamsAreErrors has what the program is given for them.
func TestClosedStreamsAreErrors(t *testing.T) {
	run := func(stdin io.Reader, stdout io.Writer, args ...string) (int, string) {
		var stderr strings.Builder
		p := &cli.Program{Problems: problems(), Env: func(string) string { return "" }, Stdin: stdin, Stdout: stdout, Stderr: &stderr}
		return p.Run(args), stderr.String()
	}
	if status, text := run(strings.NewReader(""), stdio.Closed{}, "pi", "--samples", "10", "--gpu", "off", "--json", "--quiet"); status != task.Failed ||
		text != "hybrid: pi: cannot write standard output: it is closed\n" {
		t.Errorf("standard output: status %d, %q", status, text)
	}
	if status, text := run(stdio.Closed{}, io.Discard, "wordcount", "-"); status != task.Failed || !strings.HasPrefix(text, "hybrid: wordcount: cannot read standard input: it is closed") {
		t.Errorf("standard input: status %d, %q", status, text)
	}
}

// TestThreadsFarAboveTheCoresAreFewer asks for the most.
func TestThreadsFarAboveTheCoresAreFewer(t *testing.T) {
	most := 64 * cores.Usable()
	for _, ranks := range []int{1, 2} {
		status, stdout, stderr := call(t, nil, "pi", "--samples", "10", "--threads", "4096", "--ranks", fmt.Sprint(ranks), "--json", "--gpu", "off")
		want := min(most/ranks, 4096)
		said := fmt.Sprintf("hybrid: pi: --threads is 4096, far more than the cores: computing with %d\n", want)
		if status != 0 || !strings.Contains(stdout, fmt.Sprintf(`"threads":%d,`, want)) || strings.Contains(stderr, said) != (want < 4096) {
			t.Errorf("%d ranks: status %d, want %d threads: %s%s", ranks, status, want, stderr, stdout)
		}
	}
}
