//go:build layers

package layers

import (
	"path/filepath"
	"runtime"
	"slices"
	"sync"
	"testing"

	"hybrid/internal/mpilib"
)

// build makes hybrid for w through the Makefile and returns its path.
func build(t *testing.T, w mpilib.Library) string {
	t.Helper()
	return built(t, w.Name, "make", "build", "BIN=build/"+w.Name, "MPICC="+w.MPICC)
}

// buildWithoutMPI is build without MPI.
func buildWithoutMPI(t *testing.T) string {
	t.Helper()
	return built(t, "nompi", "make", "build", "BIN=build/nompi", "MPICC=")
}

// tagged is the command go VERB ARGS with the tags and flags that hybrid is built with
// for w: what is compiled for the one is there for the other.
func tagged(w mpilib.Library, verb string, args ...string) []string {
	with, tags := []string{"scripts/withmpi", w.MPICC}, "mpi"
	if runtime.GOOS == "linux" {
		with, tags = append([]string{"scripts/withcuda"}, with...), "mpi,cuda"
	}
	return slices.Concat(with, []string{"go", verb, "-tags", tags}, args)
}

// built is build/NAME/hybrid, made by a command.
func built(t *testing.T, name string, args ...string) string {
	t.Helper()
	once(t, name, command{args: args})
	return filepath.Join(root(t), "build", name, "hybrid")
}

// A making is a command that the first test which asks for it runs, while the others
// wait.
type making struct {
	sync.Once
	result
}

var makings sync.Map // by name

// once runs a command that goes by a name and must succeed.
func once(t *testing.T, name string, c command) {
	t.Helper()
	m, _ := makings.LoadOrStore(name, new(making))
	made := m.(*making)
	made.Do(func() { made.result = run(t, c) })
	if made.late || made.code != 0 {
		t.Fatalf("want exit status 0\n%s", made.result)
	}
}

// launch is the command that runs args on n ranks of w.
func launch(w mpilib.Library, n int, args ...string) command {
	return command{env: w.Env, args: w.Launch(n, args...)}
}
