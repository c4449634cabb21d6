package main

import (
	"embed"
	"io"
	"slices"
	"strings"

	"hybrid/internal/option"
)

//go:embed help
var helpFiles embed.FS

// helpText is the help of a command, or of the program: help/NAME.txt, in which a
// line "@Problem" stands for the flags under that heading, as they were declared,
// and a line "@isa" for help/parts/isa.txt, a text that several commands share.
func helpText(name string) string {
	o := programOptions()
	if m, ok := findCommand(name); ok && name != "help" {
		o, _ = m.options(&program{})
	} else {
		name = "hybrid"
	}
	var b strings.Builder
	for line := range strings.Lines(helpFile(name)) {
		if part, ok := strings.CutPrefix(line, "@"); ok {
			part = strings.TrimSpace(part)
			if slices.Contains(o.Groups(), part) {
				line = part + ":\n" + o.Help(part)
			} else {
				line = helpFile("parts/" + part)
			}
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

func openHelp(_ *program, o *option.Set) func(*console) error {
	var names []string
	o.Operands(&names, "command", option.Choices(commandNames()...))
	return func(c *console) error { return c.help(names) }
}

// help prints the help of the command named, or of the program.
func (c *console) help(names []string) error {
	name := "hybrid"
	if len(names) > 0 {
		name = names[0]
	}
	if _, known := findCommand(name); !known && name != "hybrid" {
		return unknownCommand(name)
	}
	io.WriteString(c.words(), helpText(name)) // the stream keeps its error
	return nil
}
