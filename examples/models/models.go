// Package models has the models that ship with hybrid solve, a file of formulas each.
package models

import (
	"embed"
	"path"
	"strings"
)

//go:embed *.toml
var files embed.FS

// Names are those of the models, in the order of the alphabet.
func Names() []string {
	entries, err := files.ReadDir(".")
	if err != nil {
		panic(err) // of files in the binary
	}
	var names []string
	for _, e := range entries {
		names = append(names, strings.TrimSuffix(e.Name(), path.Ext(e.Name())))
	}
	return names
}

// Text is the file of a model; ok is false where there is none of that name.
func Text(name string) (text string, ok bool) {
	b, err := files.ReadFile(name + ".toml")
	return string(b), err == nil
}
