//go:build layers

package layers

import (
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"hybrid/internal/mpilib"
)

// noMPI is a script that runs a command where no file of an MPI of this machine's is seen.
const noMPI = `for f in /usr/lib/*/libmpi* /usr/lib/*/openmpi /usr/lib/*/mpich /usr/include/*/openmpi /usr/include/*/mpi* /usr/bin/mpi* /usr/bin/ort* /usr/bin/ompi*; do
	if [ -d "$f" ]; then mount -t tmpfs none "$f"; elif [ -e "$f" ]; then mount --bind /dev/null "$f"; fi
done
exec "$@"`

// withoutMPI is a command as noMPI runs it, where that can be done.
func withoutMPI(t *testing.T, args ...string) []string {
	t.Helper()
	if res := run(t, command{args: []string{"unshare", "-m", "true"}}); res.code != 0 {
		t.Logf("the MPIs of this machine are seen while hybrid is built: %s", res.stderr)
		return args
	}
	return append([]string{"unshare", "-m", "sh", "-ec", noMPI, "sh"}, args...)
}

// build makes hybrid through the Makefile, without any MPI, and returns its path.
func build(t *testing.T) string {
	t.Helper()
	return built(t, "lazy", withoutMPI(t, "make", "build", "BIN=build/lazy")...)
}

// tagged is the command go VERB ARGS with the tags and flags that hybrid is built with:
// what is compiled for the one is there for the other.
func tagged(verb string, args ...string) []string {
	return slices.Concat(strings.Fields("scripts/withcuda scripts/withmpi lazy go"), []string{verb, "-tags", "mpi,lazympi,cuda"}, args)
}

// testProgram makes the tests of package mpi, without any MPI as build does, and returns
// their path.
func testProgram(t *testing.T) string {
	t.Helper()
	path := filepath.Join(root(t), "build", "lazy", "mpi.test")
	once(t, "mpi.test", command{args: withoutMPI(t, tagged("test", "-vet=off", "-c", "-o", path, "./mpi")...)})
	return path
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
