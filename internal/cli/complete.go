package cli

import (
	"embed"
	"fmt"
	"strings"

	"hybrid/internal/near"
	"hybrid/solvers/task"
	"hybrid/solvers/task/option"
)

//go:embed completion
var completionScripts embed.FS

var shells = []string{"bash", "zsh", "fish"}

// openCompletion prints the script that makes a shell complete hybrid's commands,
// flags and their values. It asks hybrid itself for them.
func openCompletion(_ *Program, o *option.Set) func(*console) error {
	var args []string
	o.Operands(&args, "shell", option.Choices(shells...))
	return func(c *console) error {
		c.command = "" // the messages name it
		if len(args) != 1 {
			return task.Bad("completion takes one argument, the shell: bash, zsh or fish")
		}
		script, err := completionScripts.ReadFile("completion/hybrid." + args[0])
		if err != nil {
			return task.Bad("completion for %q%s: want one of bash, zsh, fish", args[0], near.Word(args[0], shells, ""))
		}
		c.words().Write(script) // the stream keeps its error
		return nil
	}
}

// complete writes what can follow the arguments.
func (p *Program) complete(c *console, args []string) {
	words := p.names()
	for i, arg := range args {
		if strings.HasPrefix(arg, "-") {
			continue // a flag of the program
		}
		words = nil
		if m, known := p.find(arg); known {
			o, _ := m.options(p)
			words = o.Complete(args[i+1:])
		}
		break
	}
	for _, word := range words {
		fmt.Fprintln(c.words(), word)
	}
}
