package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestCheck(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"go.mod":         "module example.org/m\n\ngo 1.26\n",
		"add.go":         "//go:build arm64 || amd64\n\npackage m\n\nfunc add(a, b int) int\n",
		"add_amd64.s":    "TEXT \u00b7add(SB), 4, $0-24\n\tRET\n",
		"size_darwin.go": "package m\n\nvar size int = \"large\"\n",
		"size_linux.go":  "package m\n\nvar size int = 1\n",
		"m_test.go":      "package m\n\nimport \"testing\"\n\nfunc Test(t *testing.T) { t.Log(size, none) }\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	const none, body, typ = "undefined: none", "add has no body", "cannot use \"large\""
	for platform, want := range map[string][]string{
		"linux/amd64":  {none},
		"linux/arm64":  {none, body},
		"darwin/amd64": {none, typ},
		"darwin/arm64": {none, body, typ},
	} {
		err := check(dir, platform)
		for _, part := range []string{none, body, typ} {
			if told, wanted := err != nil && strings.Contains(err.Error(), part), strings.Contains(strings.Join(want, ";"), part); told != wanted {
				t.Errorf("%s: %v, want %q: %v", platform, err, part, wanted)
			}
		}
	}
	if err := check(dir, "linux/none"); err == nil {
		t.Error("want an error that names no architecture")
	}
}
