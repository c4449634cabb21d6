package model

import (
	"errors"
	"strings"
	"testing"
	"unicode/utf8"

	"hybrid/solvers/model/ir"
	"hybrid/solvers/task"
)

// parts are the sections of a model that is right; a case changes one of them.
var parts = map[string]string{
	"":           "title = \"T\"\n",
	"grid":       "size = [4, 8]\n",
	"parameters": "D = 1.0\n",
	"fields":     "u = \"x\"\nv = \"0\"\n",
	"let":        "",
	"equations":  "u = \"D*laplacian(u)\"\n",
	"updates":    "",
	"boundary":   "",
	"time":       "dt = 0.1\nsteps = 3\n",
	"output":     "",
	"check":      "",
}

// with is the model with other sections; of those that are empty there is none.
func with(change map[string]string) string {
	var b strings.Builder
	for _, name := range append([]string{""}, sections...) {
		text, changed := change[name]
		if !changed {
			text = parts[name]
		}
		if text != "" && name != "" {
			b.WriteString("[" + name + "]\n")
		}
		b.WriteString(text)
	}
	return b.String()
}

// TestMistakes has in each case a section of the model, with what has to be underlined between
// «», and a part of the error.
func TestMistakes(t *testing.T) {
	for _, c := range []struct{ section, text, want string }{
		{"", "«titel» = \"T\"\n", `a model has no "titel" (did you mean title?): want title, source, grid`},
		{"", "title = «3»\n", "title is 3: want a text"},
		{"", "time = 3\n", "time is there twice: first in line 1"},
		{"", "[«\n»", "this is not TOML"},
		{"", "title = \"T\n", "this is not TOML"},
		{"", "title = \"T\xffU\"\n", "no text in UTF-8: byte 11 is 0xff"},
		{"", "u = «D*laplacian(u)»\n", "this is not TOML: incomplete number; a formula stands in quotation marks, as u = \"sin(x)\""},
		{"", "title = «“»sin(x)”\n", `this is not TOML: a quotation mark that is curly: write straight ones, as u = "sin(x)"`},
		{"", "«α» = 1\n", "the character 'α': names are of the letters a to z"},
		{"", "D = 1 «//» how fast it spreads\n", "this is not TOML: a comment begins with #"},
		{"", "du«/»dt = \"laplacian(u)\"\n", "a rule has the name of its field, as u = "},
		{"", "title = «auto»\n", "this is not TOML: incomplete number; a text stands in quotation marks, as dt = \"auto\""},
		{"", "title = e«u»ler # a scheme\n", "a text stands in quotation marks, as dt = \"auto\""},
		{"", "[[«grid»]]\nsize = 4\n", "[[grid]] is a list of tables"},
		{"", "[grid]\nsize = 4\n[«grid»]\n", "a second [grid]: put its lines under the first"},

		{"grid", "", "[grid] has no size"},
		{"grid", "«syze» = 3\nsize = 4\n", `[grid] has no "syze" (did you mean size?): want size, spacing, extent, origin, order`},
		{"grid", "«sizes» = [4, 4]\n", `[grid] has no "sizes" (did you mean size?)`},
		{"grid", "size = 4\n«size» = 5\n", "size is there twice: first in line 3"},
		{"grid", "«size» = []\n", "grid.size has 0 numbers: want size = [rows, columns]"},
		{"grid", "«size» = [1, 2, 3, 4]\n", "grid.size has 4 numbers"},
		{"grid", "size = [4, «0»]\n", "grid.size is 0: want a whole number from 1"},
		{"grid", "size = [4, «-3»]\n", "grid.size is -3"},
		{"grid", "size = [4, «2.5»]\n", "grid.size is 2.5: want a whole number"},
		{"grid", "size = [4, «nan»]\n", "grid.size is nan: want a finite number"},
		{"grid", "size = [4, 1e999]\n", "the number is too large"},
		{"grid", "size = [4, 99999999999999999999]\n", "too large"},
		{"grid", "«size» = [1073741824, 1073741824]\n", "more than 2^40 cells"},
		{"grid", "size = [4, «1979-05-27»]\n", "a date or a time"},
		{"grid", "size = [4, «true»]\n", "grid.size is true"},
		{"grid", "size = [4, \"«n»\"]\n", "unknown name n"},
		{"grid", "size = [4, 4]\n«spacing» = [1]\n", "grid.spacing has 1 numbers where the grid has 2"},
		{"grid", "size = [4, 4]\nspacing = [1, «{»a = 1}]\n", "grid.spacing is a table"},
		{"grid", "size = [4, 4]\nspacing = «0»\n", "the spacing of [grid] is 0 from 0 on: want above 1e-30"},
		{"grid", "size = [4, 4]\nspacing = 1\n«extent» = 1\n", "an extent and a spacing"},
		{"grid", "size = [4, 4]\norder = «3»\n", "grid.order is 3: want 2, 4 or 6"},
		{"grid", "size = [4, 4]\norder = «8»\n", "whole number from 2 to 6"},

		{"parameters", "D = \"«E»\"\nE = 1\n", "unknown name E"},
		{"parameters", "D = 1\n«D» = 2\n", "D is there twice"},
		{"parameters", "«x» = 1\nD = 1\n", "x has a meaning of its own"},
		{"parameters", "«sin» = 1\nD = 1\n", "sin has a meaning of its own"},
		{"parameters", "«\"a b\"» = 1\nD = 1\n", `"a b" is no name`},
		{"parameters", "«D-u» = 1\nD = 1\n", `"D-u" is no name`},
		{"parameters", "«1» = 1\nD = 1\n", `"1" is no name`},
		{"parameters", "D = «inf»\n", "finite"},
		{"parameters", "D = \"«1/0»\"\n", "the value +Inf"},
		{"parameters", "D = \"«log(0 - 1)»\"\n", "this has the value NaN"},
		{"parameters", "D = \"«x»\"\n", "unknown name x"},
		{"parameters", "«D» = [1]\n", "parameters.D is an array of 1: want a number"},
		{"parameters", "u = 1\nD = 1\n", "u is a name twice: it is a parameter in line 5"},

		{"fields", "", "the model has no [fields]"},
		{"fields", "u = \"0\"\n«D» = \"1\"\n", "D is a name twice: it is a parameter in line 5"},
		{"fields", "u = \"«v»\"\nv = \"0\"\n", "v is a field, and an initial field may not use fields"},
		{"fields", "u = \"«t»\"\n", "t changes in a run, and an initial field does not"},
		{"fields", "u = \"sin(x)\n", "this is not TOML"},
		{"fields", "u = «true»\n", "fields.u is true: want a formula"},
		{"fields", "«all» = \"0\"\nu = \"0\"\n", "all has a meaning of its own"},
		{"fields", "u = «\"a\\u0000.npy\"»\n", "byte 0"},
		{"fields", "u = \"1 + «**» 2\"\n", "** is not of this language"},
		{"fields", "u = \"\"\"\n1 +\n  «2x»\n\"\"\"\n", "fields.u: no operator between 2 and x"},
		{"fields", "u = '1 + «@»'\n", "not of this language"},

		{"let", "m = \"«m» + 1\"\n", "m is a name for a formula in line 10: a name stands above what makes use of it"},
		{"let", "m = \"«n» + 1\"\nn = \"1\"\n", "n is a name for a formula in line 11"},
		{"let", "«u» = \"1\"\n", "u is a name twice: it is a field in line 7"},
		{"let", "m = \"«mean(u)»\"\n", "mean has a place in [check] only, and not in a name for a formula"},

		{"equations", "", "no [equations]"},
		{"equations", "u = \"D*«laplcian»(u)\"\n", "equations.u: unknown function laplcian (did you mean laplacian?)"},
		{"equations", "«w» = \"1\"\n", `[equations] has "w", which [fields] does not start: it has u, v`},
		{"equations", "«uu» = \"1\"\n", "(did you mean u?)"},
		{"equations", "u = \"«dz(u)»\"\n", "dz where the grid has 2 dimensions"},
		{"equations", "u = \"select(«u», 1, 0)\"\n", "select wants a condition"},
		{"equations", "u = \"«u[0,1]»\"\n", "[updates] only"},
		{"equations", "u = \"«dt»\"\n", "dt has no place in an equation"},
		{"equations", "u = [1]\n", "equations.u is an array"},
		{"updates", "«»u = \"1\"\n", "want one of them. An equation is written as an update"},

		{"boundary", "«w» = \"periodic\"\n", `[boundary] has no "w"`},
		{"boundary", "u = «\"dirichlet 0\"»\n", `boundary.u is "dirichlet 0": write "value 0"`},
		{"boundary", "u = { y = «\"Neumann\"» }\n", `boundary.u.y is "Neumann": write "derivative EXPR"`},
		{"boundary", "all = «\"no-flux\"»\n", `boundary.all is "no-flux": write "derivative 0"`},
		{"boundary", "u = «\"valu 0\"»\n", "(did you mean value?)"},
		{"boundary", "u = «\"value\"»\n", `is "value": want`},
		{"boundary", "u = «\"\"»\n", "want \"value EXPR\""},
		{"boundary", "u = «3»\n", "boundary.u is 3: want"},
		{"boundary", "u = { left = «3» }\n", "boundary.u.left is 3"},
		{"boundary", "u = { «front» = \"periodic\" }\n", `boundary.u has no "front": want left, right, x, top, bottom, y`},
		{"boundary", "u = { left = \"value «u»\" }\n", "boundary.u.left: u is a field, and a boundary condition may not use fields"},
		{"boundary", "v = { left = \"value x + «t»\" }\n", "boundary.v.left: t changes in a run, and the boundary of a field that stays does not"},
		{"boundary", "u = { left = \"value 1 +\" }\n", "boundary.u.left: the formula ends where a number"},
		{"boundary", "u = { x = \"periodic\", «left» = \"periodic\" }\n", "left has a condition twice"},
		{"boundary", "u = { «left» = \"periodic\" }\n", "u is periodic at left and not at right"},
		{"boundary", "u = { left = \"periodic\", «right» = \"value 1\" }\n", "u is not periodic at right, but u is in line 12"},
		{"boundary", "u = { x = \"periodic\" }\nv = { «right» = \"value 1\" }\n", "v is not periodic at right, but u is in line 12"},
		{"boundary", "u = «\"periodic 3\"»\n", "behind periodic"},
		{"boundary", "u = «\"robin 0 0 1\"»\n", "A and B are 0"},
		{"boundary", "u = «\"robin 1 2\"»\n", `boundary.u is "robin 1 2": want robin A B EXPR, A and B numbers or formulas of parameters without spaces`},
		{"boundary", "u = «\"robin 1\"»\n", `boundary.u is "robin 1": want robin A B EXPR`},
		{"boundary", "u = { y = \"robin D 2 «*» D 0\" }\n", "boundary.u.y: robin A B EXPR, A and B numbers or formulas of parameters without spaces: * where a number"},
		{"boundary", "u = \"robin 1 «q» 3\"\n", "boundary.u: robin A B EXPR, A and B numbers or formulas of parameters without spaces: unknown name q"},

		{"time", "", "the model has no [time]: want steps = 1000, or end = 2.5"},
		{"time", "dt = 1\nsteps = 3\n«end» = 3\n", "steps and an end"},
		{"time", "dt = «0»\nsteps = 3\n", "time.dt is 0: want a number above 0, or \"auto\""},
		{"time", "dt = «\"Auto\"»\nsteps = 3\n", `time.dt is the text "Auto" (did you mean auto?): want a number above 0, a formula, or "auto"`},
		{"time", "dt = \"«often»\"\nsteps = 3\n", "unknown name often"},
		{"time", "dt = \"0.2*«dz»\"\nsteps = 3\n", "dz where the grid has 2 dimensions"},
		{"time", "dt = 1\nsteps = «-3»\n", "time.steps is -3"},
		{"time", "dt = 1\nsteps = «1.5»\n", "time.steps is 1.5: want a whole number"},
		{"time", "dt = 1\nend = «-1»\n", "time.end is -1"},
		{"time", "dt = 1e-300\nend = «1e300»\n", "more than 2^53 steps"},
		{"time", "dt = 1\nsteps = 3\nscheme = «\"rk3\"»\n", `time.scheme is the text "rk3" (did you mean rk2?): want one of euler, rk2, rk4`},
		{"time", "dt = 1\n«stpes» = 3\n", `[time] has no "stpes" (did you mean steps?)`},
		{"time", "dt = 1\nsteps = 3\nscheme = «4»\n", "time.scheme is 4"},

		{"output", "every = «0»\n", "output.every is 0"},
		{"output", "fields = [«\"w\"»]\n", `one of output.fields is the text "w"`},
		{"output", "«fields» = []\n", "output.fields is an array of 0"},
		{"output", "fields = [\"u\", «\"u\"»]\n", "has u twice"},
		{"output", "points = [[0.5, «9»]]\n", "y of a point is 9, outside of the grid: want from 0 to 4"},
		{"output", "«points» = [[1]]\n", "want [[x, y], ...]"},
		{"output", "points = «3»\n", "want [[x, y], ...]"},

		{"check", "c = «\"mean(u)\"»\n", "check.c is a number, and a check is a condition"},
		{"check", "c = «\"x < 1e9 or t > 0\"»\n", "check.c has no field in it"},
		{"check", "c = \"mean(«laplacian(u)») < 1\"\n", "[equations]"},
		{"check", "c = \"«average»(u) < 1\"\n", "there is no average: write mean(u)"},
		{"check", "«\"a b\"» = \"1 < 2\"\n", "no name of a check"},
	} {
		marked := with(map[string]string{c.section: c.text})
		text := strings.NewReplacer("«", "", "»", "").Replace(marked)
		_, err := Read("some.toml", text)
		var place *task.PlaceError
		var status *task.StatusError
		if !errors.As(err, &place) || !errors.As(err, &status) || status.Status != task.BadUsage || !strings.Contains(err.Error(), c.want) || !strings.HasPrefix(err.Error(), "some.toml:") {
			t.Errorf("%s %q: %v\nwant %s", c.section, c.text, err, c.want)
			continue
		}
		if before, _, is := strings.Cut(marked, "«"); is && !strings.Contains(marked, "«»") {
			line := before[strings.LastIndex(before, "\n")+1:]
			under := marked[strings.Index(marked, "«")+len("«") : strings.Index(marked, "»")]
			if want := strings.Repeat(" ", 4+len(line)) + strings.Repeat("^", utf8.RuneCountInString(under)); !strings.HasSuffix(place.Lines, "\n"+want) {
				t.Errorf("%s %q: %v\n%s\nwant\n%s", c.section, c.text, err, place.Lines, want)
			}
		}
	}
}

// TestMissingSections are missing where the file ends.
func TestMissingSections(t *testing.T) {
	for _, missing := range []string{"grid", "fields", "equations", "time"} {
		text := with(map[string]string{missing: ""})
		last := strings.TrimSpace(text)
		last = last[strings.LastIndex(last, "\n")+1:]
		_, err := Read("some.toml", text+"\n\n")
		var place *task.PlaceError
		if want := "    " + last + "\n    " + strings.Repeat(" ", len(last)) + "^"; !errors.As(err, &place) || place.Lines != want {
			t.Errorf("no [%s]: %v, want\n%s", missing, err, want)
		}
	}
}

// TestRulesOfWhatHasNoStart are the mistake, before formulas that make use of it.
func TestRulesOfWhatHasNoStart(t *testing.T) {
	_, err := Read("some.toml", with(map[string]string{"let": "eaten = \"u*w\"\n", "equations": "u = \"eaten\"\nw = \"eaten\"\n"}))
	if want := `[equations] has "w", which [fields] does not start: it has u, v`; err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("%v, want %s", err, want)
	}
}

// TestPlacesOfLowering are mistakes that show only when a model is cut into cells.
func TestPlacesOfLowering(t *testing.T) {
	for _, c := range []struct{ section, text, want string }{
		{"time", "dt = «100»\nsteps = 3\n", "some.toml:12: time.dt: dt 100 is above the stability limit"},
		{"equations", "u = \"«D/0»*u\"\n", "some.toml:10: equations.u: this has the value +Inf"},
		{"let", "a = \"x + 1\"\nb = \"a + «D/0»\"\n", "some.toml:11: let.b: this has the value +Inf"},
		{"fields", "u = \"x + «noise(0.5)»\"\nv = \"0\"\n", "some.toml:7: fields.u: a seed is a whole number"},
		{"boundary", "all = { top = \"value x + «1/0»\" }\n", "some.toml:12: boundary.u.top: this has the value +Inf"},
		{"grid", "«size» = [1, 2]\norder = 6\n", "some.toml:3: grid.size: a grid of 1 cell along y"},
		{"parameters", "E = 0\nD = \"2 + «1/E»\"\n", "some.toml:6: parameters.D: this has the value +Inf"},
		{"boundary", "u = \"robin «1/0» 2 3\"\n", "some.toml:12: boundary.u: this has the value +Inf"},
	} {
		change := map[string]string{c.section: c.text}
		if c.section == "let" {
			change["equations"] = "u = \"1 + b\"\n"
		}
		marked := with(change)
		s, err := Read("some.toml", strings.NewReplacer("«", "", "»", "").Replace(marked))
		if err == nil {
			_, err = s.System(ir.F64)
		}
		var place *task.PlaceError
		if !errors.As(err, &place) || !strings.HasPrefix(err.Error(), c.want) {
			t.Errorf("%s %q: %v\nwant %s", c.section, c.text, err, c.want)
			continue
		}
		before, after, _ := strings.Cut(marked, "«")
		under, _, _ := strings.Cut(after, "»")
		line := before[strings.LastIndex(before, "\n")+1:]
		if want := strings.Repeat(" ", 4+len(line)) + strings.Repeat("^", utf8.RuneCountInString(under)); !strings.HasSuffix(place.Lines, "\n"+want) {
			t.Errorf("%s %q: %v\n%s\nwant\n%s", c.section, c.text, err, place.Lines, want)
		}
	}
}
