package model

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"hybrid/examples/models"
	"hybrid/solvers/task"
)

func read(t testing.TB, text string, set ...string) *Spec {
	t.Helper()
	s, err := Read("dir/some.toml", text, set...)
	if err != nil {
		var shown *task.PlaceError
		if errors.As(err, &shown) {
			t.Fatalf("%v\n%s", err, shown.Lines)
		}
		t.Fatal(err)
	}
	return s
}

// TestShippedModelsAreRead reads every model that ships.
func TestShippedModelsAreRead(t *testing.T) {
	for _, name := range models.Names() {
		text, _ := models.Text(name)
		s := read(t, text)
		if s.Title == "" || s.Source == "" || len(s.Check) == 0 {
			t.Errorf("%s: title %q, source %q, %d checks", name, s.Title, s.Source, len(s.Check))
		}
	}
}

const full = `
title  = "All that there is"
source = "Nobody"
[grid]
size   = ["n", "2*n"]    # rows, columns
extent = [2, "4*half"]
origin = [-1, 0]
order  = 4
[parameters]
n = 8
half = 0.5
D = "half^2 + 1e-3"
[fields]
k = "K.npy"
u = "spot*(x < half) + noise(n)"
v = 0x10
[let]
spot = "hypot(x, y) < dx"
mu = "u^3 - laplacian(u)"
[equations]
v = "u - v"
u = "divergence(k, mu) + dx(v)"
[boundary]
all = { x = "periodic", top = "value sin(t)*x" }
v = { y = "robin 1 2*half 3" }
mu = "periodic"
k.top = "value 1"
[time]
scheme = "rk2"
dt = "0.1*dx^2"
end = "n/4"
[output]
every = 5
fields = ["v", "k"]
points = [[0.5, -0.5], ["half", 0]]
[check]
mass = "abs(mean(u) - t) < 1e-9"
cell = "u < 1 or x > dx"
`

func TestRead(t *testing.T) {
	s := read(t, strings.Replace(full, `mu = "periodic"`, `mu = { x = "periodic" }`, 1))
	got := fmt.Sprint(s.Name, s.Title, s.Size, s.Spacing, s.Origin, s.Order, s.Scheme, s.DT, s.Steps, s.End, s.Parameters, s.Output)
	want := fmt.Sprint("some", "All that there is", []int{8, 16}, []float64{0.25, 0.125}, []float64{-1, 0}, 4, "rk2", 0.1*0.125*0.125, 0, 2.0,
		[]Parameter{{"n", 8}, {"half", 0.5}, {"D", 0.251}}, Output{5, []string{"v", "k"}, [][]float64{{0.5, -0.5}, {0.5, 0}}})
	if got != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
	var lines []string
	for _, f := range s.Fields {
		line := fmt.Sprint(f.Name, f.Static, " ", f.File, " ", f.Initial)
		for _, pair := range f.Faces {
			for _, face := range pair {
				line += fmt.Sprint(" ", face.Kind, face.A, face.B, face.Rhs)
			}
		}
		lines = append(lines, line)
	}
	for _, l := range s.Lets {
		lines = append(lines, fmt.Sprint(l.Name, l.Expr, len(l.Faces)))
	}
	for _, r := range s.Rules {
		lines = append(lines, fmt.Sprint(r.Field, r.Update, r.Expr))
	}
	for _, c := range s.Check {
		lines = append(lines, fmt.Sprint(c.Name, c.Cell, " ", c.Expr))
	}
	if want := []string{
		"ufalse  spot*(x < half) + noise(n) 1 0 0 sin(t)*x 0 0 0 <nil> 3 0 0 <nil> 3 0 0 <nil>",
		"vfalse  16 2 1 1 3 2 1 1 3 3 0 0 <nil> 3 0 0 <nil>",
		"ktrue dir/K.npy <nil> 1 0 0 1 0 0 0 <nil> 3 0 0 <nil> 3 0 0 <nil>",
		"spothypot(x, y) < dx 0", "muu^3 - laplacian(u) 2",
		"ufalse divergence(k, mu) + dx(v)", "vfalse u - v",
		"massfalse abs(mean(u) - t) < 1e-09", "celltrue u < 1 or x > dx",
	}; !slices.Equal(lines, want) {
		t.Errorf("%s\nwant\n%s", strings.Join(lines, "\n"), strings.Join(want, "\n"))
	}
	for what, text := range map[string]string{"fields.u": "spot*(x < half) + noise(n)", "let.mu": "u^3 - laplacian(u)", "equations.v": "u - v", "boundary.u.top": "sin(t)*x", "boundary.v.bottom": "3", "boundary.k.top": "1", "check.mass": "abs(mean(u) - t) < 1e-9", "boundary.v.top": "3"} {
		if s.Texts[what] != text {
			t.Errorf("the text of %s is %q", what, s.Texts[what])
		}
	}
}

// small is a model that has what every one has.
const small = "[grid]\nsize=[4,4]\n[parameters]\nD=1.0\n[fields]\nu=\"x\"\n[equations]\nu=\"D*laplacian(u)\"\n[time]\ndt=0.1\nsteps=3\n"

func TestSet(t *testing.T) {
	for _, c := range []struct {
		set  string
		want func(s *Spec) any
		is   any
	}{
		{"D=2.5", func(s *Spec) any { return s.Parameters[0].Value }, 2.5},
		{"D=2*pi - e^0", func(s *Spec) any { return s.Parameters[0].Value > 5.283 }, true},
		{"time.dt=dx/8", func(s *Spec) any { return s.DT }, 0.125},
		{"--dt=0.5", func(s *Spec) any { return s.DT }, 0.5},
		{"time.steps=1e3", func(s *Spec) any { return s.Steps }, 1000},
		{"time.end=5", func(s *Spec) any { return []float64{s.End, float64(s.Steps)} }, []float64{5, 0}},
		{"grid.size=[2, 3, 4]", func(s *Spec) any { return s.Size }, []int{2, 3, 4}},
		{"grid.size=7", func(s *Spec) any { return s.Size }, []int{7}},
		{"time.scheme=rk4", func(s *Spec) any { return s.Scheme }, "rk4"},
		{"time.scheme='rk4'", func(s *Spec) any { return s.Scheme }, "rk4"},
		{"boundary.u={left = \"value 3\"}", func(s *Spec) any { return s.Texts["boundary.u.left"] }, "3"},
		{"boundary.all.x=periodic", func(s *Spec) any { return s.Fields[0].Faces[1][1].Kind }, Periodic},
		{"fields.u=a.npy", func(s *Spec) any { return s.Fields[0].File }, "dir/a.npy"},
		{"fields.u=y == 2", func(s *Spec) any { return s.Fields[0].Initial.String() }, "y == 2"},
		{"output.fields=[\"u\"]", func(s *Spec) any { return s.Output.Fields }, []string{"u"}},
	} {
		if got := c.want(read(t, small, c.set)); fmt.Sprint(got) != fmt.Sprint(c.is) {
			t.Errorf("%s: %v, want %v", c.set, got, c.is)
		}
	}
	for set, want := range map[string]string{
		"d=1": `--set d: "d" is no parameter (did you mean D?): the model has D, and time.dt`, "DD=1": "(did you mean D?)", "end=5": `--set end: "end" is no parameter (did you mean time.end?): the model has D`, "size=5": "(did you mean grid.size?)", "D=": "--set D: no value: want D=VALUE", "D": "--set D: no value", "D=x": "--set D: unknown name x",
		"D=1/0": "--set D: this has the value +Inf", "D=nan": "unknown name nan", "D=[1]": "--set D: D is an array of 1", "D=\"1\"\nE=\"2\"": "want one value", "D=[1": "not TOML", "time.step=3": `[time] has no "step" (did you mean steps?)`,
		"times.dt=1": `"times.dt" is no entry of a model`, "a.b.c.d=1": "no entry", "time.=1": "no entry", "=1": "no parameter", "grid.size.x=1": "size is an array of 2 in the model, and no table", "time.dt=-1": "--set time.dt: time.dt is -1: want a number above 0", "grid=1": `"grid" is no parameter`,
		"let.q=q": `--set let.q: "q" is no name in [let]: the model has none`, "fields.uu=1": `--set fields.uu: "uu" is no name in [fields] (did you mean u?): the model has u`,
		"grid.size=20x30": `--set grid.size: grid.size is the text "20x30": want [20, 30], an array`, "grid.size='4, 5, 6'": "want [4, 5, 6], an array", "--dt=-1": "--dt: time.dt is -1: want a number above 0",
		"D=1 2": "no operator between 1 and 2", "--dt=0": "--dt: time.dt is 0: want a number above 0",
	} {
		if _, err := Read("some.toml", small, set); err == nil || !strings.Contains(err.Error(), want) || !strings.HasPrefix(err.Error(), "--") {
			t.Errorf("%s: %v, want %s", set, err, want)
		}
	}
}

// TestStepsOfTheFlag take the place of those that a model lacks, and of no others here: a model's end says how long
// they are.
func TestStepsOfTheFlag(t *testing.T) {
	lacking := strings.Replace(small, "steps=3", "", 1)
	for text, want := range map[string]int{lacking: 7, small: 3, strings.Replace(small, "steps=3", "end = 3", 1): 0} {
		if s := read(t, text, "--steps=7"); s.Steps != want {
			t.Errorf("%d steps, want %d\n%s", s.Steps, want, text)
		}
	}
	if _, err := Read("some.toml", lacking); err == nil || !strings.Contains(err.Error(), "neither steps nor an end") {
		t.Error(err)
	}
}

// TestAVariableIsNamed in the mistake that it has.
func TestAVariableIsNamed(t *testing.T) {
	if _, err := sweepBy("X_SET", []string{"F"}); err == nil || !strings.HasPrefix(err.Error(), `X_SET "F": want NAME=VALUE`) {
		t.Error(err)
	}
	if _, err := readBy("X_SET", "some.toml", small, []string{"d=1"}); err == nil || !strings.HasPrefix(err.Error(), `X_SET d: "d" is no parameter`) {
		t.Error(err)
	}
}

// TestMistakesOfAModelNameTheFlag that another place of them is in.
func TestMistakesOfAModelNameTheFlag(t *testing.T) {
	_, err := Read("some.toml", small, "parameters.u=1")
	if want := "u is a name twice: it is a parameter in --set parameters.u"; err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("%v, want %s", err, want)
	}
}

// TestMistakesInASetAreShownAsTyped marks the place in the text of the flag.
func TestMistakesInASetAreShownAsTyped(t *testing.T) {
	for set, want := range map[string]string{
		"grid.size=[4, 1.5]":        "    grid.size=[4, 1.5]\n                  ^^^",
		"grid.size=[4, 4":           "    grid.size=[4, 4\n                   ^",
		"grid.szie=[4, 4]":          "    grid.szie=[4, 4]\n    ^^^^^^^^^",
		"boundary.u={left = \"x\"}": "    boundary.u={left = \"x\"}\n                       ^^^",
		"fields.u='2*nu'":           "    fields.u='2*nu'\n                ^^",
		"D=\"1\"":                   "",
	} {
		_, err := Read("some.toml", small, set)
		got := ""
		if shown := (*task.PlaceError)(nil); errors.As(err, &shown) {
			got = shown.Lines
		}
		if got != want {
			t.Errorf("%s: %v\n%s\nwant\n%s", set, err, got, want)
		}
	}
}

func TestSweep(t *testing.T) {
	for _, c := range []struct{ set, want string }{
		{"", "[[]]"},
		{"F=1", "[[F=1]]"},
		{"F=1;k=2", "[[F=1 k=2]]"},
		{"F=1,2", "[[F=1] [F=2]]"},
		{"F=0.02:0.06:5", "[[F=0.02] [F=0.03] [F=0.04] [F=0.05] [F=0.06]]"},
		{"F=0:1:4", "[[F=0] [F=0.33333333333333] [F=0.66666666666667] [F=1]]"},
		{"F=1,2;k=3,5:4:2", "[[F=1 k=3] [F=1 k=5] [F=1 k=4] [F=2 k=3] [F=2 k=5] [F=2 k=4]]"},
		{"grid.size=[64,64],[128,128]", "[[grid.size=[64,64]] [grid.size=[128,128]]]"},
		{"F=min(1,2),'a,b'", "[[F=min(1,2)] [F='a,b']]"},
	} {
		var set []string
		if c.set != "" {
			set = strings.Split(c.set, ";")
		}
		if got, err := Sweep(set); err != nil || fmt.Sprint(got) != c.want {
			t.Errorf("%s: %v, %v; want %s", c.set, got, err, c.want)
		}
	}
	for _, set := range []string{"F", "=1", "F=", "F=1:2", "F=1:2:1", "F=1:2:x", "F=a:2:3", "F=nan:2:3", "F=1:inf:3", "F=1:2:3:4", "F=1:2:100000", "F=0:1:5000,0:1:9000", "F=1;F=2", "F=0:1:200;k=0:1:200"} {
		if got, err := Sweep(strings.Split(set, ";")); err == nil || len(err.Error()) > 300 {
			t.Errorf("%s: %d runs, want an error: %v", set, len(got), err)
		}
	}
}

// TestOtherEditors reads what editors of other systems write.
func TestOtherEditors(t *testing.T) {
	if s := read(t, "\ufeff"+strings.ReplaceAll(small, "\n", "\r\n")); s.Steps != 3 {
		t.Errorf("%d steps", s.Steps)
	}
}
