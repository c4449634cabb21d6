//go:build mpi && !(lazympi && linux)

package mpi

// bind does nothing: the dynamic loader has loaded the library.
func bind() (file string, err error) { return "", nil }

func noLibrary(error) bool { return false }

const (
	origin       = "which the program was built with"
	otherLibrary = "build it with the mpicc of the one that starts it (make build MPICC=..., or scripts/withmpi MPICC go build -tags mpi)"
)
