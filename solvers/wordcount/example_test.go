package wordcount_test

import (
	"context"
	"log"
	"os"
	"strings"

	"hybrid/mpi"
	"hybrid/solvers/wordcount"
)

// Standard input, counted on three ranks inside this process and written by the
// first. The file is the same on any number of ranks.
func Example() {
	text := "To be, or not to be: that is the question."
	p := wordcount.Problem{Paths: []string{"-"}, Words: wordcount.ASCII, Fold: true}
	err := mpi.Run(3, func(c *mpi.Comm) error {
		n, err := p.Run(context.Background(), c, wordcount.Options{Stdin: strings.NewReader(text)})
		if err != nil {
			return err
		}
		return n.Write(os.Stdout, ".tsv")
	})
	if err != nil {
		log.Fatal(err)
	}
	// Output:
	// be	2
	// to	2
	// is	1
	// not	1
	// or	1
	// question	1
	// that	1
	// the	1
}
