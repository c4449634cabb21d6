package main

import (
	"embed"
	"fmt"
	"io"
	"strings"

	"github.com/urfave/cli/v2"
)

//go:embed completion
var completionScripts embed.FS

var shells = []string{"bash", "zsh", "fish"}

// completion prints the script that makes a shell complete hybrid's commands,
// flags and their values. It asks hybrid itself for them.
func completion(c *console, args []string) error {
	if len(args) != 1 {
		return bad("completion takes one argument, the shell: bash, zsh or fish")
	}
	script, err := completionScripts.ReadFile("completion/hybrid." + args[0])
	if err != nil {
		return bad("completion for %q%s: want one of bash, zsh, fish", args[0], didYouMean(args[0], shells, ""))
	}
	c.words().Write(script) // the stream keeps its error
	return nil
}

func completeCommands(ctx *cli.Context) { complete(ctx.App.Writer, commandNames()) }

func completeShells(ctx *cli.Context) { complete(ctx.App.Writer, shells) }

// completeFlags writes what can follow args: the values of the flag that was
// typed last, nothing where it takes a file or a number, or else the flags.
func completeFlags(ctx *cli.Context, options []option, args []string) {
	last := ""
	if n := len(args) - 2; n >= 0 { // the very last argument asks for completion
		last = args[n]
	}
	words := []string{"--help"}
	for _, o := range options {
		if o.kind == operands {
			continue
		}
		if strings.TrimLeft(last, "-") == o.name && last != o.name && o.kind != toggle {
			complete(ctx.App.Writer, o.values)
			return
		}
		words = append(words, "--"+o.name)
	}
	complete(ctx.App.Writer, words)
}

func complete(w io.Writer, words []string) {
	for _, word := range words {
		fmt.Fprintln(w, word)
	}
}
