//go:build layers

package layers

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"hybrid/internal/mpilib"
)

// testExamples runs each example on ranks of MPI, on other numbers of them in each MPI's
// turn, and compares what it prints with as many ranks in one process.
func testExamples(t *testing.T, w mpilib.Library, turn int) {
	folder := t.TempDir()
	must(t, command{args: tagged("build", "-o", folder+"/", "./examples/...")})
	for _, c := range []struct {
		args  string
		ranks []int
	}{
		{"ring", []int{1, 3}},
		{"alicebob", []int{2}},
		{"farm", []int{1, 4}},
		{"halo1d", []int{1, 3}},
		{"stencil", []int{2, 4}},
		{"gpustencil -gpu sim", []int{1, 3}},
	} {
		words := strings.Fields(c.args)
		words[0] = filepath.Join(folder, words[0])
		for i, n := range c.ranks {
			if len(c.ranks) > 1 && i != turn {
				continue
			}
			local := command{args: append(words[:len(words):len(words)], "-ranks", fmt.Sprint(n))}
			if c.args == "alicebob" { // which has two
				local.args = words
			}
			want, got := must(t, local), must(t, launch(w, n, words...))
			if got.stdout != want.stdout || want.stdout == "" {
				t.Errorf("want what ranks of one process print\n%s\n%s", got, want)
			}
		}
	}
	if res := run(t, launch(w, 3, filepath.Join(folder, "alicebob"))); res.code != 1 || linesWith(res.stderr, "alicebob takes 2 ranks, not 3") != 1 {
		t.Errorf("want status 1, and one line that says why\n%s", res)
	}
	plain := filepath.Join(folder, "plain")
	must(t, command{args: []string{"go", "build", "-o", plain, "./examples/ring"}})
	wantRefusal(t, run(t, launch(w, 4, plain)), "scripts/withmpi lazy go build -tags mpi,lazympi")
}

// testExampleKernel runs an example's own kernel on the driver for tests.
func testExampleKernel(t *testing.T, driver []string) {
	program := filepath.Join(t.TempDir(), "gpustencil")
	must(t, command{args: tagged("build", "-o", program, "./examples/gpustencil")})
	res := must(t, command{env: driver, args: []string{program, "-gpu", "on", "-ranks", "2"}})
	if res.stdout != "on cuda: first cell 117.167523, all bits as on the host\n" {
		t.Errorf("want the answer of the host\n%s", res)
	}
}
