package mpi_test

import (
	"os"
	"os/exec"
	"strings"
	"testing"
)

// TestMainFunction looks at the exit status of programs on Main, and at what they print,
// which is an error of one of two ranks, once.
func TestMainFunction(t *testing.T) {
	for _, test := range []struct {
		program string
		status  int
		says    string
	}{
		{"together-well", 0, ""},
		{"error", 3, "wants status 3\n"},
		{"together", 5, "wants status 5\n"},
		{"panic", 1, "mpi: panic on rank 0: the sky falls\n\ngoroutine "},
	} {
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), programVar+"=Main "+test.program)
		out, _ := cmd.CombinedOutput()
		text, count := string(out), strings.Count(string(out), test.says)
		if code := cmd.ProcessState.ExitCode(); code != test.status || !strings.HasPrefix(text, test.says) || test.says == "" && text != "" || test.says != "" && count != 1 {
			t.Errorf("%s: status %d, prints\n%s\nwant status %d and %q, once", test.program, code, text, test.status, test.says)
		}
	}
}
