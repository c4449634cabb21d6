// The loop of the program "latency" in latency_test.go, in C: two ranks
// exchange 8 bytes by MPI_Sendrecv, and rank 0 prints the microseconds of one
// exchange, once for each of the given number of rounds.
#include <mpi.h>
#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv) {
  MPI_Init(&argc, &argv);
  int rank, size;
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  MPI_Comm_size(MPI_COMM_WORLD, &size);
  if (size != 2 || argc != 3) {
    fprintf(stderr, "usage: mpirun -n 2 latency rounds exchanges\n");
    MPI_Abort(MPI_COMM_WORLD, 2);
  }
  int rounds = atoi(argv[1]), n = atoi(argv[2]), peer = 1 - rank;
  double out = rank, in = 0;
  for (int k = -1; k < rounds; k++) { // the first round warms up
    MPI_Barrier(MPI_COMM_WORLD);
    double start = MPI_Wtime();
    for (int i = 0; i < n; i++) {
      MPI_Status status;
      MPI_Sendrecv(&out, 1, MPI_DOUBLE, peer, 1, &in, 1, MPI_DOUBLE, peer, 1, MPI_COMM_WORLD, &status);
    }
    if (rank == 0 && k >= 0)
      printf("MICROSECONDS %.6f\n", (MPI_Wtime() - start) / n * 1e6);
  }
  if (in != peer)
    MPI_Abort(MPI_COMM_WORLD, 1);
  MPI_Finalize();
  return 0;
}
