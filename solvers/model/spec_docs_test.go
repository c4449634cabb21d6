package model

import (
	"os"
	"strings"
	"testing"

	"hybrid/solvers/model/formula"
)

// TestReferencePage reads the examples of docs/models.md, each in the place of the same sections
// of a whole model, and looks for what can be called and the sections in its tables.
func TestReferencePage(t *testing.T) {
	b, err := os.ReadFile("../../docs/models.md")
	if err != nil {
		t.Fatal(err)
	}
	page := string(b)
	examples := 0
	for _, text := range indented(page) {
		change := map[string]string{}
		section := ""
		for line := range strings.Lines(text) {
			if strings.HasPrefix(line, "[") {
				section = strings.Trim(line, "[]\n")
			} else if section != "" {
				change[section] += line
			}
		}
		if len(change) == 0 {
			continue // the grammar
		}
		if change["grid"] == "" {
			if change["updates"] != "" {
				change["equations"] = ""
			}
			text = with(change)
		}
		examples++
		if _, err := Read("docs.toml", text); err != nil {
			t.Errorf("%s\n%v", text, err)
		}
	}
	if examples != 3 {
		t.Errorf("%d examples are found", examples)
	}
	for _, form := range append(formula.Functions(), "mean(u)", "min(u)", "max(u)") {
		if !strings.Contains(page, "`"+form+"`") {
			t.Errorf("the page does not have %s", form)
		}
	}
	for _, s := range sections {
		if !strings.Contains(page, "| `["+s+"]` |") {
			t.Errorf("the page does not have [%s]", s)
		}
	}
	for name := range formula.Standard(3) {
		if !strings.Contains(page, "`"+name+"`") {
			t.Errorf("the page does not have %s", name)
		}
	}
}

// indented are the texts of a page that are shown as they are.
func indented(page string) []string {
	var all []string
	text := ""
	for line := range strings.Lines(page + "\nend\n") {
		code, is := strings.CutPrefix(line, "    ")
		switch {
		case is:
			text += code
		case strings.TrimSpace(line) == "" && text != "":
			text += "\n"
		case text != "":
			all = append(all, text)
			text = ""
		}
	}
	return all
}
