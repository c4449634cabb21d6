package main

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"hybrid/solvers/task/option"
)

// TestReadmeKnowsTheFlags holds what the README says of flags against the commands.
func TestReadmeKnowsTheFlags(t *testing.T) {
	readme := read(t, "../../README.md")
	claim := regexp.MustCompile("(?s)Every command but `supervise`, `completion`, `help` and `version` takes (.*?) in\\s+their place").FindStringSubmatch(readme)
	if claim == nil {
		t.Fatal("the README does not say what every command takes")
	}
	flags := regexp.MustCompile("`--([a-z-]+)").FindAllStringSubmatch(claim[1], -1)
	variables := regexp.MustCompile("`HYBRID_([A-Z_]+)`").FindAllStringSubmatch(claim[1], -1)
	if len(flags) < 7 || len(variables) < 2 {
		t.Fatalf("flags %q and variables %q: has the sentence been changed?", flags, variables)
	}
	for name, o := range everyCommand() {
		if slices.Contains([]string{"hybrid", "supervise", "completion", "version"}, name) {
			continue // they start no ranks
		}
		takes := func(flag string) *option.Param { return o.Find(strings.ToLower(strings.ReplaceAll(flag, "_", "-"))) }
		for _, f := range append(flags, variables...) {
			if p := takes(f[1]); p == nil || p.NoEnv || p.EnvOnly {
				t.Errorf("%s does not take %s", name, f[1])
			}
		}
		if !strings.Contains(readme, "| `hybrid "+name+"` |") {
			t.Errorf("the README's table has no %s", name)
		}
	}
}

// TestExamplesHaveFlagsThatThereAre finds every call of hybrid in the documents and
// the helps.
func TestExamplesHaveFlagsThatThereAre(t *testing.T) {
	texts := map[string]string{}
	files, err := filepath.Glob("../../docs/*.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range append(files, "../../README.md") {
		texts[path] = read(t, path)
	}
	options := everyCommand()
	for name := range options {
		texts["help of "+name] = helpText(name)
	}
	call := regexp.MustCompile("hybrid ([a-z]+)((?: [^|`\n>&]*)?)")
	flag := regexp.MustCompile(` --([a-z][a-z-]*)`)
	calls := 0
	for where, text := range texts {
		for _, c := range call.FindAllStringSubmatch(text, -1) {
			o := options[c[1]]
			if o == nil {
				continue // prose
			}
			calls++
			// What supervise runs has flags of its own.
			own, _, _ := strings.Cut(c[2], " -- ")
			for _, f := range flag.FindAllStringSubmatch(own, -1) {
				if p := o.Find(f[1]); p == nil || p.EnvOnly || p.Kind == option.Operands {
					t.Errorf("%s: hybrid %s has no --%s", where, c[1], f[1])
				}
			}
		}
	}
	if calls < 50 {
		t.Errorf("%d calls were found", calls)
	}
}

func read(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
