package main

import (
	"os/exec"
	"strings"
	"testing"

	"hybrid/solvers/task/option"
)

// TestManPages has a manual page for everything that has a help, with every flag and
// its variable, which groff sets without a warning where there is one.
func TestManPages(t *testing.T) {
	groff, _ := exec.LookPath("groff")
	for name, o := range everyCommand() {
		status, page, stderr := call(t, nil, "help", "--man", name)
		if status != 0 || stderr != "" || !strings.HasPrefix(page, ".TH HYBRID") || !strings.Contains(page, "\n.SH NAME\nhybrid") {
			t.Errorf("%s: status %d, %q, page %.80q", name, status, stderr, page)
			continue
		}
		for _, heading := range []string{"SYNOPSIS\n", "DESCRIPTION\n", "ENVIRONMENT\n", "\"SEE ALSO\"\n"} {
			n, none := strings.Count(page, "\n.SH "+heading), heading == "ENVIRONMENT\n" && (name == "completion" || name == "version")
			if n != 1 && !none || strings.Contains(page, ".SH USAGE") {
				t.Errorf("%s: %d sections %q, want one, and none for usage", name, n, heading)
			}
		}
		if other := ".BR hybrid\\-" + name + " (1)"; name != "hybrid" && name != "help" {
			if _, main, _ := call(t, nil, "help", "--man", "hybrid"); !strings.Contains(main, other) {
				t.Errorf("hybrid's page does not refer to %s's", name)
			}
		}
		for _, p := range o.Params() {
			if p.NoEnv || p.EnvOnly {
				continue
			}
			if flag := "\\-\\-" + strings.ReplaceAll(p.Name, "-", "\\-"); p.Kind != option.Operands && (!strings.Contains(page, flag) || name != "hybrid" && !strings.Contains(page, o.Env(p))) {
				t.Errorf("%s: no %s, or not its variable", name, flag)
			}
		}
		if groff == "" {
			continue
		}
		set := exec.Command(groff, "-man", "-Tascii", "-ww")
		set.Stdin = strings.NewReader(page)
		var warnings strings.Builder
		set.Stderr = &warnings
		if text, err := set.Output(); err != nil || warnings.Len() > 0 || len(text) < 500 {
			t.Errorf("%s: groff: %v, %s, %d bytes", name, err, warnings.String(), len(text))
		}
	}
}
