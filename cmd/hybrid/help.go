package main

import (
	"embed"
	"io"
	"slices"
	"strings"
)

//go:embed help
var helpFiles embed.FS

// helpText is the help of a command, or of the program. A line "@run" in it
// stands for the text of help/parts/run.txt, which several commands share.
func helpText(name string) string {
	var b strings.Builder
	for line := range strings.Lines(helpFile(name)) {
		if part, ok := strings.CutPrefix(line, "@"); ok {
			line = helpFile("parts/" + strings.TrimSpace(part))
		}
		b.WriteString(line)
	}
	return b.String()
}

func helpFile(name string) string {
	text, err := helpFiles.ReadFile("help/" + name + ".txt")
	if err != nil {
		panic(err) // the text of every command is built in
	}
	return string(text)
}

// help prints the help of the command named, or of the program.
func (c *console) help(names []string) error {
	name := "hybrid"
	if len(names) > 0 {
		name = names[0]
	}
	if name == "help" {
		name = "hybrid"
	}
	if name != "hybrid" && !slices.Contains(commandNames(), name) {
		return unknownCommand(name)
	}
	io.WriteString(c.words(), helpText(name)) // the stream keeps its error
	return nil
}
