// Package layers holds the outer layers of test: what the pure Go tests
// cannot show because it takes an MPI library, a scheduler, another
// architecture or the race detector.
//
//	mpi     Open MPI: the communicator's conformance suite, hybrid and the examples under
//	        mpirun, and docs/library.md word by word
//	mpich   the same with MPICH
//	wheels  Open MPI 5 and MPICH 5 as the Python package index has them: one file of hybrid
//	        under five MPIs, and the tables of mpi/lazympi beside their headers
//	slurm   hybrid under srun, and the scripts of docs/slurm under sbatch, in a
//	        Slurm of two nodes that the test starts and stops
//	arm64   the pure Go tests of what computes with floating point, built for arm64 and
//	        run by qemu-aarch64, and the numbers in the arm64 assembly made anew by GNU's
//	        assembler and compared
//	nvrtc   all PTX and docs/kernels.md made anew by NVIDIA's compiler and compared
//	        with what is here; and what the assemblers of CUDA 11.8, 12.9 and 13.0 said of it,
//	        made anew of one file and, for the others, bound to their bytes
//	cuda    our cuda.h compared with NVIDIA's, and hybrid --gpu on through all of
//	        the CUDA side down to a driver for tests
//	race    the pure Go tests of what is concurrent, under the race detector and without
//	        assembly
//	release make release for this machine, unpacked and used in an empty folder; not in
//	        .ci/run, which leaves the C compiler for older systems out
//
// Four more need nothing but Go: what make install installs and removes again, all
// assembly made anew and compared with what is here, the tests of what has it without it,
// by the build tag noasm, and the module under another path.
//
// Layers run side by side, for some wait more than they compute, and what they share is
// built once. The last lines say how much processor time each took: their sum over the
// number of cores is the least that a run can take. On two cores of an AMD EPYC (Zen 4) .ci/run
// takes 13 minutes with nothing compiled: lint, cross and go test ./... 330 s, layers 455 s. Of
// processor time, layers take 790 s: race 250 s and arm64 120 s, half of each to compile, and
// MPICH, whose ranks keep their cores while they wait, 110 s.
//
// The tests carry the build tag layers, so that go test ./... stays pure Go; make test runs
// both. A layer that this machine cannot run is skipped by name, with what it lacks.
// HYBRID_REQUIRE, a comma-separated list of layers, makes a missing one a failure:
//
//	HYBRID_REQUIRE=mpi,mpich,wheels,slurm,arm64,nvrtc,cuda,race make test
//
// Everything is built below build/ in the repository; processes that a test
// starts are gone when it ends.
package layers
