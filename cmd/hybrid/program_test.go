package main

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"unicode/utf8"
)

// call runs hybrid in this process.
func call(t *testing.T, env map[string]string, args ...string) (status int, stdout, stderr string) {
	t.Helper()
	var out, err bytes.Buffer
	p := &program{env: func(name string) string { return env[name] }, stdout: &out, stderr: &err,
		exit: func(status int) { t.Errorf("ended by exit with status %d", status) }}
	return p.run(args), out.String(), err.String()
}

// everyCommand is the options of everything that has a help.
func everyCommand() map[string][]option {
	all := map[string][]option{"hybrid": nil, "completion": nil}
	for _, m := range commands() {
		all[m.name] = m.options
	}
	return all
}

func TestHelpNamesEveryFlagIn80Columns(t *testing.T) {
	for name, options := range everyCommand() {
		text := helpText(name)
		for _, o := range options {
			if o.kind != operands && !strings.Contains(text, "--"+o.name) {
				t.Errorf("help of %s does not name --%s", name, o.name)
			}
			for _, v := range o.values {
				if !strings.Contains(text, v) {
					t.Errorf("help of %s does not name %s of --%s", name, v, o.name)
				}
			}
		}
		for line := range strings.Lines(text) {
			if utf8.RuneCountInString(line) > 81 || strings.ContainsRune(line, '\t') || strings.Contains(line, "{{") {
				t.Errorf("help of %s: line %q", name, line)
			}
		}
	}
}

func TestOperandsComeAfterTheFlags(t *testing.T) {
	takes := command{name: "count", options: []option{{name: "files", kind: operands}}}
	for _, c := range []struct {
		m    command
		args []string
		want string
	}{
		{takes, nil, ""},
		{takes, []string{"a", "-", "", "b"}, ""},
		{takes, []string{"a", "--json"}, `"--json" comes after an argument that is no flag: put the flags first (a file of that name is ./--json)`},
		{command{name: "heat"}, []string{""}, `unexpected argument "": every option is a flag, --name value; see hybrid heat --help`},
	} {
		err := c.m.checkOperands(c.args)
		if (err == nil) != (c.want == "") || err != nil && (err.Error() != c.want || statusOf(err) != badUsage) {
			t.Errorf("%s %q: %v, want %q", c.m.name, c.args, err, c.want)
		}
	}
}

func TestRanksAreRefusedUnderALauncher(t *testing.T) {
	if withMPI {
		t.Skip("with MPI this takes a launcher, and the tests of the outer layers run it under one")
	}
	t.Setenv("OMPI_COMM_WORLD_SIZE", "4")
	t.Setenv("OMPI_COMM_WORLD_RANK", "0")
	status, stdout, stderr := call(t, nil, "heat", "--ranks", "2")
	want := "hybrid: heat: --ranks is 2, but Open MPI started this process as one of several tasks, which are the ranks: " +
		"leave it out, or start hybrid without a launcher\n"
	if status != badUsage || stdout != "" || stderr != want {
		t.Errorf("task 0: status %d, %q, %q, want %q", status, stdout, stderr, want)
	}
	if status, _, stderr := call(t, map[string]string{"HYBRID_RANKS": "2"}, "info"); status != badUsage || !strings.Contains(stderr, "HYBRID_RANKS is 2, but") {
		t.Errorf("task 0, by variable: status %d, %q", status, stderr)
	}
	t.Setenv("OMPI_COMM_WORLD_RANK", "3")
	if status, stdout, stderr := call(t, nil, "heat", "--ranks", "2"); status != badUsage || stdout+stderr != "" {
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
		p := &program{env: func(string) string { return "" }, stdout: faulty{errors.New("disk full")}, stderr: &stderr}
		if status := p.run(args); status != failed || !strings.Contains(stderr.String(), "cannot write standard output: disk full") {
			t.Errorf("%v: status %d, %q", args, status, stderr.String())
		}
	}
}

func TestAPanicIsOneLineAndABug(t *testing.T) {
	run := func(env map[string]string, args ...string) (int, string) {
		var stderr bytes.Buffer
		p := &program{env: func(name string) string { return env[name] }, stdout: faulty{}, stderr: &stderr}
		return p.run(args), stderr.String()
	}
	// On a rank, and outside of any.
	for _, args := range [][]string{{"info", "--json"}, {"--version"}} {
		status, text := run(nil, args...)
		if status != failed || strings.Count(text, "\n") != 1 || !strings.Contains(text, "this is a bug in hybrid") || !strings.Contains(text, "two; lines") {
			t.Errorf("%v: status %d, %q", args, status, text)
		}
		if _, text := run(map[string]string{"HYBRID_DEBUG": "1"}, args...); !strings.Contains(text, "faulty.Write") {
			t.Errorf("%v: HYBRID_DEBUG shows no stack: %q", args, text)
		}
	}
}
