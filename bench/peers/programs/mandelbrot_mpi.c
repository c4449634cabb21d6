/*
 * mandelbrot_mpi: the Mandelbrot set with MPI, a block of rows for each rank, as the
 * exercise has it: whoever has the middle rows works longest.
 *
 *   mpicc -O3 -march=native mandelbrot_mpi.c -o mandelbrot_mpi
 *   mpirun -n 2 ./mandelbrot_mpi WIDTH HEIGHT MAX_ITER
 *
 * writes the seconds of the picture of [-2, 1] x [-1, 1] until rank 0 has all of it,
 * and the sum of the counts.
 */
#include <mpi.h>
#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv)
{
	int rank, size;
	MPI_Init(&argc, &argv);
	MPI_Comm_rank(MPI_COMM_WORLD, &rank);
	MPI_Comm_size(MPI_COMM_WORLD, &size);
	if (argc != 4) {
		fprintf(stderr, "usage: mandelbrot_mpi WIDTH HEIGHT MAX_ITER\n");
		MPI_Abort(MPI_COMM_WORLD, 2);
	}
	const int width = atoi(argv[1]), height = atoi(argv[2]), limit = atoi(argv[3]);
	int *all = malloc(sizeof *all * (size_t)width * height);
	int *counts = malloc(sizeof *counts * size), *at = malloc(sizeof *at * size);
	for (int r = 0; r < size; r++) {
		at[r] = (int)((long)height * r / size) * width;
		counts[r] = (int)((long)height * (r + 1) / size) * width - at[r];
	}
	int *own = malloc(sizeof *own * (size_t)(counts[rank] + 1));

	MPI_Barrier(MPI_COMM_WORLD);
	const double start = MPI_Wtime(), s = 3.0 / width;
	for (int p = 0; p < counts[rank]; p++) {
		const int j = (at[rank] + p) / width, i = (at[rank] + p) % width;
		const double cx = -0.5 + (i + 0.5 - width / 2.0) * s, cy = (height / 2.0 - j - 0.5) * s;
		double x = 0, y = 0;
		int n = limit;
		for (int k = 1; k <= limit; k++) {
			const double t = x * x - y * y + cx;
			y = 2 * x * y + cy;
			x = t;
			if (x * x + y * y > 4) {
				n = k;
				break;
			}
		}
		own[p] = n;
	}
	MPI_Gatherv(own, counts[rank], MPI_INT, all, counts, at, MPI_INT, 0, MPI_COMM_WORLD);
	if (rank == 0) {
		const double seconds = MPI_Wtime() - start;
		long sum = 0;
		for (long p = 0; p < (long)width * height; p++)
			sum += all[p];
		printf("%.9f %ld\n", seconds, sum);
	}
	MPI_Finalize();
	return 0;
}
