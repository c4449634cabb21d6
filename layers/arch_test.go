//go:build layers

package layers

import (
	"errors"
	"os/exec"
	"strings"
	"testing"
)

func findQemu() (string, error) {
	path, err := lookPath("qemu-aarch64", "qemu-aarch64-static")
	if err != nil {
		return "", errors.New(err.Error() + " (make deps)")
	}
	return path, nil
}

// goTest is the command that runs tests in their short form. What vet says is known
// from make lint.
func goTest(args ...string) []string {
	return append([]string{"go", "test", "-short", "-vet=off", "-timeout", "25m"}, args...)
}

// startsItself matches the tests that start their own binary once more, which
// this machine cannot do with one for arm64.
const startsItself = "^TestRefusesToBeATask$"

// TestARM64 runs the pure Go tests as an arm64 machine would.
func TestARM64(t *testing.T) {
	need(t, "arm64")
	t.Parallel()
	qemu, err := findQemu()
	if err != nil {
		t.Fatal(err)
	}
	res := must(t, command{
		env: []string{"GOOS=linux", "GOARCH=arm64", "CGO_ENABLED=0"},
		args: goTest("-exec", qemu, "-skip", startsItself,
			"./mpi/...", "./gpu/...", "./kernels_cuda/...", "./solvers/...", "./internal/..."),
	})
	t.Log("\n" + indent(res.stdout))
}

func findRace() (string, error) {
	out, err := exec.Command("go", "env", "CC").Output()
	if err != nil {
		return "", err
	}
	cc, _, _ := strings.Cut(strings.TrimSpace(string(out)), " ")
	path, err := lookPath(cc)
	if err != nil {
		return "", errors.New("the race detector needs a C compiler: " + err.Error() + " (make deps)")
	}
	return "go test -race with " + path, nil
}

// TestRace runs the pure Go tests under the race detector.
func TestRace(t *testing.T) {
	need(t, "race")
	t.Parallel()
	res := must(t, command{
		env:  []string{"CGO_ENABLED=1"},
		args: goTest("-race", "./mpi/...", "./gpu/...", "./kernels_cuda/...", "./solvers/...", "./internal/...", "./cmd/..."),
	})
	t.Log("\n" + indent(res.stdout))
}

// TestNoAssembly runs the tests of what has assembly without it.
func TestNoAssembly(t *testing.T) {
	t.Parallel()
	res := must(t, command{args: goTest("-tags", "noasm", "./internal/...", "./solvers/...")})
	t.Log("\n" + indent(res.stdout))
}
