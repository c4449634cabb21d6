package cli

import (
	"slices"

	"hybrid/solvers/task/option"
)

// A command is what runs under one name.
type command struct {
	name    string
	summary string // what it does, in a line
	help    string // its text; "": that of help/NAME.txt
	// open declares the options of a call and returns what is to run when they have
	// been read.
	open func(p *Program, o *option.Set) func(c *console) error
}

// commands are all commands, in the order of the help.
func (p *Program) commands() []command {
	var all []command
	for _, problem := range p.Problems {
		all = append(all, compute(problem))
	}
	return append(all,
		command{name: "info", summary: "show where each rank runs and what it has there", open: openInfo},
		command{name: "supervise", summary: "run a command, and start it again when it fails", open: openSupervise},
		command{name: "completion", summary: "print the completion script of a shell", open: openCompletion},
		command{name: "help", summary: "print the help of a command; --man: its manual page", open: openHelp},
		command{name: "version", summary: "print the version and what the binary was built for", open: openVersion})
}

// options declares the options of a call of the command.
func (m command) options(p *Program) (o *option.Set, run func(c *console) error) {
	o = newSet("hybrid " + m.name)
	run = m.open(p, o)
	o.Toggle(new(bool), "help", "print this", helpFlag...)
	return o, run
}

func newSet(command string) *option.Set {
	o := &option.Set{Command: command, Prefix: "HYBRID_"}
	o.Group("Flags")
	return o
}

var helpFlag = []option.Setting{option.Short("h"), option.NoEnv, option.Aside}

func (p *Program) find(name string) (command, bool) {
	all := p.commands()
	i := slices.IndexFunc(all, func(m command) bool { return m.name == name })
	if i < 0 {
		return command{}, false
	}
	return all[i], true
}

// Options are what can be told to everything that has a help: to the program, by the
// name of hybrid, and to its commands.
func (p *Program) Options() map[string]*option.Set {
	all := map[string]*option.Set{"hybrid": programOptions()}
	for _, m := range p.commands() {
		if m.name != "help" { // whose help is the program's
			all[m.name], _ = m.options(p)
		}
	}
	return all
}

// names are all commands, as an error lists them.
func (p *Program) names() []string {
	var names []string
	for _, m := range p.commands() {
		names = append(names, m.name)
	}
	return names
}
