//go:build !mpi

package mpi

import "fmt"

const realMPI = false

func runReal(l Launcher, r Runner, _ func(*Comm) error) error {
	size := "one of several"
	if l.Size > 0 {
		size = fmt.Sprintf("one of %d", l.Size)
	}
	return refuse(l, r.report, "this process is %s tasks of %s, but the program was built without MPI, and each task would "+
		"do the whole job: build it with MPI (hybrid itself by make build, where a C compiler is on the PATH; any other program by "+
		"scripts/withmpi lazy go build -tags mpi,lazympi, see docs/library.md), or start it without a launcher and ask for ranks inside one process", size, l.Name)
}
