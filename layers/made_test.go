//go:build layers

package layers

import (
	"errors"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// findNVRTC looks for NVIDIA's compiler, assembler and disassembler where
// make deps puts them.
func findNVRTC() (string, error) {
	cmd := exec.Command("go", "run", "./kernels_cuda/gen", "-tools")
	cmd.Dir = ".."
	out, err := cmd.CombinedOutput()
	text, _, _ := strings.Cut(strings.TrimSpace(string(out)), "\n")
	if err != nil {
		return "", errors.New(text)
	}
	return text, nil
}

// TestKernelsAreUpToDate makes the PTX and docs/kernels.md anew, in memory, and
// compares. On the way every variant is assembled for every architecture that it
// can run on; one that does not assemble or spills registers is an error.
func TestKernelsAreUpToDate(t *testing.T) {
	need(t, "nvrtc")
	must(t, command{args: []string{"go", "run", "./kernels_cuda/gen", "-check"}, max: 10 * time.Minute})
}

// TestStaleKernelsAreFound checks a copy of the kernels, of which one was edited
// and one is missing.
func TestStaleKernelsAreFound(t *testing.T) {
	need(t, "nvrtc")
	dir := t.TempDir()
	must(t, command{args: []string{"cp", "-r", "kernels_cuda", "docs", dir}})
	must(t, command{dir: dir, args: []string{"sed", "-i", "s/add/sub/", "kernels_cuda/ptx/pi.sm_61.ptx"}})
	must(t, command{dir: dir, args: []string{"rm", "docs/kernels.md"}})
	res := run(t, command{args: []string{"go", "run", "./kernels_cuda/gen", "-check", "-root", dir}, max: 10 * time.Minute})
	if res.code != 1 {
		t.Errorf("want exit status 1\n%s", res)
	}
	for _, want := range []string{"ptx/pi.sm_61.ptx is not what the source makes: line ", "docs/kernels.md: no such file"} {
		if linesWith(res.stderr, want) != 1 {
			t.Errorf("nothing says %q\n%s", want, res)
		}
	}
}
