package examples

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// folder has the examples as programs, once TestMain has built them.
var folder string

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "examples")
	if err != nil {
		panic(err)
	}
	folder = dir
	status := 1
	if out, err := exec.Command("go", "build", "-o", dir+"/", "./...").CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "go build: %v\n%s", err, out)
	} else {
		status = m.Run()
	}
	os.RemoveAll(dir)
	os.Exit(status)
}

// run returns what an example prints and its exit status.
func run(t *testing.T, env []string, name string, args ...string) (stdout, stderr string, status int) {
	t.Helper()
	cmd := exec.Command(filepath.Join(folder, name), args...)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	cmd.Env = append(os.Environ(), env...)
	if err := cmd.Run(); cmd.ProcessState == nil {
		t.Fatal(err)
	}
	return out.String(), errs.String(), cmd.ProcessState.ExitCode()
}

const rod = `cell  0  0.980058
cell 20  0.599633
cell 40  0.305366
cell 60  0.126866
cell 80  0.040388
bits     7a78e37ee9a0acfa, the same on any number of ranks
`

func TestOutput(t *testing.T) {
	for _, test := range []struct{ command, want string }{
		{"ring -ranks 1", "the token is back with [0]\n"},
		{"ring -ranks 5", "the token is back with [0 1 4 9 16]\n"},
		{"alicebob", `Bob answers: you said "Good morning, Bob!", Alice.
3 rounds with a ball of 1 bytes: each was hit 6 times
3 rounds with a ball of 1000 bytes: each was hit 6 times
3 rounds with a ball of 1000000 bytes: each was hit 6 times
Alice sent 100 while Bob sent 101
`},
		{"halo1d -ranks 1", rod},
		{"halo1d -ranks 7", rod},
		{"stencil -ranks 1", "first cell 117.167523, bits c965647eaeaa6d1c\n"},
		{"stencil -ranks 6", "first cell 117.167523, bits c965647eaeaa6d1c\n"},
		{"gpustencil -gpu sim -ranks 1", "on sim: first cell 117.167523, all bits as on the host\n"},
		{"gpustencil -gpu sim -ranks 3", "on sim: first cell 117.167523, all bits as on the host\n"},
		{"farm -ranks 1", "100 tasks: there are 9592 primes below 100000\n"},
		{"farm -ranks 2", "100 tasks: there are 9592 primes below 100000\n"},
		{"farm -ranks 4", "100 tasks: there are 9592 primes below 100000\n"},
	} {
		words := strings.Fields(test.command)
		if out, errs, status := run(t, nil, words[0], words[1:]...); out != test.want || errs != "" || status != 0 {
			t.Errorf("%s: status %d, prints\n%s%s, want\n%s", test.command, status, out, errs, test.want)
		}
	}
}

// TestRefusesToBeATask starts an example without MPI as two tasks that no launcher started: each says so.
func TestRefusesToBeATask(t *testing.T) {
	for rank, says := range []int{1, 1} {
		out, errs, status := run(t, []string{fmt.Sprint("PMI_RANK=", rank), "PMI_SIZE=2"}, "ring")
		if n := strings.Count(errs, "scripts/withmpi lazy go build -tags mpi,lazympi"); out != "" || n != says || status != 1 {
			t.Errorf("rank %d: status %d, prints\n%s%s, want status 1 and %d messages", rank, status, out, errs, says)
		}
	}
}

// TestSize counts the lines of the examples that show how short such a program is.
func TestSize(t *testing.T) {
	for name, most := range map[string]int{"stencil/main.go": 60, "gpustencil/main.go gpustencil/kernel.cu": 110} {
		lines := 0
		for _, file := range strings.Fields(name) {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			lines += bytes.Count(text, []byte("\n"))
		}
		if lines > most {
			t.Errorf("%s: %d lines, want at most %d", name, lines, most)
		}
	}
}

// TestImports checks that examples use public packages alone, and that no program needs
// the layers of test.
func TestImports(t *testing.T) {
	list := func(args ...string) []string {
		out, err := exec.Command("go", append([]string{"list"}, args...)...).Output()
		if err != nil {
			t.Fatal(err)
		}
		return strings.Fields(string(out))
	}
	module := list("-m")[0]
	for _, path := range list("-f", `{{join .Imports "\n"}}`, "./...") {
		if strings.HasPrefix(path, module+"/internal/") {
			t.Errorf("an example imports %s", path)
		}
	}
	for _, path := range list("-deps", "./...", module+"/cmd/...", module+"/bench/...") {
		if strings.HasPrefix(path, module+"/layers") {
			t.Errorf("a program depends on %s", path)
		}
	}
}
