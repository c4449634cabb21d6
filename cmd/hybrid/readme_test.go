package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"hybrid/solvers/task/option"
)

// TestDocumentsKnowTheCommands holds what docs/commands.md says of flags, and the README's
// table, against the commands.
func TestDocumentsKnowTheCommands(t *testing.T) {
	claim := regexp.MustCompile("(?s)Every command but `supervise`, `completion`, `help` and `version` takes (.*?) in\\s+their place").FindStringSubmatch(read(t, "../../docs/commands.md"))
	if claim == nil {
		t.Fatal("docs/commands.md does not say what every command takes")
	}
	flags := regexp.MustCompile("`--([a-z-]+)").FindAllStringSubmatch(claim[1], -1)
	variables := regexp.MustCompile("`HYBRID_([A-Z_]+)`").FindAllStringSubmatch(claim[1], -1)
	if len(flags) < 7 || len(variables) < 2 {
		t.Fatalf("flags %q and variables %q: has the sentence been changed?", flags, variables)
	}
	readme := read(t, "../../README.md")
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

// TestLinksLeadSomewhere follows the links of all documents to files and headings.
func TestLinksLeadSomewhere(t *testing.T) {
	documents := []string{"../../README.md"}
	err := filepath.WalkDir("../../docs", func(path string, _ fs.DirEntry, err error) error {
		if strings.HasSuffix(path, ".md") {
			documents = append(documents, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	heading := regexp.MustCompile(`(?m)^#+ (.*)$`)
	no := regexp.MustCompile(`[^\p{L}\p{N} _-]`) // what GitHub leaves out of an anchor
	link := regexp.MustCompile(`\]\(([^)#:]*)(?:#([^)]*))?\)`)
	code := regexp.MustCompile(`(?m)^    .*$`)
	links := 0
	for _, from := range documents {
		for _, l := range link.FindAllStringSubmatch(code.ReplaceAllString(read(t, from), ""), -1) {
			links++
			to := from
			if l[1] != "" {
				to = filepath.Join(filepath.Dir(from), l[1])
			}
			if _, err := os.Stat(to); err != nil {
				t.Errorf("%s: %v", from, err)
				continue
			}
			if l[2] == "" {
				continue
			}
			found := false
			for _, h := range heading.FindAllStringSubmatch(read(t, to), -1) {
				found = found || strings.ReplaceAll(no.ReplaceAllString(strings.ToLower(h[1]), ""), " ", "-") == l[2]
			}
			if !found {
				t.Errorf("%s: %s has no heading #%s", from, to, l[2])
			}
		}
	}
	if links < 100 {
		t.Errorf("%d links were found", links)
	}
}

// TestReadmeIsIndexOfDocs asks for a link to each document in the README.
func TestReadmeIsIndexOfDocs(t *testing.T) {
	readme := read(t, "../../README.md")
	files, err := filepath.Glob("../../docs/*.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range files {
		if name := filepath.Base(path); !strings.Contains(readme, "](docs/"+name) {
			t.Errorf("the README has no link to docs/%s", name)
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
