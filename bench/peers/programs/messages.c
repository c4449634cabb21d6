/*
 * messages: what a message costs in C, in the manner of the OSU benchmarks.
 *
 *   mpicc -O3 messages.c -o messages
 *   mpirun -n 2 ./messages exchange|pingpong|allreduce BYTES [funneled]
 *
 * exchange: both ranks MPI_Sendrecv so many bytes; pingpong: there and back; allreduce: the
 * sum of so many bytes of doubles. funneled: with the threads that a Go program needs. Writes
 * the median seconds of one, on the rank that took longer, and the sum of what rank 0 has got.
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
	if (argc == 4 && !strcmp(argv[3], "funneled"))
		MPI_Init_thread(&argc, &argv, MPI_THREAD_FUNNELED, &level);
	else
		MPI_Init(&argc, &argv);
	MPI_Comm_rank(MPI_COMM_WORLD, &rank);
	MPI_Comm_size(MPI_COMM_WORLD, &size);
	if (argc < 3 || argc > 4 || size != 2) {
		fprintf(stderr, "usage: mpirun -n 2 messages exchange|pingpong|allreduce BYTES [funneled]\n");
		MPI_Abort(MPI_COMM_WORLD, 2);
	}
	const int reduce = !strcmp(argv[1], "allreduce"), exchange = !strcmp(argv[1], "exchange");
	const int bytes = atoi(argv[2]), n = bytes / 8, other = 1 - rank;
	int rounds = (400 << 20) / (bytes > 0 ? bytes : 1);
	rounds = rounds > 5000 ? 5000 : rounds < 12 ? 12 : rounds;
	double *in = calloc(n, 8), *out = malloc(8 * (size_t)n), *times = malloc(sizeof *times * rounds);
	for (int i = 0; i < n; i++)
		out[i] = rank + 1;
	for (int k = -rounds / 8; k < rounds; k++) {
		MPI_Barrier(MPI_COMM_WORLD);
		const double start = MPI_Wtime();
		if (reduce) {
			MPI_Allreduce(out, in, n, MPI_DOUBLE, MPI_SUM, MPI_COMM_WORLD);
		} else if (exchange) {
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
	double sum = 0;
	for (int i = 0; i < n; i++)
		sum += in[i];
	if (rank == 0)
		MPI_Reduce(MPI_IN_PLACE, times, rounds, MPI_DOUBLE, MPI_MAX, 0, MPI_COMM_WORLD);
	else
		MPI_Reduce(times, NULL, rounds, MPI_DOUBLE, MPI_MAX, 0, MPI_COMM_WORLD);
	if (rank == 0) {
		qsort(times, rounds, sizeof *times, ascending);
		printf("%.9f %.17g\n", times[rounds / 2], sum);
	}
	MPI_Finalize();
	return 0;
}
