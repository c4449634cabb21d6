//go:build layers

package layers

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestBundle makes the bundle for a GPU node and runs it on the driver for tests,
// away from the repository and from Go.
func TestBundle(t *testing.T) {
	need(t, "cuda")
	t.Parallel()
	fake := fakeDriver(t)
	dir := t.TempDir()
	must(t, command{args: []string{"scripts/gpubundle", dir}})
	archives, err := filepath.Glob(filepath.Join(dir, "*.tar.gz"))
	if err != nil || len(archives) != 1 {
		t.Fatalf("archives %q, %v", archives, err)
	}
	node := t.TempDir()
	must(t, command{args: []string{"tar", "-C", node, "-xzf", archives[0]}})
	bundle := filepath.Join(node, strings.TrimSuffix(filepath.Base(archives[0]), ".tar.gz"))
	start := func(env []string, args ...string) command {
		return command{dir: node, env: append([]string{"PATH=/usr/bin:/bin"}, env...),
			args: append([]string{filepath.Join(bundle, "run")}, args...)}
	}

	res := must(t, start(fake, "--small"))
	_, table, ok := strings.Cut(res.stdout, "all checks passed")
	if !ok || !regexp.MustCompile(`(?s)medians of 3\nrun +rate .*\nheat f64 .*\npi +[0-9.e-]+ G samples/s +[0-9.]+\nwalk .*\nmandelbrot .*\n$`).MatchString(table) {
		t.Errorf("want checks that passed, and a table last\n%s", res)
	}
	// What fails is told in the same way for any package: of those with kernels, one is enough.
	for _, solver := range []string{"heat", "matmul", "montecarlo", "mandelbrot"} {
		if err := os.RemoveAll(filepath.Join(bundle, "tests", solver)); err != nil {
			t.Fatal(err)
		}
	}
	logs := filepath.Join(t.TempDir(), "logs of a run")
	for _, c := range []struct {
		name, want string
		env, args  []string
	}{
		{"no driver", "cannot open shared object file", []string{"HYBRID_LIBCUDA=/none/libcuda.so.1"}, nil},
		{"no device", "finds no GPU", append([]string{"FAKECUDA_DEVICES=0"}, fake...), nil},
		{"kernels do not start", "CUDA_ERROR_INVALID_VALUE", append([]string{"FAKECUDA_FAIL=launch"}, fake...), []string{"--checks", "--logs", logs}},
		{"another flag", `unexpected argument "--fast"`, fake, []string{"--fast"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			res := run(t, start(c.env, c.args...))
			if res.late || res.code == 0 || !strings.Contains(res.stderr, c.want) || strings.Contains(res.stdout, "all checks passed") {
				t.Errorf("want a failure that says %q\n%s", c.want, res)
			}
		})
	}
	// A failure skips nothing after it: the last check is tried, and told with the
	// first.
	told, err := os.ReadFile(filepath.Join(logs, "failed"))
	if err != nil || !strings.Contains(string(told), "test-gpu: exit status") || !strings.Contains(string(told), "pi.on: exit status") {
		t.Errorf("want the failures of the first and the last check in %s/failed\n%s, %v", logs, told, err)
	}
}
