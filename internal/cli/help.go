package cli

import (
	"embed"
	"fmt"
	"io"
	"slices"
	"strings"

	"hybrid/solvers/task/option"
)

//go:embed help
var helpFiles embed.FS

// HelpText is the help of a command, or of the program: help/NAME.txt or what the
// problem says, in which a line "@Problem" stands for the flags under that heading, as
// they were declared, and a line "@isa" for help/parts/isa.txt, a text that several
// commands share.
func (p *Program) HelpText(name string) string {
	o, text := programOptions(), ""
	if m, ok := p.find(name); ok && name != "help" {
		o, _ = m.options(p)
		text = m.help
	} else {
		name = "hybrid"
	}
	if text == "" {
		text = helpFile(name)
	}
	var b strings.Builder
	for line := range strings.Lines(text) {
		if part, ok := strings.CutPrefix(line, "@"); ok {
			part = strings.TrimSpace(part)
			switch {
			case part == "Commands":
				line = p.list()
			case slices.Contains(o.Groups(), part):
				line = part + ":\n" + o.Help(part)
			default:
				line = helpFile("parts/" + part)
			}
		}
		b.WriteString(line)
	}
	return b.String()
}

// list has a line for each command.
func (p *Program) list() string {
	var b strings.Builder
	for _, m := range p.commands() {
		fmt.Fprintf(&b, "  %-13s %s\n", m.name, m.summary)
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

func openHelp(p *Program, o *option.Set) func(*console) error {
	var names []string
	o.Operands(&names, "command", option.Choices(p.names()...))
	man := false
	o.Toggle(&man, "man", "print a manual page, for man -l", option.NoEnv, option.Aside)
	return func(c *console) error {
		if man {
			return p.man(c, names)
		}
		return p.help(c, names)
	}
}

// named is the command that is named first, or the program.
func (p *Program) named(names []string) (string, error) {
	if len(names) == 0 || names[0] == "hybrid" {
		return "hybrid", nil
	}
	if _, known := p.find(names[0]); !known {
		return "", p.unknown(names[0])
	}
	return names[0], nil
}

// help prints the help of the command named, or of the program.
func (p *Program) help(c *console, names []string) error {
	name, err := p.named(names)
	if err == nil {
		io.WriteString(c.words(), p.HelpText(name)) // the stream keeps its error
	}
	return err
}

// man prints its manual page.
func (p *Program) man(c *console, names []string) error {
	name, err := p.named(names)
	if err == nil {
		io.WriteString(c.words(), p.manPage(name)) // the stream keeps its error
	}
	return err
}
