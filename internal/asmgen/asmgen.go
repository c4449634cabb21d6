// Package asmgen is for the programs that write assembly with avo: it lets them write
// some of their functions to a file of their own. A generator asks Wanted before it
// writes a function, and is run once for each file:
//
//	go run ./gen -only tile -out tile_amd64.s         the functions whose names begin with tile
//	go run ./gen -out /dev/null -stubs stubs_amd64.go  the declarations of all
package asmgen

import (
	"flag"
	"strings"
)

var only = flag.String("only", "", "write the functions alone whose names begin with this")

// Wanted tells whether a function is to be written.
func Wanted(name string) bool {
	if !flag.Parsed() {
		flag.Parse()
	}
	return strings.HasPrefix(name, *only)
}
