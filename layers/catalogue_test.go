//go:build layers

package layers

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hybrid/internal/mpilib"
)

// catalogue is a run of each command whose result and file depend on nothing but
// what it is asked for. OUT is the file.
var catalogue = []struct {
	args   string
	device bool // it has a kernel
}{
	{"heat --nx 101 --ny 83 --steps 45 --out OUT.npy", true},
	{"heat --nx 70 --ny 64 --steps 20 --boundary periodic --dtype f32 --out OUT.npy", true},
	{"solve grayscott --set grid.size=[40,50] --steps 20 --out OUT.vti", true},
	{"solve heat3d --set grid.size=[13,12,11] --set check.content=max(u)<9 --set check.solution=max(u)<9 --set output.points=[] --steps 9 --dtype f32 --out OUT.npy", true},
	{"matmul --m 70 --n 90 --k 50 --out OUT.npy", true},
	{"matmul --m 33 --n 65 --k 17 --dtype f32 --out OUT.npy", true},
	{"pi --samples 300001", true},
	{"walk --walks 1001 --steps 333 --out OUT.npy", true},
	{"mandelbrot --width 150 --height 100 --max-iter 300 --out OUT.npy", true},
	{"mandelbrot --width 150 --height 100 --max-iter 300 --schedule stealing --out OUT.png", true},
	{"sort --n 20011 --distribution normal --out OUT.npy", true},
	{"sort --n 20011 --distribution zipf --dtype i32 --out OUT.npy", true},
	{"integrate --func x*exp(-x) --a 0 --b 3 --n 100000 --rule simpson", false},
	{"integrate --func 4/(1+x^2) --a 0 --b 1 --rule adaptive --tolerance 1e-9", false},
	{"wordcount --fold --out OUT.tsv README.md layers", false},
}

// An answer is what must be the same however a command is run.
type answer struct{ file, result string }

// ask runs a command of the catalogue to its answer.
func ask(t *testing.T, c command, args string, flags ...string) (answer, result) {
	t.Helper()
	dir := t.TempDir()
	var out string
	for _, word := range strings.Fields(args) {
		if field, name, ok := strings.Cut(word, "OUT"); ok { // FIELD=OUT.npy, or OUT.npy
			out = filepath.Join(dir, "out"+name)
			word = field + out
		}
		c.args = append(c.args, word)
	}
	// Files of wordcount come last.
	at := len(c.args)
	for i, arg := range c.args {
		if arg == "README.md" {
			at = i
		}
	}
	c.args = append(append(append([]string{}, c.args[:at]...), append(flags, "--json", "--quiet", "--seed", "7")...), c.args[at:]...)
	res := must(t, c)
	var report struct{ Result map[string]json.RawMessage }
	if err := json.Unmarshal([]byte(res.stdout), &report); err != nil || len(report.Result) == 0 {
		t.Fatalf("no result: %v\n%s", err, res)
	}
	delete(report.Result, "imbalance") // of the ranks, which others share otherwise
	result, err := json.Marshal(report.Result)
	if err != nil {
		t.Fatal(err)
	}
	a := answer{result: string(result)}
	if out != "" {
		content, err := os.ReadFile(out)
		if err != nil {
			t.Fatalf("%v\n%s", err, res)
		}
		a.file = string(content)
	}
	return a, res
}

// sameAnswer compares two runs of a command.
func sameAnswer(t *testing.T, got, want answer, res result) {
	t.Helper()
	if got.result != want.result {
		t.Errorf("the result is %s, want %s\n%s", got.result, want.result, res)
	}
	if got.file != want.file {
		t.Errorf("the file has %d bytes that differ from the %d of one rank\n%s", len(got.file), len(want.file), res)
	}
}

// testCatalogue compares every command's answer on ranks of MPI, and of every second one
// on two of them with simulated devices, with that of one rank. Each command runs on 2
// ranks under one MPI and on 3 or 4 under the other: any number of ranks in one process is
// what the tests of packages and commands have.
func testCatalogue(t *testing.T, w mpilib.Library, hybrid string, turn int) {
	for i, entry := range catalogue {
		name, _, _ := strings.Cut(entry.args, " ")
		t.Run(name, func(t *testing.T) {
			want, _ := ask(t, command{args: []string{hybrid}}, entry.args, "--gpu", "off")
			n := 2 + turn*(1+i%2)
			got, res := ask(t, launch(w, n, hybrid), entry.args, "--gpu", "off")
			wantRun(t, res, w.Name, n)
			sameAnswer(t, got, want, res)
			if entry.device && i%2 == turn {
				got, res := ask(t, launch(w, 2, hybrid), entry.args, "--gpu", "sim")
				sameAnswer(t, got, want, res)
			}
		})
	}
	t.Run("patterns", func(t *testing.T) {
		for _, n := range []int{1, 2 + 2*turn} {
			must(t, launch(w, n, hybrid, "patterns", "--sizes", "8,1000,40000", "--iterations", "3", "--warmup", "1", "--quiet"))
		}
	})
}
