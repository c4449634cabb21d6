package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestCoursePage does what the page about one's own equation says, word by word: a block of
// lines behind the name of a file is added to it, and a line that begins with $ is a command, whose
// output has the lines below it, whole.
func TestCoursePage(t *testing.T) {
	page := read(t, "../../docs/course/equation.md")
	t.Chdir(t.TempDir())
	file := regexp.MustCompile("`([a-z]+\\.toml)`:$")
	var name string
	commands := 0
	blocks := strings.Split(page, "\n\n")
	for i := 0; i < len(blocks); i++ {
		block := blocks[i]
		if !strings.HasPrefix(block, "    ") {
			if m := file.FindStringSubmatch(block); m != nil {
				name = m[1]
			}
			continue
		}
		lines := strings.Split(strings.ReplaceAll("\n"+block, "\n    ", "\n"), "\n")[1:]
		command, isCommand := strings.CutPrefix(lines[0], "$ hybrid ")
		if !isCommand {
			f, err := os.OpenFile(filepath.Clean(name), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o666)
			if err != nil {
				t.Fatal(err)
			}
			f.WriteString(strings.Join(lines, "\n") + "\n\n")
			f.Close()
			continue
		}
		commands++
		status, stdout, stderr := call(t, map[string]string{"HYBRID_GPU": "off"}, words(command)...)
		wrong := len(lines) > 1 && strings.HasPrefix(lines[1], "hybrid: ")
		if (status != 0) != wrong {
			t.Errorf("%s: status %d, %s", command, status, stderr)
		}
		for _, line := range lines[1:] {
			if !strings.Contains("\n"+stdout+stderr, "\n"+line+"\n") {
				t.Errorf("%s prints\n%s%s\nwithout %q", command, stdout, stderr, line)
			}
		}
	}
	if commands < 7 {
		t.Errorf("%d commands were found", commands)
	}
}

// words are those of a command line, in which quotation marks keep blanks together.
func words(line string) []string {
	var all []string
	for _, w := range regexp.MustCompile(`(?:[^ "]|"[^"]*")+`).FindAllString(line, -1) {
		all = append(all, strings.ReplaceAll(w, `"`, ""))
	}
	return all
}
