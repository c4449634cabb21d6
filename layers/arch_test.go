//go:build layers

package layers

import (
	"errors"
	"os/exec"
	"strings"
	"testing"
	"time"
)

func findQemu() (string, error) {
	path, err := lookPath("qemu-aarch64", "qemu-aarch64-static")
	if err != nil {
		return "", errors.New(err.Error() + " (make deps)")
	}
	return path, nil
}

// startsItself matches the tests that start their own binary once more, which
// this machine cannot do with one for arm64.
const startsItself = "^TestRefusesToBeATask$"

// TestARM64 runs the pure Go tests as an arm64 machine would.
func TestARM64(t *testing.T) {
	need(t, "arm64")
	qemu, err := findQemu()
	if err != nil {
		t.Fatal(err)
	}
	res := must(t, command{
		env: []string{"GOOS=linux", "GOARCH=arm64", "CGO_ENABLED=0"},
		args: []string{"go", "test", "-short", "-exec", qemu, "-skip", startsItself,
			"./mpi/...", "./gpu/...", "./kernels_cuda/...", "./solvers/...", "./internal/..."},
		max: 15 * time.Minute,
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
	res := must(t, command{
		env: []string{"CGO_ENABLED=1"},
		args: []string{"go", "test", "-short", "-race", "./mpi/...", "./gpu/...", "./kernels_cuda/...",
			"./solvers/...", "./internal/...", "./cmd/..."},
		max: 15 * time.Minute,
	})
	t.Log("\n" + indent(res.stdout))
}
