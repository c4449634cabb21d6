package main

import (
	"embed"
	"io"
	"slices"
)

//go:embed help
var helpFiles embed.FS

// helpText is the help of a command, or of the program.
func helpText(name string) string {
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
	if name != "hybrid" && !slices.Contains(commandNames, name) {
		return unknownCommand(name)
	}
	io.WriteString(c.words(), helpText(name)) // the stream keeps its error
	return nil
}
