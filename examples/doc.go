// Package examples has programs of a stranger's size, on the public packages alone:
//
//	ring        a token passed around
//	alicebob    two ranks that talk, play ping-pong and both send at once
//	farm        a master that deals out tasks to whoever is done first
//	halo1d      the heat equation in one dimension
//	stencil     a stencil of one's own in two dimensions, on CPUs
//	gpustencil  the same by a kernel of one's own, on GPUs
//	models      problems as formulas, for hybrid solve
//
// All but models run as they are, and on the tasks of a launcher when it is built with MPI:
//
//	go run ./examples/ring -ranks 8
//	scripts/withmpi lazy go build -tags mpi,lazympi ./examples/ring && mpirun -n 8 ./ring
package examples
