//go:build layers

package layers

import (
	"path/filepath"
	"testing"
	"time"

	"hybrid/layers/world"
)

// build makes hybrid for w through the Makefile and returns its path.
func build(t *testing.T, w world.World) string {
	t.Helper()
	return makeBuild(t, "build/"+w.Name, w.MPICC)
}

// makeBuild runs make build into the folder bin; mpicc "" leaves MPI out.
func makeBuild(t *testing.T, bin, mpicc string) string {
	t.Helper()
	must(t, command{args: []string{"make", "build", "BIN=" + bin, "MPICC=" + mpicc}})
	return filepath.Join(root(t), bin, "hybrid")
}

// launch is the command that runs args on n ranks of w.
func launch(w world.World, n int, args ...string) command {
	return command{env: w.Env, args: w.Launch(n, args...), max: 3 * time.Minute}
}
