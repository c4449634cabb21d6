package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"

	"hybrid/solvers/task"
	"hybrid/solvers/task/option"
)

// object is what a set came to, by name: numbers as they are written.
func object(t *testing.T, o *option.Set) map[string]any {
	t.Helper()
	text, err := json.Marshal(o.Object())
	if err != nil {
		t.Fatal(err)
	}
	values := map[string]any{}
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	if err := d.Decode(&values); err != nil {
		t.Fatal(err)
	}
	return values
}

func inJSON(name string) string { return strings.ReplaceAll(name, "-", "_") }

// nothing is an environment without variables.
func nothing(string) string { return "" }

// FuzzOptions gives every option of every command any text. What is taken is in the range
// that the help names, is the same by flag and by variable, and reads back from the flags
// that a run shows of itself.
func FuzzOptions(f *testing.F) {
	all := everyCommand()
	commands := slices.Sorted(maps.Keys(all))
	texts := []string{"18446744073709551615", "9223372036854775808", "4294967296", "-1", "1e-320", "inf", "nan", "0x1p-1074", "1,2", "a=1x2,3", "\x1b[2J\n\"", "x.npy", "8..1G", "2x3", "99.9", "\xff", "true", "10m", "2h", ""}
	for c, command := range commands {
		for i, p := range all[command].Params() {
			for _, text := range append(p.Words(), p.Default, texts[i%len(texts)], texts[(i*7+3)%len(texts)]) {
				f.Add(uint8(c), uint8(i), text)
			}
		}
	}
	named := map[string]func(*task.Common) task.Problem{}
	for _, problem := range problems() {
		named[problem(&task.Common{}).About().Name] = problem
	}
	// The others need not be declared each time.
	declared := func(command string) *option.Set {
		p := program(nil, nil, nil)
		p.Problems = nil
		if problem := named[command]; problem != nil {
			p.Problems = append(p.Problems, problem)
		}
		return p.Options()[command]
	}
	f.Fuzz(func(t *testing.T, c, i uint8, text string) {
		command := commands[int(c)%len(commands)]
		o := declared(command)
		if len(o.Params()) == 0 {
			return
		}
		p := o.Params()[int(i)%len(o.Params())]
		args, env := []string{"--" + p.Name + "=" + text}, nothing
		switch {
		case p.Kind == option.Operands:
			args = []string{"--", text}
		case p.EnvOnly:
			args, env = nil, func(name string) string {
				if name == o.Env(p) {
					return text
				}
				return ""
			}
		}
		if err := o.Parse(args, env); err != nil {
			if len(err.Error()) > 1000+4*len(text) {
				t.Errorf("%s %q: error of %d bytes", command, args, len(err.Error()))
			}
			return
		}
		values := object(t, o)
		if n, ok := values[inJSON(p.Name)].(json.Number); ok && p.Most > 0 && o.Given(p.Name) {
			if v, err := strconv.ParseUint(n.String(), 10, 64); err != nil || v < p.Least || v > p.Most {
				t.Errorf("%s %q is %s, beyond %d to %d", command, args, n, p.Least, p.Most)
			}
		}
		// By the variable in its place.
		if !p.NoEnv && !p.EnvOnly && p.Kind != option.Operands && p.Kind != option.List && text != "" {
			other := declared(command)
			err := other.Parse(nil, func(name string) string {
				if name == o.Env(p) {
					return text
				}
				return ""
			})
			if got, want := marshalled(t, other), marshalled(t, o); err != nil || got != want {
				t.Errorf("%s %q is %s, by variable %s, %v", command, args, want, got, err)
			}
		}
		// From the words in which a run shows it.
		if p.Local || p.EnvOnly {
			return
		}
		var shown []string
		for _, word := range o.AsFlags() {
			if flag, value, ok := strings.Cut(word, " "); ok && strings.HasPrefix(flag, "--") {
				value, err := strconv.Unquote(value)
				if err != nil {
					t.Fatalf("%s: %v", word, err)
				}
				shown = append(shown, flag+"="+value)
			} else if strings.HasPrefix(word, "--") {
				shown = append(shown, word)
			} else if value, err := strconv.Unquote(word); err == nil {
				shown = append(shown, "--", value)
			} else {
				t.Errorf("%s %q is shown as %q", command, args, word)
			}
		}
		again := declared(command)
		err := again.Parse(shown, nothing)
		if got, want := marshalled(t, again), marshalled(t, o); err != nil || got != want {
			t.Errorf("%s %q is %s, as flags %q it is %s, %v", command, args, want, shown, got, err)
		}
	})
}

func marshalled(t *testing.T, o *option.Set) string {
	t.Helper()
	text, err := json.Marshal(o.Object())
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// FuzzCheck gives every problem a whole command line, the words of which a zero byte or a line
// break parts. It is understood, or refused with an error that has a status.
func FuzzCheck(f *testing.F) {
	for i, line := range []string{
		"--nx\n9\n--ny=2147483647\n--steps\n9223372036854775807\n--start-step\n9223372036854775807\n--initial\na.npy", "--m\n2147483647\n--n\n2147483647\n--k\n2147483647",
		"--n\n9223372036854775807\n--dtype\nf32", "--samples\n4e18", "--a=-1e308\n--b=1e308\n--func\n1/x", "--walks\n4611686018427387904\n--steps\n2", "--zoom\n1e-300\n--center=1e308,-1e308\n--width\n2147483647",
		"a\n-\n-\n--top\n0", "--sizes\n1..1G,8\n--ranks\n1", "--size\nheat=3x3x9223372036854775807\n--size\nsort=9223372036854775807\n--time\n1e300\n--tolerance\n1e-300\n--baseline\nx",
	} {
		f.Add(uint8(i), line)
	}
	of := problems()
	f.Fuzz(func(t *testing.T, which uint8, line string) {
		common := &task.Common{}
		p := of[int(which)%len(of)](common)
		name := p.About().Name
		o := &option.Set{Command: "hybrid " + name, Prefix: "HYBRID_"}
		p.Declare(o)
		o.Int(&common.Ranks, "ranks", 0, "", option.Range(1, task.MaxWorkers))
		args := strings.FieldsFunc(line, func(r rune) bool { return r == '\n' || r == 0 })
		if err := o.Parse(args, nothing); err != nil {
			return
		}
		checker := &task.Checker{Set: o}
		p.Check(checker)
		if err := checker.Err; err != nil {
			var coder interface{ ExitCode() int }
			if !errors.As(err, &coder) || coder.ExitCode() != task.BadUsage || len(err.Error()) > 3000+8*len(line) {
				t.Errorf("%s %q: %T of %d bytes: %.300v", name, args, err, len(err.Error()), err)
			}
		}
		if common.Ranks < 0 || common.Ranks > task.MaxWorkers {
			t.Errorf("%s %q: %d ranks", name, args, common.Ranks)
		}
		object(t, o)
	})
}
