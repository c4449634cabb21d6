//go:build layers

package layers

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"hybrid/internal/mpilib"
)

// testLibrary does what docs/library.md says, word by word, in a folder outside of the
// repository, with an MPI that is called as the page calls it.
func testLibrary(t *testing.T, w mpilib.Library) {
	page, err := os.ReadFile(filepath.Join(root(t), "docs", "library.md"))
	if err != nil {
		t.Fatal(err)
	}
	doc := strings.ReplaceAll(string(page), "ranks of openmpi", "ranks of "+w.Name)
	outside, bin := t.TempDir(), t.TempDir()
	script, want := steps(doc)
	if err := os.Symlink(root(t), filepath.Join(outside, "hybrid")); err != nil {
		t.Fatal(err)
	}
	for name, is := range map[string]string{"mpicc": w.MPICC, "mpirun": w.MPIRun} {
		// No link: some look for their files beside the name that they are called by.
		if err := os.WriteFile(filepath.Join(bin, name), []byte("#!/bin/sh\nexec "+is+" \"$@\"\n"), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	// Of a module that Go has downloaded no file is executable.
	scripts := t.TempDir()
	for _, name := range []string{"withmpi", "pkg-config"} {
		must(t, command{args: []string{"sh", "-ec", fmt.Sprintf("cat scripts/%s >%s/%[1]s", name, scripts)}})
	}
	must(t, command{args: []string{"sh", scripts + "/withmpi", w.MPICC, "sh", "-c", `exec "$PKG_CONFIG" --cflags ompi`}})
	env := append([]string{"PATH=" + bin + ":" + os.Getenv("PATH")}, w.Env...)
	if res := must(t, command{dir: outside, env: env, args: []string{"sh", "-ec", script}}); res.stdout != want {
		t.Errorf("docs/library.md promises\n%s\n%s", want, res)
	}
}

// steps are the commands of a page, which stand behind a $ in its indented blocks, and
// what they shall print, which follows them there. A block that is a program is main.go.
func steps(page string) (script, output string) {
	program, command := false, false // the block is one, has had one
	for line := range strings.Lines(page) {
		text, indented := strings.CutPrefix(line, "    ")
		run, dollar := strings.CutPrefix(text, "$ ")
		switch {
		case line == "\n" && program:
			script += "\n"
		case line == "\n":
		case !indented:
			if program {
				script += "EOF\n"
			}
			program, command = false, false
		case text == "package main\n":
			program = true
			script += "cat >main.go <<'EOF'\n" + text
		case program:
			script += text
		case dollar:
			command = true
			script += run
		case command:
			output += text
		}
	}
	return script, output
}

// TestRenameModule gives a copy of the module another path, checks the types of all its
// packages and tests, and looks for imports that were left behind.
func TestRenameModule(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	must(t, command{args: []string{"sh", "-ec", fmt.Sprintf("tar cf - --exclude=./build --exclude=./bin --exclude=./.git . | tar xf - -C %q", dir)}})
	const path = "example.org/some-one/hybrid.v2"
	must(t, command{dir: dir, args: []string{"scripts/rename-module", path}})
	must(t, command{dir: dir, args: []string{"go", "list", "-deps", "-test", "-tags", "layers,mpi,cuda,fakecuda", "./..."}})
	must(t, command{dir: dir, args: []string{"go", "run", "./scripts/typecheck", runtime.GOOS + "/" + runtime.GOARCH}})
	if out, _ := exec.Command("grep", "-rnE", `["^|(]hybrid/[a-z(]|=hybrid[@=]|}}' hybrid\)`, dir).Output(); len(out) > 0 {
		t.Errorf("left behind:\n%s", out)
	}
}
