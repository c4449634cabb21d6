//go:build layers

package layers

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
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

// TestAssemblyIsUpToDate has all assembly made anew in a copy of the repository that
// has none, and compares.
func TestAssemblyIsUpToDate(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	must(t, command{args: []string{"cp", "-r", "go.mod", "go.sum", "internal", "gpu", "simd", dir}})
	made := strings.Fields("( -name *.s -o -name *.S -o -name symbols.h -o -name kernels_amd64.go )")
	must(t, command{dir: dir, args: append(append([]string{"find", "internal", "gpu"}, made...), "-delete")})
	must(t, command{dir: dir, args: []string{"go", "generate", "./internal/...", "./gpu/lazycuda"}})
	for _, folder := range []string{"internal", "gpu"} {
		if res := run(t, command{args: []string{"diff", "-r", folder, filepath.Join(dir, folder)}}); res.code != 0 {
			t.Errorf("not what its generator makes (make generate)\n%s", res)
		}
	}
}

// TestKernelsAreUpToDate makes the PTX and docs/kernels.md anew, in memory, and
// compares. On the way every variant is assembled for every architecture that it
// can run on; one that does not assemble or spills registers is an error.
func TestKernelsAreUpToDate(t *testing.T) {
	need(t, "nvrtc")
	t.Parallel()
	must(t, command{args: []string{"go", "run", "./kernels_cuda/gen", "-check"}})
}

// TestStaleKernelsAreFound checks a copy of the smallest kernels, of which one was
// edited and one is missing.
func TestStaleKernelsAreFound(t *testing.T) {
	need(t, "nvrtc")
	t.Parallel()
	dir := t.TempDir()
	for _, folder := range []string{"kernels_cuda/ptx", "gpu/gputest", "gpu/ptxsim/testdata", "docs"} {
		if err := os.MkdirAll(filepath.Join(dir, folder), 0o777); err != nil {
			t.Fatal(err)
		}
	}
	for to, files := range map[string]string{
		"kernels_cuda":        "kernels_cuda/pi.cu kernels_cuda/empty.cu kernels_cuda/philox.cuh kernels_cuda/warp.cuh",
		"kernels_cuda/ptx":    "kernels_cuda/ptx/pi.sm_61.ptx kernels_cuda/ptx/empty.sm_61.ptx kernels_cuda/ptx/walk.sm_61.ptx",
		"gpu/gputest":         "gpu/gputest/mix.cu gpu/gputest/mix.sm_61.ptx",
		"gpu/ptxsim/testdata": "gpu/ptxsim/testdata/bench.cu",
	} {
		must(t, command{args: append(append([]string{"cp"}, strings.Fields(files)...), filepath.Join(dir, to))})
	}
	for _, file := range []string{"kernels_cuda/ptx/pi.sm_61.ptx", "gpu/gputest/mix.sm_61.ptx"} {
		must(t, command{dir: dir, args: []string{"sed", "-i", "s/add/sub/", file}})
	}
	res := run(t, command{args: []string{"go", "run", "./kernels_cuda/gen", "-check", "-root", dir}})
	if res.code != 1 {
		t.Errorf("want exit status 1\n%s", res)
	}
	for _, want := range []string{
		"ptx/pi.sm_61.ptx is not what the source makes: line ", "gputest/mix.sm_61.ptx is not what the source makes: line ",
		"ptx/walk.sm_61.ptx has no source that asks for it", "testdata/bench.sm_61.ptx: no such file", "docs/kernels.md: no such file",
	} {
		if linesWith(res.stderr, want) != 1 {
			t.Errorf("nothing says %q\n%s", want, res)
		}
	}
	if linesWith(res.stderr, "empty.sm_61.ptx") != 0 {
		t.Errorf("a file is called stale that is not\n%s", res)
	}
}
