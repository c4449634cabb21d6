//go:build layers

package layers

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"hybrid/examples/models"
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

// TestAssemblyIsUpToDate has go generate make all its files anew, in a copy of the
// repository that has none of them, and compares.
func TestAssemblyIsUpToDate(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	files := strings.Fields(must(t, command{args: []string{"git", "ls-files", "--cached", "--others", "--exclude-standard"}}).stdout)
	made := regexp.MustCompile(`^(//go:build.*\n)?\W*(Code generated|made by go generate)`)
	known := map[string][]byte{}
	for _, name := range files {
		text, err := os.ReadFile(filepath.Join(root(t), name))
		if errors.Is(err, fs.ErrNotExist) { // deleted, and not committed yet
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		if known[name] = text; made.Match(text) {
			continue
		}
		to := filepath.Join(dir, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(to), 0o777), os.WriteFile(to, text, 0o666)); err != nil {
			t.Fatal(err)
		}
	}
	must(t, command{dir: dir, args: []string{"go", "generate", "./..."}})
	for name, text := range known {
		if again, err := os.ReadFile(filepath.Join(dir, name)); !bytes.Equal(again, text) {
			t.Errorf("%s is not what its generator makes (make generate): %v", name, err)
		}
	}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if name, _ := filepath.Rel(dir, path); err == nil && d.Type().IsRegular() && known[name] == nil {
			t.Errorf("%s is missing (make generate)", name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestKernelsAreUpToDate makes the PTX and docs/kernels.md anew, in memory, and
// compares. On the way every variant is assembled for the architectures that
// docs/kernels.md tells of; one that does not assemble or spills registers is an error.
// The record of what all assemblers took must be of the same PTX.
func TestKernelsAreUpToDate(t *testing.T) {
	need(t, "nvrtc")
	t.Parallel()
	must(t, command{args: []string{"go", "run", "./kernels_cuda/gen", "-check"}})
}

// TestAssemblers has each of NVIDIA's assemblers take some kernels, whatever the record
// says of them, and refuses ones that are left too few registers.
func TestAssemblers(t *testing.T) {
	need(t, "nvrtc")
	t.Parallel()
	res := must(t, command{args: []string{"go", "run", "./kernels_cuda/gen", "-assemble", "pi"}})
	for _, want := range []string{"ptxas 11.8.89 takes it for [61 ", "ptxas 12.9.86 takes it for [61 ", "ptxas 13.0.88 takes it for [75 ", " 120], without spills"} {
		if !strings.Contains(res.stdout, want) {
			t.Errorf("nothing says %q\n%s", want, res)
		}
	}
	dir := t.TempDir()
	ptx, err := os.ReadFile(filepath.Join(root(t), "kernels_cuda/ptx/pi.sm_61.ptx"))
	if err != nil {
		t.Fatal(err)
	}
	few := strings.Replace(string(ptx), ".maxntid 256, 1, 1", ".maxntid 256, 1, 1\n.maxnreg 24", 1)
	to := filepath.Join(dir, "kernels_cuda", "ptx")
	if err := errors.Join(os.MkdirAll(to, 0o777), os.WriteFile(filepath.Join(to, "pi.sm_61.ptx"), []byte(few), 0o666)); err != nil {
		t.Fatal(err)
	}
	res = run(t, command{args: []string{"go", "run", "./kernels_cuda/gen", "-assemble", "pi", "-root", dir}})
	if res.code != 1 || !strings.Contains(res.stderr, "kernel pi spills ") {
		t.Errorf("want exit status 1 and a kernel that spills\n%s", res)
	}
}

// TestModelsAssemble has all assemblers take the PTX that hybrid solve writes of the models
// that ship, as one file.
func TestModelsAssemble(t *testing.T) {
	need(t, "nvrtc")
	t.Parallel()
	hybrid, dir := build(t), t.TempDir()
	kernel := regexp.MustCompile(`\b(pass|ghosts|steps)`)
	var head, all string
	for _, name := range models.Names() {
		res := must(t, command{args: []string{hybrid, "solve", name, "--emit", "ptx", "--dtype", "f64"}})
		first, rest, _ := strings.Cut(res.stdout, "\n.visible")
		head, all = first, all+kernel.ReplaceAllString("\n.visible"+rest, name+"_$1")
	}
	to := filepath.Join(dir, "kernels_cuda", "ptx")
	if err := errors.Join(os.MkdirAll(to, 0o777), os.WriteFile(filepath.Join(to, "models.sm_61.ptx"), []byte(head+all), 0o666)); err != nil {
		t.Fatal(err)
	}
	res := must(t, command{args: []string{"go", "run", "./kernels_cuda/gen", "-assemble", "models", "-root", dir}})
	if n := linesWith(res.stdout, "without spills"); n != 3 || strings.Count(all, ".visible .entry") < 2*len(models.Names()) {
		t.Errorf("%d kernels are taken by %d of three assemblers\n%s", strings.Count(all, ".visible .entry"), n, res)
	}
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
		"ptx/walk.sm_61.ptx has no source that asks for it", "testdata/bench.sm_61.ptx: no such file", "docs/kernels.md: no such file", "ptx/assembled.txt: no such file",
	} {
		if linesWith(res.stderr, want) != 1 {
			t.Errorf("nothing says %q\n%s", want, res)
		}
	}
	if linesWith(res.stderr, "empty.sm_61.ptx") != 0 {
		t.Errorf("a file is called stale that is not\n%s", res)
	}
}
