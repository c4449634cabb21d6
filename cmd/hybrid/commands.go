package main

import (
	"slices"
	"strings"
)

// A command is what runs under one name, with its help in help/NAME.txt.
type command struct {
	name    string
	options []option
	run     func(p *program, c *console, s settings) error
}

// commands are those that do something on every rank, in the order of the help.
func commands() []command {
	return []command{
		compute("heat", heatOptions, readHeat),
		compute("matmul", matmulOptions, readMatmul),
		computeOnCPU("sort", sortOptions, readSort),
		compute("pi", piOptions, readPi),
		computeOnCPU("integrate", integrateOptions, readIntegrate),
		compute("walk", walkOptions, readWalk),
		compute("mandelbrot", mandelbrotOptions, readMandelbrot),
		computeOnCPU("wordcount", wordcountOptions, readWordcount),
		computeOnCPU("patterns", patternsOptions, readPatterns),
		compute("bench", benchOptions, readBench),
		{"info", infoOptions, (*program).info},
	}
}

// checkOperands reports arguments that the command does not take, and flags
// behind those that it takes, where the parser does not see them.
func (m command) checkOperands(args []string) error {
	takes := slices.ContainsFunc(m.options, func(o option) bool { return o.kind == operands })
	for _, arg := range args {
		if !takes {
			return bad("unexpected argument %q: every option is a flag, --name value; see hybrid %s --help", arg, m.name)
		}
		if len(arg) > 1 && arg[0] == '-' {
			return bad("%q comes after an argument that is no flag: put the flags first (a file of that name is ./%[1]s)", arg)
		}
	}
	return nil
}

// checkValues reports a flag that has taken another one for its value.
func (m command) checkValues(s settings) error {
	for _, o := range m.options {
		var values []string
		switch {
		case !s.flags.IsSet(o.name):
		case o.kind == text:
			values = []string{s.flags.String(o.name)}
		case o.kind == list:
			values = s.flags.StringSlice(o.name)
		}
		for _, v := range values {
			name, _, _ := strings.Cut(strings.TrimPrefix(v, "--"), "=")
			if other, known := find(m.options, name); known && other.kind != operands && strings.HasPrefix(v, "--") {
				return bad("--%s needs a value: --%[1]s VALUE, but %s follows", o.name, v)
			}
		}
	}
	return nil
}

// commandNames are all commands, as an error lists them.
func commandNames() []string {
	var names []string
	for _, m := range commands() {
		names = append(names, m.name)
	}
	return append(names, "completion", "help")
}
