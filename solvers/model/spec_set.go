package model

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/pelletier/go-toml/v2/unstable"

	"hybrid/internal/near"
	"hybrid/solvers/task"
)

// MaxSweep is the greatest number of runs of a sweep.
const MaxSweep = 10_000

// instead are entries that say the same thing in two ways: to set one takes the other away.
var instead = map[string]string{"time.steps": "end", "time.end": "steps", "grid.spacing": "extent", "grid.extent": "spacing"}

// ownNames are sections whose entries have names of the model's own. A flag gives those that are
// there another value: what it would add, a misspelt name above all, nothing in the file makes use of.
var ownNames = []string{"fields", "let"}

// set changes an entry before it is read, by NAME=VALUE for a parameter or SECTION.KEY=VALUE.
// A value is a number, a formula, a file, or what TOML has: an array, a table, a text in
// quotation marks.
func (r *reader) set(s string) {
	name, value, _ := strings.Cut(s, "=")
	d := &document{name: r.option + " " + short(name), entry: short(name), text: s, flag: true}
	at := len(name)
	switch flag, is := strings.CutPrefix(name, "--"); {
	case is && flag == "steps" && (r.root.find("time").find("steps") != nil || r.root.find("time").find("end") != nil):
		return // the steps are as long as those, and so they are counted when that is known
	case is && (flag == "dt" || flag == "steps"):
		d.name, name = name, "time."+flag
	}
	path := strings.Split(name, ".")
	if len(path) == 1 {
		parameters := r.root.find("parameters")
		if parameters.find(name) == nil {
			known := parameters.keys()
			guess := near.Word(name, known, "")
			for section, keys := range entries {
				if slices.Contains(keys, name) {
					guess = fmt.Sprintf(" (did you mean %s.%s?)", section, name)
				}
			}
			if len(known) == 0 {
				d.refuse(0, at, "%q is no parameter%s, for the model has none", short(name), guess)
			}
			d.refuse(0, at, "%q is no parameter%s: the model has %s, and time.dt, time.steps, grid.size, ...", short(name), guess, strings.Join(known, ", "))
		}
		path = []string{"parameters", name}
	}
	if len(path) > 3 || slices.Contains(path, "") || !slices.Contains(sections, path[0]) {
		d.refuse(0, at, "%q is no entry of a model: want a parameter, or SECTION.KEY as time.dt or grid.size, of %s", short(name), strings.Join(sections, ", "))
	}
	table := r.root
	for _, key := range path[:len(path)-1] {
		next := table.find(key)
		if next == nil {
			next = &node{kind: unstable.Table, key: key, in: d, hi: at, keyHi: at}
			table.items = append(table.items, next)
		}
		if next.kind != unstable.Table {
			d.refuse(0, at, "%s is %s in the model, and no table", key, next.what())
		}
		table = next
	}
	if last := path[len(path)-1]; slices.Contains(ownNames, path[0]) && table.find(last) == nil {
		d.refuse(0, at, "%q is no name in [%s]%s: the model has %s", short(last), path[0], near.Word(last, table.keys(), ""), cmp.Or(strings.Join(table.keys(), ", "), "none"))
	}
	n := valueOf(d, at+1, strings.TrimSpace(value))
	n.key, n.keyLo, n.keyHi = path[len(path)-1], 0, at
	if other := instead[name]; other != "" {
		table.items = slices.DeleteFunc(table.items, func(n *node) bool { return n.key == other })
	}
	if i := slices.IndexFunc(table.items, func(o *node) bool { return o.key == n.key }); i >= 0 {
		table.items[i] = n
		return
	}
	table.items = append(table.items, n)
}

// valueOf is the value of a flag, which stands in it from the byte at on.
func valueOf(d *document, at int, value string) *node {
	if value == "" {
		d.refuse(len(d.text), len(d.text), "no value: want %s=VALUE", d.text[:max(0, min(at-1, len(d.text)))])
	}
	if strings.IndexByte(`[{"'`, value[0]) < 0 {
		return &node{kind: unstable.String, text: value, in: d, lo: at, hi: len(d.text)}
	}
	d.toml = "v" + strings.Repeat(" ", at-2) + d.text[at-1:]
	tree := readTOML(d)
	if len(tree.items) != 1 || tree.items[0].key != "v" {
		d.refuse(at, len(d.text), "want one value")
	}
	return tree.items[0]
}

// Sweep takes what several values are given for apart: F=0.02,0.03 is two runs, F=0.02:0.06:5 is
// five, evenly spaced from the first to the second, and several such are all combinations, the
// last of them changing first. Without any it is one run. Each is what Read takes.
func Sweep(set []string) ([][]string, error) { return sweepBy("--set", set) }

// sweepBy is Sweep where they were given by an option or a variable of that name.
func sweepBy(option string, set []string) ([][]string, error) {
	runs := [][]string{nil}
	seen := map[string]bool{}
	for _, s := range set {
		name, text, is := strings.Cut(s, "=")
		if !is || name == "" || text == "" || name[0] == '-' {
			return nil, task.Bad("%s %q: want NAME=VALUE, as F=0.03, or several values, as F=0.02,0.03 or F=0.02:0.06:5", option, short(s))
		}
		if seen[name] {
			return nil, task.Bad("%s gives %s twice: several values have commas between them, as %[2]s=0.02,0.03", option, short(name))
		}
		seen[name] = true
		values, err := values(option, name, text)
		if err != nil {
			return nil, err
		}
		if len(values)*len(runs) > MaxSweep {
			return nil, task.Bad("%s asks for more than %d runs", option, MaxSweep)
		}
		var next [][]string
		for _, run := range runs {
			for _, v := range values {
				next = append(next, append(slices.Clone(run), name+"="+v))
			}
		}
		runs = next
	}
	return runs, nil
}

// values are those that a flag gives.
func values(option, name, text string) ([]string, error) {
	var all []string
	for _, part := range split(text) {
		bounds := strings.Split(part, ":")
		if len(bounds) == 1 || strings.ContainsAny(part, `"'[{`) {
			all = append(all, part)
			continue
		}
		if len(bounds) != 3 {
			return nil, task.Bad("%s %s=%s: want FIRST:LAST:COUNT, as 0.02:0.06:5", option, short(name), short(part))
		}
		lo, err1 := strconv.ParseFloat(bounds[0], 64)
		hi, err2 := strconv.ParseFloat(bounds[1], 64)
		n, err3 := strconv.Atoi(bounds[2])
		if err1 != nil || err2 != nil || err3 != nil || math.IsInf(lo, 0) || math.IsInf(hi, 0) || math.IsNaN(lo) || math.IsNaN(hi) || n < 2 || n > MaxSweep {
			return nil, task.Bad("%s %s=%s: want FIRST:LAST:COUNT, two numbers and a count from 2 to %d, as 0.02:0.06:5", option, short(name), short(part), MaxSweep)
		}
		for i := range n {
			// Both ends as they are given, and what lies between with no more digits than it needs.
			x := strconv.FormatFloat((float64(lo*float64(n-1-i))+float64(hi*float64(i)))/float64(n-1), 'g', 14, 64)
			switch i {
			case 0:
				x = bounds[0]
			case n - 1:
				x = bounds[1]
			}
			all = append(all, x)
		}
		if len(all) > MaxSweep {
			return nil, task.Bad("%s asks for more than %d runs", option, MaxSweep)
		}
	}
	return all, nil
}

// split cuts a text at the commas that are in no brackets and no quotation marks.
func split(text string) []string {
	var parts []string
	depth, from := 0, 0
	var quote rune
	for i, c := range text {
		switch {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case strings.ContainsRune("([{", c):
			depth++
		case strings.ContainsRune(")]}", c):
			depth--
		case c == ',' && depth <= 0:
			parts = append(parts, text[from:i])
			from = i + 1
		}
	}
	return append(parts, text[from:])
}

// short is a text as a message has it.
func short(s string) string {
	const most = 60
	if len(s) <= most {
		return s
	}
	return strings.ToValidUTF8(s[:most], "") + "..."
}
