//go:build layers

package layers

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"hybrid/internal/mpilib"
)

// testSort compares the output of hybrid sort on ranks of MPI with that of one
// rank without it, byte for byte.
func testSort(t *testing.T, w mpilib.Library, hybrid string) {
	for _, p := range []struct {
		name, flags string
		ranks       []int
	}{
		{"normal f64", "--n 100003 --distribution normal", []int{4}},
		{"zipf i64", "--n 100003 --distribution zipf --dtype i64 --seed 3", []int{2}},
		{"equal u64", "--n 20000 --distribution equal --dtype u64", []int{3}},
		{"few f32", "--n 20000 --distribution few --dtype f32", []int{4}},
		{"fewer keys than ranks", "--n 3 --dtype i32", []int{4}},
	} {
		t.Run(p.name, func(t *testing.T) {
			dir := t.TempDir()
			want := filepath.Join(dir, "want.npy")
			args := append([]string{"sort", "--quiet", "--json", "--verify"}, strings.Fields(p.flags)...)
			must(t, command{args: append(append([]string{hybrid}, args...), "--ranks", "1", "--out", want)})
			for _, n := range p.ranks {
				got := filepath.Join(dir, fmt.Sprintf("mpi%d.npy", n))
				res := must(t, launch(w, n, append(append([]string{hybrid}, args...), "--out", got)...))
				wantRun(t, res, w.Name, n)
				wantSameBytes(t, got, want, res)
			}
		})
	}
}
