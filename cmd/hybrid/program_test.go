package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"hybrid/internal/cli"
	"hybrid/internal/linked"
	"hybrid/solvers/heat"
	"hybrid/solvers/mandelbrot"
	"hybrid/solvers/patterns"
	"hybrid/solvers/sorting"
	"hybrid/solvers/task"
	"hybrid/solvers/task/option"
)

// program is hybrid with an environment, whose output goes to buffers.
func program(env map[string]string, stdout, stderr io.Writer) *cli.Program {
	return &cli.Program{Version: version, Problems: problems(), Env: func(name string) string { return env[name] }, Stdout: stdout, Stderr: stderr}
}

// call runs hybrid in this process.
func call(t *testing.T, env map[string]string, args ...string) (status int, stdout, stderr string) {
	t.Helper()
	var out, err bytes.Buffer
	p := program(env, &out, &err)
	p.Exit = func(status int) { t.Errorf("ended by exit with status %d", status) }
	return p.Run(args), out.String(), err.String()
}

// everyCommand is the options of everything that has a help.
func everyCommand() map[string]*option.Set { return program(nil, nil, nil).Options() }

func helpText(name string) string { return program(nil, nil, nil).HelpText(name) }

func TestHelpNamesEveryFlagIn80Columns(t *testing.T) {
	for name, options := range everyCommand() {
		text := helpText(name)
		for _, p := range options.Params() {
			if p.Kind != option.Operands && !p.EnvOnly && !strings.Contains(text, "  --"+p.Name) && !strings.Contains(text, ", --"+p.Name) {
				t.Errorf("help of %s does not name --%s", name, p.Name)
			}
			for _, v := range p.Words() {
				if !strings.Contains(text, v) {
					t.Errorf("help of %s does not name %s of --%s", name, v, p.Name)
				}
			}
			if p.Kind != option.Operands && !p.EnvOnly && p.Help == "" && len(p.Choices) == 0 {
				t.Errorf("--%s of %s has no help", p.Name, name)
			}
		}
		for line := range strings.Lines(text) {
			if utf8.RuneCountInString(line) > 81 || strings.ContainsRune(line, '\t') || strings.Contains(line, "{{") {
				t.Errorf("help of %s: line %q", name, line)
			}
		}
	}
}

func TestHelpHasTheStatusOfTheTimeLimitWhereThereIsOne(t *testing.T) {
	for name, options := range everyCommand() {
		if got, want := strings.Contains(helpText(name), "4 stopped at its time limit"), options.Find("time-limit") != nil; got != want {
			t.Errorf("help of %s: the status of a time limit: %v, the flag: %v", name, got, want)
		}
	}
}

func TestChoicesAreThoseOfTheSolvers(t *testing.T) {
	for _, c := range []struct {
		command, option string
		want            []string
	}{
		{"heat", "boundary", heat.Boundaries}, {"heat", "initial", heat.Shapes}, {"sort", "distribution", sorting.Distributions},
		{"mandelbrot", "schedule", mandelbrot.Schedules()}, {"patterns", "patterns", patterns.Names}, {"bench", "kernels", []string{"heat", "matmul", "pi", "mandelbrot", "sort", "walk"}},
	} {
		if got := everyCommand()[c.command].Find(c.option).Words(); !slices.Equal(got, c.want) {
			t.Errorf("%s --%s: %q, want %q", c.command, c.option, got, c.want)
		}
	}
}

func TestAFileCanLookLikeAFlag(t *testing.T) {
	t.Chdir(t.TempDir())
	for name, text := range map[string]string{"--top": "one two", "-x": "three"} {
		if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	var got struct {
		Params struct {
			Top   int
			Files []string
		}
		Result struct{ Total int }
	}
	if err := json.Unmarshal([]byte(printed(t, "wordcount", "--json", "--top=3", "--quiet", "--", "--top", "-x")), &got); err != nil {
		t.Fatal(err)
	}
	if got.Params.Top != 3 || !slices.Equal(got.Params.Files, []string{"--top", "-x"}) || got.Result.Total != 3 {
		t.Errorf("%+v", got)
	}
}

func TestRanksAreRefusedUnderALauncher(t *testing.T) {
	if linked.MPI {
		t.Skip("with MPI this takes a launcher, and the tests of the outer layers run it under one")
	}
	t.Setenv("OMPI_COMM_WORLD_SIZE", "4")
	t.Setenv("OMPI_COMM_WORLD_RANK", "0")
	status, stdout, stderr := call(t, nil, "heat", "--ranks", "2")
	want := "hybrid: heat: --ranks is 2, but Open MPI started this process as one of several tasks, which are the ranks: " +
		"leave it out, or start hybrid without a launcher\n"
	if status != task.BadUsage || stdout != "" || stderr != want {
		t.Errorf("task 0: status %d, %q, %q, want %q", status, stdout, stderr, want)
	}
	if status, _, stderr := call(t, map[string]string{"HYBRID_RANKS": "2"}, "info"); status != task.BadUsage || !strings.Contains(stderr, "HYBRID_RANKS is 2, but") {
		t.Errorf("task 0, by variable: status %d, %q", status, stderr)
	}
	t.Setenv("OMPI_COMM_WORLD_RANK", "3")
	if status, stdout, stderr := call(t, nil, "heat", "--ranks", "2"); status != task.BadUsage || stdout+stderr != "" {
		t.Errorf("task 3: status %d, %q, %q, want silence", status, stdout, stderr)
	}
	if status, stdout, stderr := call(t, nil, "--help"); status != 0 || stdout+stderr != "" {
		t.Errorf("help from task 3: status %d, %q, %q, want silence", status, stdout, stderr)
	}
}

// A faulty writer fails or panics.
type faulty struct{ err error }

func (f faulty) Write([]byte) (int, error) {
	if f.err == nil {
		panic("two\nlines")
	}
	return 0, f.err
}

func TestWhatCannotBePrintedIsAnError(t *testing.T) {
	for _, args := range [][]string{{"info"}, {"info", "--json"}, {"--help"}, {"heat", "--help"}, {"--version"}, {"completion", "bash"}, {"help", "heat"}} {
		var stderr bytes.Buffer
		p := program(nil, faulty{errors.New("disk full")}, &stderr)
		if status := p.Run(args); status != task.Failed || !strings.Contains(stderr.String(), "cannot write standard output: disk full") {
			t.Errorf("%v: status %d, %q", args, status, stderr.String())
		}
	}
}

func TestAPanicIsOneLineAndABug(t *testing.T) {
	run := func(env map[string]string, args ...string) (int, string) {
		var stderr bytes.Buffer
		p := program(env, faulty{}, &stderr)
		return p.Run(args), stderr.String()
	}
	// On a rank, and outside of any.
	for _, args := range [][]string{{"info", "--json"}, {"--version"}} {
		status, text := run(nil, args...)
		if status != task.Failed || strings.Count(text, "\n") != 1 || !strings.Contains(text, "this is a bug in hybrid") || !strings.Contains(text, "two; lines") {
			t.Errorf("%v: status %d, %q", args, status, text)
		}
		if _, text := run(map[string]string{"HYBRID_DEBUG": "1"}, args...); !strings.Contains(text, "faulty.Write") {
			t.Errorf("%v: HYBRID_DEBUG shows no stack: %q", args, text)
		}
	}
}

// TestAVariableThatNobodyReadsIsNamed looks at variables that are misspelt, those of other
// commands, and those that others set.
func TestAVariableThatNobodyReadsIsNamed(t *testing.T) {
	run := func(args ...string) string {
		var out, err bytes.Buffer
		p := program(nil, &out, &err)
		p.Environ = []string{"PATH=/bin", "HYBRID_STEPZ=5", "HYBRID_THREAD=2", "HYBRID_ROOT=/opt/hybrid", "HYBRID_SAMPEL=", "HYBRID_SAMPELS=7",
			"HYBRID_NX=3", "HYBRID_SAMPLES=7", "HYBRID_ISA=go", "HYBRID_SIM_CC=8.0", "HYBRID_LIBMPI=x", "HYBRID_LIBCUDA=x", "HYBRID_DEBUG=1", "HYBRID_REQUIRE=mpi", "HYBRID_TEST_RUN=1"}
		if status := p.Run(args); status != 0 {
			t.Fatalf("%q: status %d, %s", args, status, err.String())
		}
		return err.String()
	}
	want := `hybrid: COMMAND: HYBRID_STEPZ is set, but hybrid knows no such variable (did you mean HYBRID_STEPS?): it changes nothing
hybrid: COMMAND: HYBRID_THREAD is set, but hybrid knows no such variable (did you mean HYBRID_THREADS?): it changes nothing
hybrid: COMMAND: HYBRID_ROOT is set, but hybrid knows no such variable: it changes nothing
hybrid: COMMAND: HYBRID_SAMPELS is set, but hybrid knows no such variable (did you mean HYBRID_SAMPLES?): it changes nothing
`
	if got := run("heat", "--nx", "8", "--ny", "8", "--steps", "1", "--json", "--ranks", "2"); !strings.HasPrefix(got, strings.ReplaceAll(want, "COMMAND", "heat")+"grid ") {
		t.Errorf("%s\nwant\n%s", got, want)
	}
	slips := slices.DeleteFunc(strings.SplitAfter(want, "\n"), func(line string) bool { return strings.Contains(line, "HYBRID_ROOT") })
	for args, want := range map[string]string{
		"info --json": want, "version": want, "--version": strings.ReplaceAll(want, "COMMAND: ", ""), "help heat": "",
		"info --quiet": strings.Join(slips, ""), "heat --steps 1 --quiet": strings.Join(slips, ""),
	} {
		command, _, _ := strings.Cut(args, " ")
		if got := run(strings.Fields(args)...); got != strings.ReplaceAll(want, "COMMAND", command) {
			t.Errorf("%s: %s\nwant\n%s", args, got, want)
		}
	}
}
