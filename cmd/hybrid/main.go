// Hybrid computes on many processes at once, and says how good each run was. Its
// commands are problems, of which this package is the list.
package main

import (
	"os"
	"slices"

	"hybrid/internal/cli"
	"hybrid/solvers/heat"
	"hybrid/solvers/mandelbrot"
	"hybrid/solvers/matmul"
	"hybrid/solvers/model"
	"hybrid/solvers/montecarlo"
	"hybrid/solvers/patterns"
	"hybrid/solvers/quadrature"
	"hybrid/solvers/sorting"
	"hybrid/solvers/task"
	"hybrid/solvers/wordcount"
	"hybrid/study"
)

// version is set by the linker: -ldflags "-X main.version=v1.2.3".
var version = "devel"

// solvers are the problems that there are to solve, in the order of the help.
var solvers = []func(*task.Common) task.Problem{
	heat.Statement,
	model.Statement,
	matmul.Statement,
	sorting.Statement,
	montecarlo.PiStatement,
	quadrature.Statement,
	montecarlo.WalkStatement,
	mandelbrot.Statement,
	wordcount.Statement,
	patterns.Statement,
}

// measured are those that bench measures, in the order of its tables.
var measured = []func(*task.Common) task.Problem{
	heat.Statement,
	matmul.Statement,
	montecarlo.PiStatement,
	mandelbrot.Statement,
	sorting.Statement,
	montecarlo.WalkStatement,
}

// problems are the commands that compute: the solvers, and the study of them.
func problems() []func(*task.Common) task.Problem {
	return append(slices.Clone(solvers), study.Statement(measured))
}

func main() { os.Exit(cli.Main(version, problems(), os.Args[1:])) }
