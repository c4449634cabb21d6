package main

import (
	"slices"

	"hybrid/internal/option"
)

// A command is what runs under one name, with its help in help/NAME.txt.
type command struct {
	name string
	// open declares the options of a call and returns what is to run when they have
	// been read.
	open func(p *program, o *option.Set) func(c *console) error
}

// commands are all commands, in the order of the help.
func commands() []command {
	return []command{
		compute("heat", func(c *computeConfig) problem { return &heatConfig{computeConfig: c} }),
		compute("matmul", func(c *computeConfig) problem { return &matmulConfig{computeConfig: c} }),
		computeOnCPU("sort", func(c *computeConfig) problem { return &sortConfig{computeConfig: c} }),
		compute("pi", func(c *computeConfig) problem { return &piConfig{computeConfig: c} }),
		computeOnCPU("integrate", func(c *computeConfig) problem { return &integrateConfig{computeConfig: c} }),
		compute("walk", func(c *computeConfig) problem { return &walkConfig{computeConfig: c} }),
		compute("mandelbrot", func(c *computeConfig) problem { return &mandelbrotConfig{computeConfig: c} }),
		computeOnCPU("wordcount", func(c *computeConfig) problem { return &wordcountConfig{computeConfig: c} }),
		computeOnCPU("patterns", func(c *computeConfig) problem { return &patternsConfig{computeConfig: c} }),
		compute("bench", func(c *computeConfig) problem { return &benchConfig{computeConfig: c} }),
		{"info", openInfo},
		{"completion", openCompletion},
		{"help", openHelp},
		{"version", openVersion},
	}
}

// options declares the options of a call of the command.
func (m command) options(p *program) (o *option.Set, run func(c *console) error) {
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

func findCommand(name string) (command, bool) {
	all := commands()
	i := slices.IndexFunc(all, func(m command) bool { return m.name == name })
	if i < 0 {
		return command{}, false
	}
	return all[i], true
}

// commandNames are all commands, as an error lists them.
func commandNames() []string {
	var names []string
	for _, m := range commands() {
		names = append(names, m.name)
	}
	return names
}
