/*
 * messages: the loops of package mpi's benchmark in C.
 *
 *   mpirun -n 2 messages single|funneled pingpong|exchange BYTES
 *
 * Writes the median seconds of one, on the rank that took longer. A time lies between
 * barriers, and pingpong is there and back.
 */
#include <mpi.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int ascending(const void *a, const void *b)
{
	const double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

int main(int argc, char **argv)
{
	int rank, size, level;
	if (argc != 4)
		return 2;
	if (!strcmp(argv[1], "single"))
		MPI_Init(&argc, &argv);
	else
		MPI_Init_thread(&argc, &argv, MPI_THREAD_FUNNELED, &level);
	MPI_Comm_rank(MPI_COMM_WORLD, &rank);
	MPI_Comm_size(MPI_COMM_WORLD, &size);
	const int exchange = !strcmp(argv[2], "exchange"), bytes = atoi(argv[3]), n = bytes / 8, other = 1 - rank;
	int rounds = (400 << 20) / (bytes > 0 ? bytes : 1);
	rounds = rounds > 5000 ? 5000 : rounds < 12 ? 12 : rounds;
	double *in = malloc(bytes), *out = malloc(bytes), *times = malloc(sizeof *times * rounds);
	for (int i = 0; i < n; i++)
		out[i] = rank + 1, in[i] = 0;
	for (int k = -rounds / 8; k < rounds; k++) {
		MPI_Barrier(MPI_COMM_WORLD);
		const double start = MPI_Wtime();
		if (exchange) {
			MPI_Sendrecv(out, n, MPI_DOUBLE, other, 0, in, n, MPI_DOUBLE, other, 0, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
		} else if (rank == 0) {
			MPI_Send(out, n, MPI_DOUBLE, other, 0, MPI_COMM_WORLD);
			MPI_Recv(in, n, MPI_DOUBLE, other, 0, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
		} else {
			MPI_Recv(in, n, MPI_DOUBLE, other, 0, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
			MPI_Send(out, n, MPI_DOUBLE, other, 0, MPI_COMM_WORLD);
		}
		if (k >= 0)
			times[k] = MPI_Wtime() - start;
	}
	if (rank == 0)
		MPI_Reduce(MPI_IN_PLACE, times, rounds, MPI_DOUBLE, MPI_MAX, 0, MPI_COMM_WORLD);
	else
		MPI_Reduce(times, NULL, rounds, MPI_DOUBLE, MPI_MAX, 0, MPI_COMM_WORLD);
	if (rank == 0) {
		qsort(times, rounds, sizeof *times, ascending);
		printf("%.9f\n", times[rounds / 2]);
	}
	MPI_Finalize();
	return 0;
}
